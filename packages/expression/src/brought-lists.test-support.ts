/** What Orquesta brings into the native language for lists and maps, by function: expressions with their values. */
export const broughtLists: Readonly<Record<string, readonly (readonly [string, unknown])[]>> = {
  accumulate: [
    ['[1, 2, 3] | accumulate((sum, n) => sum + n)', [1, 3, 6]],
    ['[1, 2] | accumulate((sum, n) => sum + n, 10)', [10, 11, 13]],
    ['[] | accumulate((sum, n) => sum + n)', []],
  ],
  aggregate: [
    ['[1, 2, 3] | aggregate((sum, n) => sum * 10 + n)', 123],
    ['[] | aggregate((sum, n) => sum, 7)', 7],
    ["[] | aggregate((sum, n) => sum) | default('none')", 'none'],
  ],
  all: [
    ['[1, 2] | all(n => n > 0)', true],
    ['[1, 0] | all', false],
    ['[] | all', true],
    ['[0, 1] | all(n => n > 0 and 1 / n > 0)', false],
  ],
  any: [
    ['[1, 2] | any(n => n > 1)', true],
    ['[] | any', false],
    ['[0] | any', true],
    ['[1, 0] | any(n => 1 / n == 1)', true],
  ],
  append: [['[1] | append(2, [3])', [1, 2, [3]]]],
  concat: [
    ["concat('a', 'b')", 'ab'],
    ['concat([1], [[2]])', [1, [2]]],
    ['concat()', []],
  ],
  containsKey: [
    ["{'a': null} | containsKey('a')", true],
    ["{'a': 1} | containsKey('toString')", false],
    ["{'a': 1} | containsKey(1)", false],
  ],
  containsValue: [
    ["{'a': [1]} | containsValue([1])", true],
    ["{'a': 1} | containsValue(2)", false],
  ],
  defaultIfEmpty: [
    ['[] | defaultIfEmpty([1])', [1]],
    ['[2] | defaultIfEmpty([1])', [2]],
  ],
  delete: [
    ["{'a': 1, 'b': 2} | delete('a', 'c')", { b: 2 }],
    ['[1, 2, 3] | delete(1)', [1, 3]],
    ['[1, 2, 3] | delete(0, 2)', [3]],
  ],
  deleteAll: [
    ["{'a': 1, 'b': 2} | deleteAll(['a'])", { b: 2 }],
    ['[1, 2, 1] | deleteAll([1])', [2]],
  ],
  dictsort: [
    [
      "{'b': 1, 'A': 2} | dictsort",
      [
        ['A', 2],
        ['b', 1],
      ],
    ],
    [
      "{'b': 1, 'a': 2} | dictsort(by='value', reverse=true)",
      [
        ['a', 2],
        ['b', 1],
      ],
    ],
  ],
  distinct: [
    ['[1, 2, 1] | distinct', [1, 2]],
    ["rows | distinct(row => row.status) | map(attribute='name')", ['b', 'a']],
    ["rows | distinct('user.id') | length", 2],
  ],
  enumerate: [["['a'] | enumerate(1)", [[1, 'a']]]],
  filter: [['[1, 2] | filter(n => n > 1)', [2]]],
  get: [
    ["{'a': 1} | get('a')", 1],
    ["{'a': 1} | get('b')", null],
    ["{'a': 1} | get('toString', 0)", 0],
    ['[1, 2] | get(-1)', 2],
    ['[1] | get(5, 9)', 9],
  ],
  groupBy: [
    [
      '[1, 2, 3] | groupBy(n => n % 2)',
      [
        [1, [1, 3]],
        [0, [2]],
      ],
    ],
    [
      "rows | groupBy('status', 'name')",
      [
        [500, ['b', 'c']],
        [200, ['a']],
      ],
    ],
    ['[1, 2, 3] | groupBy(n => n % 2, n => n, g => g[1] | length)', [2, 1]],
  ],
  indexOf: [
    ["'abc' | indexOf('c')", 2],
    ['[1, 2] | indexOf(3)', -1],
  ],
  indexWhere: [
    ['[1, 2] | indexWhere(n => n > 1)', 1],
    ['[1] | indexWhere(n => n > 1)', -1],
  ],
  insert: [['[1, 3] | insert(1, 2)', [1, 2, 3]]],
  insertMany: [['[1, 4] | insertMany(1, [2, 3])', [1, 2, 3, 4]]],
  lastIndexOf: [
    ['[1, 2, 1] | lastIndexOf(1)', 2],
    ["'aba' | lastIndexOf('a')", 2],
    ["'a😀ba' | lastIndexOf('a')", 3],
    ["'ab' | lastIndexOf('c')", -1],
  ],
  lastIndexWhere: [['[2, 3, 1] | lastIndexWhere(n => n > 1)', 1]],
  limit: [
    ['[1, 2, 3] | limit(2)', [1, 2]],
    ['[1] | limit(-1)', []],
  ],
  memorize: [['[1] | memorize', [1]]],
  mergeWith: [
    [
      "{'a': {'x': 1}, 'l': [1]} | mergeWith({'a': {'y': 2}, 'l': [1, 2], 'z': 3})",
      { a: { x: 1, y: 2 }, l: [1, 2], z: 3 },
    ],
  ],
  orderBy: [
    ['[3, 1, 2] | orderBy(n => n)', [1, 2, 3]],
    ["rows | orderBy('name') | map(attribute='name')", ['a', 'b', 'c']],
    ['[true, null, false] | orderBy(x => x)', [null, false, true]],
  ],
  orderByDescending: [['[1, 3] | orderByDescending(n => n)', [3, 1]]],
  reduce: [['[1, 2] | reduce((a, b) => a + b)', 3]],
  repeat: [["'x' | repeat(2)", ['x', 'x']]],
  replaceMany: [['[1, 2, 3] | replaceMany(0, [8, 9], 2)', [8, 9, 3]]],
  selectMany: [['[[1, 2], 3] | selectMany(x => x)', [1, 2, 3]]],
  set: [
    ["{'a': 1} | set('b', 2)", { a: 1, b: 2 }],
    ["{'a': 1} | set({'a': 2})", { a: 2 }],
  ],
  single: [['[7] | single', 7]],
  skip: [
    ['[1, 2, 3] | skip(1)', [2, 3]],
    ['[1] | skip(5)', []],
  ],
  skipWhile: [['[1, 2, 1] | skipWhile(n => n < 2)', [2, 1]]],
  sliceWhere: [['[1, 1, 2] | sliceWhere(n => n)', [[1, 1], [2]]]],
  splitAt: [['[1, 2, 3] | splitAt(1)', [[1], [2, 3]]]],
  splitWhere: [['[1, 0, 2, 3] | splitWhere(n => n == 0)', [[1], [2, 3]]]],
  take: [['[1, 2] | take(1)', [1]]],
  takeWhile: [['[1, 2, 1] | takeWhile(n => n < 2)', [1]]],
  thenBy: [["rows | orderBy(r => r.status) | thenBy(r => r.name) | map(attribute='name')", ['a', 'b', 'c']]],
  thenByDescending: [["rows | orderBy('status') | thenByDescending('name') | map(attribute='name')", ['a', 'c', 'b']]],
  toDict: [
    ["rows | toDict('name', 'status')", { b: 500, a: 200, c: 500 }],
    ["['__proto__'] | toDict(x => x) | keys", ['__proto__']],
  ],
  toList: [
    ['[1] | toList', [1]],
    ["'ab' | toList", ['a', 'b']],
  ],
  where: [["rows | where(row => row.status == 500 and row.name != 'c') | map(attribute='name')", ['b']]],
  zipLongest: [
    [
      'zipLongest([1, 2], [3], default=0)',
      [
        [1, 3],
        [2, 0],
      ],
    ],
  ],
};
