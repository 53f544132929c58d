// Text that comes from workflows, actions and files may hold anything. On a terminal, control characters could move
// the cursor or recolour the screen, so whatever is shown passes through here first.

const CONTROLS = /\p{Cc}/gu;
// These reverse the direction of writing, so that a line can read as something it is not.
const DIRECTIONS = /[\u202A-\u202E\u2066-\u2069]/g;

/** The text with control characters shown as `\xNN`; line breaks and tabs stay. */
export function printable(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(CONTROLS, hexEscape).replace(DIRECTIONS, '');
}

/** The same on one line. */
export function printableLine(text: string): string {
  return printable(text)
    .replace(/\s*\n\s*/g, ' ')
    .replaceAll('\t', ' ');
}

function hexEscape(character: string): string {
  if (character === '\n' || character === '\t') return character;
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

/** Columns that a terminal gives to the text: two for wide characters, none for combining ones. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

const ESCAPES: RegExp = new RegExp(String.raw`\u001B\[[0-9;?]*[A-Za-z]`, 'g');

/** The text without the sequences that colour it or move the cursor. */
export function withoutEscapes(text: string): string {
  return text.replaceAll(ESCAPES, '');
}

/** The longest beginning of the text that fits, ended by `ellipsis` when something was cut. */
export function truncate(text: string, width: number, ellipsis = '…'): string {
  if (displayWidth(text) <= width) return text;
  const room = width - displayWidth(ellipsis);
  if (room < 0) return '';
  let taken = '';
  let used = 0;
  for (const character of text) {
    used += characterWidth(character);
    if (used > room) break;
    taken += character;
  }
  return taken + ellipsis;
}

const WIDE_RANGES: readonly (readonly [from: number, to: number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1faff],
  [0x20000, 0x3fffd],
];

function characterWidth(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (/^(?:\p{Mn}|\p{Me}|[\u200B\u200C]|\u200D|\uFE0F)$/u.test(character)) return 0;
  return WIDE_RANGES.some(([from, to]) => code >= from && code <= to) ? 2 : 1;
}
