/** Small Android App Bundles for tests: unsigned, with a manifest for each module and a table of resources. */
import { manifestNode } from '../apks/apk-file.ts';
import { ATTRIBUTE_IDS, type Node, type Value } from '../apks/binary-xml.ts';
import { type ZipPart, zipFile } from '../apks/zip-file.ts';
import { field, message } from './protobuf.ts';

export type Resource = { id: number; value: string; locale?: string; density?: number };

export function aabFile(modules: Record<string, Node> = { base: manifestNode() }, parts: ZipPart[] = []): Buffer {
  return zipFile([
    { name: 'BundleConfig.pb', content: field(1, field(2, '1.15.6')) },
    ...Object.entries(modules).map(([module, node]) => ({
      name: `${module}/manifest/AndroidManifest.xml`,
      content: protoXml(node),
    })),
    ...parts,
  ]);
}

export function protoXml(node: Node): Buffer {
  const attributes = Object.entries(node.attributes ?? {}).map(([name, value]) =>
    field(4, message(field(2, name), ...written(value), field(5, ATTRIBUTE_IDS[name] ?? 0))),
  );
  const children = (node.children ?? []).map((child) => field(5, protoXml(child)));
  return field(1, message(field(3, node.name), ...attributes, ...children));
}

function written(value: Value): Buffer[] {
  if (typeof value === 'string') return [field(3, value)];
  if (typeof value === 'boolean') return [field(3, String(value)), field(6, field(7, field(8, Number(value))))];
  if (typeof value === 'number') return [field(3, String(value)), field(6, field(7, field(6, value)))];
  return [field(6, field(1, field(2, value.reference)))];
}

/** Strings, and files where the value has an ending. */
export function protoResources(resources: Resource[]): Buffer {
  const types = [...Map.groupBy(resources, ({ id }) => id >>> 16)].map(([key, ofType]) => {
    const entries = [...Map.groupBy(ofType, ({ id }) => id & 0xffff)].map(([id, values]) =>
      field(3, message(field(1, field(1, id)), ...values.map(configured))),
    );
    return field(3, message(field(1, field(1, key & 0xff)), ...entries));
  });
  return field(2, message(field(1, field(1, 0x7f)), ...types));
}

function configured({ value, locale = '', density = 0 }: Resource): Buffer {
  const configuration = message(
    ...(locale === '' ? [] : [field(3, locale)]),
    ...(density === 0 ? [] : [field(18, density)]),
  );
  const item = /\.\w+$/.test(value) ? field(5, field(1, value)) : field(2, field(1, value));
  return field(6, message(field(1, configuration), field(2, field(4, item))));
}
