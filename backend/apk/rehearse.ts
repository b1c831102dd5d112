/** What a thread does before it is given its first file. */
import { setImmediate } from 'node:timers/promises';
import { examine } from './examine.ts';

/** After so many times V8 has compiled what a file's reading runs: the next one takes half as long. */
const TIMES = 20;

/** A small app: a manifest and nothing else. */
export const SAMPLE = Buffer.from(
  [
    'UEsDBBQAAAgIAAAAAAAeoHW3FwIAAKAEAAATAAAAQW5kcm9pZE1hbmlmZXN0LnhtbHWTvW4TQRSFvzN2sJUfx0gOJCEFCBRCQSR4AIq4oUAQKQ',
    'hRoazttWXFP6v1GidULiioEQ0dNY9AwZNQ00DBG4DnZuI4wZlm755759xzz8zkKPIlD2KLnRxscr7ez8QlTnPbwBPgzQQcAx+BrxPsO/AD+ONr',
    'BTuCPUFT8E7wSfBt8v9zElccbDt46uDQQebgg4MFOkTUiOlMuudpU6dPz+IeEV1iYJGEmJQubQYMaIeaEikxEQ325+ZXGZHSJiO+oqJAbH1qdI',
    'hpWK8GMTWGtGhNM1Ak5piEPqnx+doVMiJSWsRk7BNR54jI/v2OBikRoxmWFVPQ44AGR7wyTedqlnh7AanSNzX/Z55PvSlf0DCft2iKB2S8oEeH',
    'E2OM6NChz4i9oHxIAlynydBys3jVuDLzKwMqDBkYa9Vmi4Ivx2S8tLmbNO08YY2eqRuZe0ccEFNnGM7mJHD76padSXLJyVW7FV12jd9PnljPXS',
    'IS07zII3Z5zG127DZ5Tx7Y5F0ierRpBgc8dqb8IQPz69SNxFi94ohs6h2MVeQ1/r1IDimHdA2pgFREKiGtIpWR7iB9lrTspFtO2nJS4qTUSWMn',
    '/cpLv/PS/QXJqcyh8cLfsG6asxVy4Q16rGIOet3k1gK2HL5FKBdCvALcCHX+6/mfXeJfD/xuhn9phmszxKUZ7C6QU5n1OVy+x71L+Ebocbbm7d',
    '24Avfz/wNQSwECAAAUAAAICAAAAAAAHqB1txcCAACgBAAAEwAAAAAAAAAAAAAAAAAAAAAAQW5kcm9pZE1hbmlmZXN0LnhtbFBLBQYAAAAAAQAB',
    'AEEAAABIAgAAAAA=',
  ].join(''),
  'base64',
);

/** Reads the sample again and again, until there is something better to do. */
export async function rehearse(isAsked: () => boolean): Promise<void> {
  const source = {
    size: SAMPLE.length,
    read: async (offset: number, length: number) => SAMPLE.subarray(offset, offset + length),
  };
  for (let time = 0; time < TIMES; time++) {
    // A thread may have been asked before it was there.
    await setImmediate();
    if (isAsked()) return;
    await examine(source);
  }
}
