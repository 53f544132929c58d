const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The value of each digit, those of the alphabet for URLs included. */
const digitValues: ReadonlyMap<string, number> = new Map<string, number>([
  ...[...alphabet].map((digit, value) => [digit, value] as const),
  ['-', 62],
  ['_', 63],
]);

export function base64FromBytes(bytes: readonly number[]): string {
  let encoded = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const count = Math.min(3, bytes.length - at);
    const triple = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    for (let digit = 0; digit < 4; digit += 1) {
      encoded += digit <= count ? alphabet.charAt((triple >> (18 - 6 * digit)) & 63) : '=';
    }
  }
  return encoded;
}

/** Takes blanks between digits and a missing padding; undefined when the text is not base64. */
export function bytesFromBase64(text: string): number[] | undefined {
  const digits = text.replace(/\s+/gu, '').replace(/={1,2}$/u, '');
  if (digits.length % 4 === 1) return undefined;
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const digit of digits) {
    const value = digitValues.get(digit);
    if (value === undefined) return undefined;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((held >> bits) & 0xff);
  }
  return bytes;
}
