import { base64FromBytes, bytesFromBase64 } from '../base64.ts';
import { define, tableOf } from '../function-definition.ts';
import type { FunctionTable } from '../function-definition.ts';
import { isMap, typeOf } from '../json-value.ts';
import { anything, required, text } from '../parameter.ts';
import type { Run } from '../run.ts';
import { textForm } from '../text-form.ts';

export const encodingFunctions: FunctionTable = tableOf({
  urlencode: define([required('value', anything)], ([value], run) => {
    if (!isMap(value)) return percentEncoded(plainText(value, run), run);
    return Object.keys(value)
      .map((key) => `${percentEncoded(key, run)}=${percentEncoded(plainText(value[key], run), run)}`)
      .join('&');
  }),
  base64encode: define([required('value', text)], ([value], run) => {
    const encoded = percentEncoded(value, run);
    run.charge(encoded.length);
    return base64FromBytes(bytesOf(encoded));
  }),
  base64decode: define([required('value', text)], ([value], run) => {
    run.charge(value.length * stepsPerDigit);
    const bytes = bytesFromBase64(value);
    if (bytes === undefined) throw run.typeError('The string is not base64.');
    try {
      return decodeURIComponent(percentForm(bytes));
    } catch {
      throw run.typeError('The decoded bytes are not text in UTF-8.');
    }
  }),
});

const stepsPerDigit = 5;

function plainText(value: unknown, run: Run): string {
  if (typeof value !== 'object' || value === null) return textForm(value, run);
  throw run.typeError(`\`urlencode\` expects text, or a map of texts, got ${typeOf(value)}.`);
}

function percentEncoded(value: string, run: Run): string {
  run.charge(value.length);
  try {
    return encodeURIComponent(value);
  } catch {
    throw run.typeError('The string holds half a character (a lone surrogate), which UTF-8 cannot express.');
  }
}

/** The bytes of a text in UTF-8. The language itself has no other way to them than the percent form. */
function bytesOf(encoded: string): number[] {
  const bytes: number[] = [];
  for (let at = 0; at < encoded.length; at += 1) {
    if (encoded[at] !== '%') bytes.push(encoded.charCodeAt(at));
    else {
      bytes.push(Number.parseInt(encoded.slice(at + 1, at + 3), 16));
      at += 2;
    }
  }
  return bytes;
}

function percentForm(bytes: readonly number[]): string {
  const plain = 0x80;
  const percent = 0x25;
  let form = '';
  for (const byte of bytes) {
    form += byte < plain && byte !== percent ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, '0')}`;
  }
  return form;
}
