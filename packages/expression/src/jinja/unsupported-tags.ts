const files = 'a template stands alone; write the text where it is used.';
const functions = 'a template has no functions of its own; repeat the text, or loop over a list.';

/** Tags of Jinja that this language does not have, each with what to use instead. */
export const unsupportedTags: ReadonlyMap<string, string> = new Map([
  ...['include', 'import', 'from', 'extends', 'block', 'endblock'].map((tag) => [tag, files] as const),
  ...['macro', 'endmacro', 'call', 'endcall'].map((tag) => [tag, functions] as const),
  ['filter', 'apply the filter to an expression, `{{ x | upper }}`, or set a text first: `{% set x %}…{% endset %}`.'],
  ['with', 'use `{% set name = value %}`.'],
  ['do', 'values never change; `{% set name = value %}` names a new one.'],
  ['break', 'a loop ends with its list; choose the elements by `{% for x in list if condition %}`.'],
  ['continue', 'choose the elements by `{% for x in list if condition %}`.'],
  ['autoescape', 'texts are not made into HTML.'],
  ['trans', 'texts are not translated.'],
]);
