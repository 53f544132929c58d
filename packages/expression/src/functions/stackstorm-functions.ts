import { define, tableOf } from '../function-definition.ts';
import type { FunctionDefinition, FunctionTable } from '../function-definition.ts';
import { isMap, ownMember, typeOf } from '../json-value.ts';
import { anything, number, required, text } from '../parameter.ts';
import { jsonText } from '../text-form.ts';
import { conversionFunctions } from './conversion-functions.ts';

/** What StackStorm adds to both languages of Orquesta, as far as it works on values alone. */
export const stackStormFunctions: FunctionTable = tableOf({
  // A map is there already; anything else must be JSON in a text.
  json: define([required('value', anything)], ([value], run) => {
    if (isMap(value)) return value;
    if (typeof value === 'string') return conversionFunctions['from_json']?.call([value], run);
    throw run.typeError(`\`json\` expects a string, got ${typeOf(value)}.`);
  }),
  json_escape: define([required('value', anything)], ([value], run) => {
    const escaped = jsonText(value, run);
    return escaped.replace(/^"+|"+$/gu, '');
  }),
  basename: define([required('path', text)], ([path]) => path.slice(path.lastIndexOf('/') + 1)),
  dirname: define([required('path', text)], ([path]) => dirname(path)),
  to_human_time_from_seconds: define([required('seconds', number)], ([seconds]) => humanTime(seconds)),
  use_none: define([required('value', anything)], ([value]) => value, 'constant'),
});

/** Only Orquesta reads the view of a task by this name, so it is no function of the native language. */
export const taskStatus: FunctionDefinition = define(
  [required('task', anything)],
  ([view]) => orquestaStatus(view),
  'constant',
);

/** A time-out is a failure to Orquesta. Undefined where nothing is known about the task. */
function orquestaStatus(view: unknown): unknown {
  const status = isMap(view) ? ownMember(view, 'status') : undefined;
  return status === 'timed-out' ? 'failed' : status;
}

function dirname(path: string): string {
  const head = path.slice(0, path.lastIndexOf('/') + 1);
  let end = head.length;
  while (end > 0 && head[end - 1] === '/') end -= 1;
  return end === 0 ? head : head.slice(0, end);
}

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365 * day;

/** `1h3m5s`: from the greatest unit that there is any of down to seconds. */
function humanTime(seconds: number): string {
  if (seconds === 0) return '0s';
  if (seconds < 1) return `${seconds}\u03bcs`;
  let rest = Math.round(seconds);
  const units = [
    [year, 'y'],
    [day, 'd'],
    [hour, 'h'],
    [minute, 'm'],
    [1, 's'],
  ] as const;
  let human = '';
  for (const [length, name] of units) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count > 0 || human !== '' || length === 1) human += `${count}${name}`;
  }
  return human;
}
