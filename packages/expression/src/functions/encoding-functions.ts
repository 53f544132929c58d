import { define, tableOf } from '../function-definition.ts';
import type { FunctionTable } from '../function-definition.ts';
import { isMap, typeOf } from '../json-value.ts';
import { anything, required, text } from '../parameter.ts';
import type { Run } from '../run.ts';
import { textForm } from '../text-form.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const values: ReadonlyMap<string, number> = new Map(
  [...alphabet, '-', '_'].map((letter, index) => [letter, index < 64 ? index : index - 2]),
);

/** Both use UTF-8 and are written on the language alone, so that the package runs wherever JavaScript does. */
export const encodingFunctions: FunctionTable = tableOf({
  urlencode: define([required('value', anything)], ([value], run) => {
    if (!isMap(value)) return percentEncoded(plainText(value, run), run);
    return Object.keys(value)
      .map((key) => `${percentEncoded(key, run)}=${percentEncoded(plainText(value[key], run), run)}`)
      .join('&');
  }),
  base64encode: define([required('value', text)], ([value], run) => {
    const bytes = percentEncoded(value, run).replace(/%(..)/gu, (_, digits: string) =>
      String.fromCharCode(Number.parseInt(digits, 16)),
    );
    return toBase64(bytes);
  }),
  base64decode: define([required('value', text)], ([value], run) => {
    const bytes = fromBase64(value, run);
    try {
      return decodeURIComponent(
        bytes.replace(/[^]/gu, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`),
      );
    } catch {
      throw run.typeError('The decoded bytes are not text in UTF-8.');
    }
  }),
});

function plainText(value: unknown, run: Run): string {
  if (typeof value !== 'object' || value === null) return textForm(value, run);
  throw run.typeError(`\`urlencode\` expects text, or a map of texts, got ${typeOf(value)}.`);
}

function percentEncoded(value: string, run: Run): string {
  run.charge(Math.ceil(value.length / 10));
  try {
    return encodeURIComponent(value);
  } catch {
    throw run.typeError('The string holds half a character (a lone surrogate), which UTF-8 cannot express.');
  }
}

function toBase64(bytes: string): string {
  let encoded = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const count = Math.min(3, bytes.length - at);
    const triple = (byteAt(bytes, at) << 16) | (byteAt(bytes, at + 1) << 8) | byteAt(bytes, at + 2);
    for (let digit = 0; digit < 4; digit += 1) {
      encoded += digit <= count ? alphabet.charAt((triple >> (18 - 6 * digit)) & 63) : '=';
    }
  }
  return encoded;
}

function byteAt(bytes: string, at: number): number {
  return at < bytes.length ? bytes.charCodeAt(at) : 0;
}

/** One character per byte. Takes the alphabet for URLs too, blanks between digits, and a missing padding. */
function fromBase64(value: string, run: Run): string {
  const digits = value.replace(/\s+/gu, '').replace(/={1,2}$/u, '');
  if (digits.length % 4 === 1) throw run.typeError('The string is not base64: a digit is missing.');
  let bytes = '';
  let bits = 0;
  let held = 0;
  for (const digit of digits) {
    const six = values.get(digit);
    if (six === undefined) throw run.typeError('The string is not base64.');
    held = ((held << 6) | six) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += String.fromCharCode((held >> bits) & 0xff);
  }
  return bytes;
}
