import type { DefinitionIssue } from './errors.ts';

export interface FormatOptions {
  /** Colours for terminals; default false. */
  readonly color?: boolean;
}

/** Columns of a source line that are shown; of longer ones, those around the place. */
const widthMax = 120;
const widthBefore = 40;

const styles = { error: '1;31', warning: '1;33', gutter: '34', bold: '1' } as const;
type Style = keyof typeof styles;

/** An issue as text for a terminal: what is wrong, where, the source line with carets, and what was probably meant. */
export function formatIssue(issue: DefinitionIssue, { color = false }: FormatOptions = {}): string {
  const paint = (style: Style, text: string): string => (color ? `\u001B[${styles[style]}m${text}\u001B[0m` : text);
  const title = `${paint(issue.severity, `${issue.severity}[${issue.code}]`)}${paint('bold', `: ${printable(issue.message)}`)}`;
  const place = placeOf(issue);
  const lines = [title, ...(place === '' ? [] : [`  ${paint('gutter', '-->')} ${printable(place)}`])];
  const hint = issue.suggestion === undefined ? '' : `did you mean ${JSON.stringify(printable(issue.suggestion))}?`;
  const source = sourceLines(issue);
  if (source !== undefined) {
    const { number, text, indent, carets } = source;
    lines.push(`${paint('gutter', ` ${number} |`)} ${text}`);
    lines.push(
      `${paint('gutter', ` ${' '.repeat(number.length)} |`)} ${indent}${paint(issue.severity, carets)}${hint === '' ? '' : ` ${hint}`}`,
    );
  } else if (hint !== '') {
    lines.push(`  ${paint('gutter', '=')} ${hint}`);
  }
  return lines.join('\n');
}

/** All issues, with an empty line between them. */
export function formatIssues(issues: readonly DefinitionIssue[], options: FormatOptions = {}): string {
  return issues.map((issue) => formatIssue(issue, options)).join('\n\n');
}

/** One line that says how much is wrong and what is first: the message of a DefinitionError. */
export function summarizeIssues(issues: readonly DefinitionIssue[]): string {
  const errors = issues.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  if (first === undefined) return 'the workflow is not valid';
  const place = placeOf(first);
  const others = errors.length - 1;
  const count = others === 0 ? '' : ` (and ${others} more ${others === 1 ? 'error' : 'errors'})`;
  return `${place === '' ? '' : `${place}: `}${first.message}${count}`;
}

function placeOf({ file, line, column, path }: DefinitionIssue): string {
  if (file === undefined) return path;
  return line === undefined ? file : `${file}:${line}:${column ?? 1}`;
}

interface SourceLines {
  readonly number: string;
  readonly text: string;
  readonly indent: string;
  readonly carets: string;
}

function sourceLines(issue: DefinitionIssue): SourceLines | undefined {
  const { line, column = 1, excerpt, excerptColumn = 1 } = issue;
  if (line === undefined || excerpt === undefined) return undefined;
  const at = Math.max(0, Math.min(column - excerptColumn, excerpt.length));
  const cut = excerpt.length > widthMax ? Math.max(0, at - widthBefore) : 0;
  const shown = excerpt.slice(cut, cut + widthMax);
  const end = issue.endLine === line ? (issue.endColumn ?? column + 1) - excerptColumn : excerpt.length;
  const marked = shown.slice(at - cut, Math.max(at + 1, end) - cut);
  return {
    number: String(line),
    text: printable(shown),
    // Tabs stay tabs, so that the carets stand below what they mean however wide a tab is.
    indent: shown.slice(0, at - cut).replace(/[^\t]/gu, blankFor),
    carets: '^'.repeat(
      Math.max(
        1,
        [...marked].reduce((width, character) => width + columnsOf(character), 0),
      ),
    ),
  };
}

const wide =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]/u;
const widthless = /\p{Mn}|\p{Me}|[\u200B\u200C]|\u200D|\uFE0F/u;

function columnsOf(character: string): number {
  return widthless.test(character) ? 0 : wide.test(character) ? 2 : 1;
}

function blankFor(character: string): string {
  return ' '.repeat(columnsOf(character));
}

/** What comes from a file may hold anything; control characters and marks of direction could rewrite the terminal. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/gu, (character) =>
    character === '\t' ? character : '\uFFFD',
  );
}
