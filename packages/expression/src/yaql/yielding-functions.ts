/** What YAQL computes while it is being read. A `list(…)` around one takes in its elements; around a list it holds that list. */
export const yieldingFunctions: ReadonlySet<string> = new Set([
  ...['where', 'filter', 'select', 'map', 'skip', 'limit', 'take', 'append', 'distinct', 'enumerate', 'concat'],
  ...['selectMany', 'range', 'orderBy', 'orderByDescending', 'thenBy', 'thenByDescending', 'groupBy', 'zipLongest'],
  ...[
    'join',
    'takeWhile',
    'skipWhile',
    'slice',
    'splitWhere',
    'sliceWhere',
    'accumulate',
    'reverse',
    'keys',
    'values',
    'items',
  ],
  ...['flatten', 'searchAll', 'regex.searchAll'],
]);
