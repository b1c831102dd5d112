import { inflateRawSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { apiDemos } from '../../testing/apks/apk-file.ts';
import { sourceOf } from '../../testing/differences.ts';
import { type DeflateWay, findDeflateWay } from './deflate-again.ts';
import { readLayout } from './zip-layout.ts';

test('every entry of a real build can be deflated again to its very bytes', async () => {
  const apk = apiDemos();
  const layout = await readLayout(sourceOf(apk));
  const deflated = (layout?.entries ?? []).filter((entry) => entry.method === 8 && entry.dataLength < 20_000);
  expect(deflated.length).toBeGreaterThan(400);
  let way: DeflateWay | null = null;
  for (const { dataOffset, dataLength } of deflated) {
    const data = apk.subarray(dataOffset, dataOffset + dataLength);
    way = await findDeflateWay(inflateRawSync(data), data, way);
    expect(way).not.toBeNull();
  }
});

test('what was deflated otherwise is said to be so, also when only its last byte differs', async () => {
  const apk = apiDemos();
  const layout = await readLayout(sourceOf(apk));
  const entry = layout?.entries.find((each) => each.method === 8 && each.dataLength > 5000);
  const data = Buffer.from(apk.subarray(entry?.dataOffset, (entry?.dataOffset ?? 0) + (entry?.dataLength ?? 0)));
  const content = inflateRawSync(data);
  expect(await findDeflateWay(content, Buffer.concat([data, Buffer.from([0])]), null)).toBeNull();
  expect(await findDeflateWay(content, data.subarray(0, -1), null)).toBeNull();
  data[data.length - 1] = (data.at(-1) ?? 0) ^ 1;
  expect(await findDeflateWay(content, data, null)).toBeNull();
});
