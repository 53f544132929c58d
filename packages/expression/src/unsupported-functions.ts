const chance = 'an expression gives the same value every time; let an action make it and publish its result.';
const clock = 'an expression has no clock; let an action give the time, or read `execution.started_at`.';
const endless = 'a list has an end; `range(count)` gives one.';
const code =
  'functions cannot be made in an expression; write the expression where it is used, with `let(…) -> …` for parts of it.';
const sets = 'there are lists only; `distinct()` makes the elements of one unique.';
const bits = 'there are no bitwise operations; let an action do it.';
const yaml = 'values are JSON; let an action read or write YAML, or use `from_json_string` and `to_json_string`.';
const objects = 'values are data only; `x.name` and `x[key]` read them.';
const html = 'texts are not made into HTML; let an action do it.';
const keyValue =
  'expressions do not ask a datastore; declare a secret or an environment value and read `secret.name` or `env.name`.';

/** What other engines know and this one does not, each with what to use instead. The sentence continues "`name` is not supported:". */
export const unsupportedFunctions: ReadonlyMap<string, string> = new Map([
  ...names(chance, 'random', 'randint', 'uuid', 'guid', 'shuffle'),
  ...names(
    clock,
    'now',
    'utctz',
    'localtz',
    'datetime',
    'timespan',
    'isDatetime',
    'isTimespan',
    'replaceDatetime',
    'date',
  ),
  ...names(endless, 'sequence', 'generate', 'generateMany', 'cycle'),
  ...names(code, 'def', 'lambda', 'call', 'func', 'macro', 'caller', 'cycler', 'joiner'),
  ...names('what a loop sets ends with it; use `aggregate`, or filters such as `sum` and `join`.', 'namespace'),
  ...names(sets, 'toSet', 'isSet', 'add', 'remove', 'union', 'intersect', 'difference', 'symmetricDifference'),
  ...names(bits, 'bitwiseAnd', 'bitwiseOr', 'bitwiseXor', 'bitwiseNot', 'shiftBitsLeft', 'shiftBitsRight'),
  ...names(yaml, 'yaml_parse', 'yaml_dump', 'from_yaml_string', 'to_yaml_string', 'to_yaml', 'from_yaml', 'yaml'),
  ...names(
    objects,
    'attr',
    'yaqlize',
    'property',
    'sendContext',
    'getattr',
    'update',
    'pop',
    'popitem',
    'clear',
    'extend',
    'setdefault',
  ),
  ...names(html, 'escape', 'e', 'forceescape', 'striptags', 'urlize', 'xmlattr', 'xmltojson', 'markdown'),
  ...names(keyValue, 'st2kv', 'decrypt_kv', 'lookup', 'env'),
  ...names(
    'read the parts by name (`x.a.b`), or choose elements with `where` and `select`.',
    'jsonpath_query',
    'to_complex',
  ),
  ...names(
    'write the conditions with `switch(a => x, b => y)`.',
    'selectCase',
    'selectAllCases',
    'switchCase',
    'examine',
  ),
  ...names('an expression does not raise errors; let a transition or a `core.fail` task do it.', 'assert', 'raise'),
  ...names(
    'the result of a task is read by `result()` behind it, or by what it published.',
    'task',
    'tasks',
    'st2',
    'execution',
    'executions',
  ),
  ...names(
    'write the text with `format`, or use `to_json_string`.',
    'pprint',
    'filesizeformat',
    'xmlescape',
    'wordwrap',
    'dict2items',
  ),
]);

function names(instead: string, ...each: readonly string[]): (readonly [string, string])[] {
  return each.map((name) => [name, instead] as const);
}
