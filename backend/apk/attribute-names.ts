/**
 * The framework attributes that are read, by the resource id under which Android looks them up.
 *
 * Source: AOSP `core/res/res/values/public-final.xml`, whose ids never change.
 */
const NAMES: ReadonlyMap<number, string> = new Map([
  [0x01010001, 'label'],
  [0x01010002, 'icon'],
  [0x01010003, 'name'],
  [0x01010006, 'permission'],
  [0x01010007, 'readPermission'],
  [0x01010008, 'writePermission'],
  [0x01010009, 'protectionLevel'],
  [0x0101000c, 'hasCode'],
  [0x0101000e, 'enabled'],
  [0x0101000f, 'debuggable'],
  [0x01010010, 'exported'],
  [0x01010018, 'authorities'],
  [0x0101001b, 'grantUriPermissions'],
  [0x01010021, 'targetPackage'],
  [0x01010199, 'drawable'],
  [0x0101020c, 'minSdkVersion'],
  [0x0101021b, 'versionCode'],
  [0x0101021c, 'versionName'],
  [0x01010270, 'targetSdkVersion'],
  [0x01010271, 'maxSdkVersion'],
  [0x01010272, 'testOnly'],
  [0x01010280, 'allowBackup'],
  [0x010104ea, 'extractNativeLibs'],
  [0x010104eb, 'fullBackupContent'],
  [0x010104ec, 'usesCleartextTraffic'],
  [0x01010527, 'networkSecurityConfig'],
  [0x01010572, 'compileSdkVersion'],
  [0x01010576, 'versionCodeMajor'],
  [0x0101063e, 'dataExtractionRules'],
]);

export function attributeName(id: number): string | undefined {
  return NAMES.get(id);
}
