/** Reads a device as users write it: `model @ os [, orientation] [, locale=…]`. */
import { DevicelaneError } from '../errors.ts';
import type { DeviceRequest } from '../farms/port.ts';

const refuse = (line: string, why: string): DevicelaneError =>
  new DevicelaneError(
    'invalid_request',
    `"${line}" is not a device: ${why}. Write it as "Pixel 8 @ 34, landscape, locale=de_DE".`,
    {
      field: 'devices',
    },
  );

/** @throws DevicelaneError naming `devices` */
export function parseDevice(line: string): DeviceRequest {
  const [name = '', ...options] = line.split(',').map((part) => part.trim());
  const [model = '', os = null, ...rest] = name.split('@').map((part) => part.trim());
  if (!model) throw refuse(line, 'it names no model');
  if (rest.length > 0 || os === '') throw refuse(line, 'after @ stands one version');
  const device: DeviceRequest = { model, os, orientation: 'portrait', locale: null };
  for (const option of options) {
    if (option === 'portrait' || option === 'landscape') device.orientation = option;
    else if (/^locale=[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8})*$/.test(option))
      device.locale = option.slice('locale='.length);
    else throw refuse(line, `"${option}" is neither an orientation nor a locale`);
  }
  return device;
}

/** The device in one line, as shown to people. */
export function deviceLabel(device: DeviceRequest): string {
  const extras = [device.orientation === 'landscape' ? 'landscape' : null, device.locale].filter(
    (part) => part !== null,
  );
  return [device.os ? `${device.model} (${device.os})` : device.model, ...extras].join(', ');
}
