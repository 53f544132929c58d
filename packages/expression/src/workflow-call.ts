import type { Argument, Extent, MemberNode, NameNode, Node } from './ast.ts';
import { syntaxError } from './errors.ts';
import type { TokenCursor } from './token-cursor.ts';

/** A call as it was read: its name, its arguments, and where it stands. */
export interface ReadCall {
  readonly name: string;
  readonly args: readonly Argument[];
  readonly at: Extent;
}

/**
 * What Orquesta asks of the workflow by calls is read here as what it means: `ctx(x)` is `vars.x`, `item(x)` is `item.x` and
 * `task_status(t)` asks `task.t`. So references are found and names are read as they are in the native language. Undefined for other calls.
 */
export function workflowNode(call: ReadCall, cursor: TokenCursor): Node | undefined {
  switch (call.name) {
    case 'ctx':
      return memberOrWhole('vars', call, cursor);
    case 'item':
      return memberOrWhole('item', call, cursor);
    case 'task_status':
      return taskStatus(call, cursor);
    default:
      return undefined;
  }
}

function memberOrWhole(name: string, call: ReadCall, cursor: TokenCursor): Node {
  const [key, surplus] = call.args;
  if (surplus !== undefined) throw tooMany(call, surplus, cursor);
  const whole: NameNode = { kind: 'name', at: call.at, name, nameStart: call.at.start, nameEnd: call.at.end };
  return key === undefined ? whole : memberOf(whole, key, cursor);
}

function memberOf(object: NameNode, { value, start, end }: Argument, cursor: TokenCursor): Node {
  const at = cursor.extent(object.at, object.at, [value]);
  const spelling = cursor.text({ start, end });
  if (value.kind === 'binary' && value.operator === '-' && /^[\w-]+$/u.test(spelling)) {
    const message = `\`${spelling}\` is a subtraction here: a name with a hyphen stands in quotes.`;
    throw syntaxError(cursor.site({ start, end }), message, `'${spelling}'`);
  }
  if (value.kind !== 'literal' || typeof value.value !== 'string') {
    return { kind: 'index', at, object, index: value, optional: false };
  }
  if (value.value.startsWith('__')) {
    throw syntaxError(cursor.site({ start, end }), 'A name that begins with `__` is private.');
  }
  const member: MemberNode = {
    kind: 'member',
    at,
    object,
    key: value.value,
    keyStart: start,
    keyEnd: end,
    optional: false,
  };
  return member;
}

function taskStatus(call: ReadCall, cursor: TokenCursor): Node {
  const [task, surplus] = call.args;
  if (surplus !== undefined) throw tooMany(call, surplus, cursor);
  const nameEnd = call.at.start + call.name.length;
  if (task === undefined) {
    const site = cursor.site({ start: call.at.start, end: nameEnd });
    throw syntaxError(site, '`task_status` expects the name of a task.', undefined);
  }
  const tasks: NameNode = { kind: 'name', at: call.at, name: 'task', nameStart: call.at.start, nameEnd: call.at.end };
  const view = memberOf(tasks, task, cursor);
  return {
    kind: 'call',
    at: cursor.extent(call.at, call.at, [view]),
    style: 'function',
    name: call.name,
    nameStart: call.at.start,
    nameEnd,
    args: [{ name: undefined, value: view, start: task.start, end: task.end }],
  };
}

function tooMany({ name }: ReadCall, surplus: Argument, cursor: TokenCursor): Error {
  return syntaxError(cursor.site(surplus), `\`${name}\` expects at most one argument.`);
}
