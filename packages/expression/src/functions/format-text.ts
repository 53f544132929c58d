import { isList, isMap, ownMember } from '../json-value.ts';
import { pythonTextForm } from '../python-text-form.ts';
import type { Run } from '../run.ts';

const field = /\{\{|\}\}|\{([^{}]*)\}|[{}]/gu;

/** Python's `'{0} {name}'.format(…)`: positions, the next position, names of a last map, and paths from there; no conversions or widths. */
export function formatText(pattern: string, args: readonly unknown[], run: Run): string {
  let next = 0;
  const write = writer(pattern, run);
  return pattern.replace(field, (whole, inside: string | undefined) => {
    if (whole === '{{' || whole === '}}') return whole.slice(1);
    if (inside === undefined) throw run.typeError('`format` found a single brace; a brace as text is doubled.');
    const [head = '', ...keys] = inside.split(/\.|\[|\]/u).filter((key, index) => key !== '' || index === 0);
    if (!/^\w*$/u.test(head)) {
      throw run.typeError('`format` knows fields such as `{}`, `{0}` and `{name}`, without conversion or width.');
    }
    const key = head === '' ? String(next) : head;
    if (head === '') next += 1;
    let value = argument(key, args);
    for (const each of keys)
      value = isMap(value) ? ownMember(value, each) : isList(value) ? value[Number(each)] : undefined;
    if (value === undefined) throw run.undefinedError('`format` has no value for a field of its text.');
    return write(pythonTextForm(value, run));
  });
}

/** Checks the length of what is made while it is made, because a short pattern can ask for a long text many times. */
function writer(pattern: string, run: Run): (text: string) => string {
  let { length } = pattern;
  return (text) => {
    length += text.length;
    run.checkTextLength(length);
    return text;
  };
}

function argument(key: string, args: readonly unknown[]): unknown {
  if (/^\d+$/u.test(key)) return args[Number(key)];
  const last = args.at(-1);
  return isMap(last) ? ownMember(last, key) : undefined;
}

/** Python's `'%s and %d' % (…)`: `%s`, `%d`, `%i`, `%f`, `%r` and `%%`, with an optional precision. */
export function formatPercent(pattern: string, args: readonly unknown[], run: Run): string {
  let next = 0;
  const write = writer(pattern, run);
  return pattern.replace(/%(?:\.(\d{1,2}))?([a-zA-Z%]?)/gu, (_, precision: string | undefined, kind: string) => {
    if (kind === '%') return '%';
    const value = args[next];
    next += 1;
    if (value === undefined) throw run.undefinedError('`format` has fewer values than its text asks for.');
    if (kind === 's' || kind === 'r') return write(pythonTextForm(value, run));
    if (typeof value === 'number' && kind === 'f')
      return value.toFixed(precision === undefined ? 6 : Number(precision));
    if (typeof value === 'number' && (kind === 'd' || kind === 'i')) return String(Math.trunc(value));
    throw run.typeError('`format` knows `%s`, `%d` for numbers and `%f` for numbers, without a width.');
  });
}
