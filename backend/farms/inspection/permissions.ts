import { type Check, failed, passed } from './finding.ts';

/** What stores allow to few apps, by policy, and what reaches beyond the app: each with what it gives. */
const SENSITIVE: ReadonlyMap<string, string> = new Map([
  ['ACCESS_BACKGROUND_LOCATION', 'the location while the app is not used'],
  ['BIND_ACCESSIBILITY_SERVICE', 'what is on the screen of every app'],
  ['CALL_PHONE', 'calls that cost money'],
  ['MANAGE_EXTERNAL_STORAGE', 'every file of the user'],
  ['PROCESS_OUTGOING_CALLS', 'whom the user calls'],
  ['QUERY_ALL_PACKAGES', 'which apps are installed'],
  ['READ_CALL_LOG', 'whom the user called'],
  ['READ_SMS', 'the user’s messages, one-time codes among them'],
  ['RECEIVE_SMS', 'messages as they arrive, one-time codes among them'],
  ['REQUEST_INSTALL_PACKAGES', 'installing other apps'],
  ['SEND_SMS', 'messages that cost money'],
  ['SYSTEM_ALERT_WINDOW', 'drawing over other apps'],
  ['WRITE_CALL_LOG', 'changing the call log'],
  ['WRITE_SETTINGS', 'changing the system’s settings'],
]);
const PREFIX = 'android.permission.';

/** A case for each sensitive permission: one that a change adds is then a new failure by itself. */
export const permissionsCheck: Check = {
  suite: 'inspection.permissions',
  run({ manifest }, rules) {
    const sensitive = manifest.permissions.flatMap((permission) => {
      const gives = permission.startsWith(PREFIX) ? SENSITIVE.get(permission.slice(PREFIX.length)) : undefined;
      return gives === undefined ? [] : [{ permission, gives }];
    });
    if (sensitive.length === 0) return [passed('asks for no sensitive permission')];
    return sensitive.map(({ permission, gives }) => {
      const name = `asks for ${permission} knowingly`;
      if (rules.permissions.includes(permission)) return passed(name, 'The farm’s settings allow it.');
      return failed(name, `It gives ${gives}: remove it, or allow it in the farm’s settings.`);
    });
  },
};
