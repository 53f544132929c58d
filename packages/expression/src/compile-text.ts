import type { Node } from './ast.ts';
import { BoundedCache } from './bounded-cache.ts';
import { compileNode } from './compile.ts';
import type { Tongue } from './compile.ts';
import type { Dialect } from './dialect.ts';
import { syntaxError, typeError } from './errors.ts';
import type { Site } from './errors.ts';
import { idiomOf } from './idiom.ts';
import { compileBlocks } from './jinja/compile-blocks.ts';
import { isJson, typeOf } from './json-value.ts';
import { limits } from './limits.ts';
import { parse } from './parser.ts';
import type { Reference } from './reference.ts';
import type { Evaluate } from './run.ts';
import { checkLength, jinjaMarkup, nativeMarkup, splitText, yaqlMarkup } from './text-parts.ts';
import type { Markup, TextPart } from './text-parts.ts';

/** A text, compiled. `evaluate` is absent when the text stands for itself. */
export interface CompiledText {
  readonly site: Site;
  readonly references: readonly Reference[];
  readonly evaluate: Evaluate | undefined;
}

type CompileText = (text: string, dialect: Dialect) => CompiledText;

/** A template text: literal text and any number of expressions. */
export const compileTemplateText: CompileText = cached((text, dialect) => {
  const site = wholeSite(text);
  const markup = markupOf(text, dialect);
  if (markup === undefined) return { site, references: [], evaluate: undefined };
  const tongue: Tongue = { dialect, idiom: idiomOf(dialect.language, text) };
  if (markup === 'blocks') {
    checkLength(text);
    return { site, ...compileBlocks(text, tongue) };
  }
  const { parts, escaped } = splitText(text, markup);
  const expressions = parts.filter((part) => typeof part !== 'string');
  const [only] = expressions;
  if (only === undefined) {
    const literal = parts.map(String).join('');
    return { site, references: [], evaluate: escaped ? () => literal : undefined };
  }
  if (expressions.length === 1 && parts.every((part) => typeof part !== 'string' || part.trim() === '')) {
    return compileWhole(text, only, tongue);
  }
  return compileMixed(text, parts, tongue);
});

/** One expression, with or without `{{ }}` around it; Orquesta's stands in its delimiters always. */
export const compileExpressionText: CompileText = cached((text, dialect) => {
  const start = text.length - text.trimStart().length;
  const tongue: Tongue = { dialect, idiom: idiomOf(dialect.language, text) };
  const markup = expressionMarkup(text, start, dialect);
  const { node, end } =
    markup === undefined ? parse(text, { start: 0, closing: [] }) : markup.parse(text, start + markup.open.length);
  if (text.slice(end).trim() === '') return compileWhole(text, node, tongue);
  const after = { source: text, start: end, end: text.length };
  const closing = markup?.open === '<%' ? '%>' : '}}';
  throw syntaxError(after, `Expected one expression and nothing after its \`${closing}\`.`);
});

/** How expressions stand in a text; undefined where there are none. */
function markupOf(text: string, { language }: Dialect): Markup | 'blocks' | undefined {
  if (language !== 'orquesta') return text.includes('{{') ? nativeMarkup : undefined;
  const yaql = text.includes('<%');
  const jinja = enclosed(text, '{{', '}}') ?? enclosed(text, '{%', '%}');
  if (yaql && jinja !== undefined) {
    const site = { source: text, start: jinja, end: jinja + 2 };
    throw syntaxError(
      site,
      'A text is written either in YAQL, `<% %>`, or in Jinja, `{{ }}` and `{% %}`, not in both.',
    );
  }
  if (yaql) return yaqlMarkup;
  if (text.includes('{%')) return 'blocks';
  return text.includes('{{') ? jinjaMarkup : undefined;
}

/** Where something stands between these delimiters. */
function enclosed(text: string, open: string, close: string): number | undefined {
  const start = text.indexOf(open);
  return start !== -1 && text.includes(close, start + open.length) ? start : undefined;
}

/** The delimiters that one expression stands in; undefined where it needs none. */
function expressionMarkup(text: string, start: number, dialect: Dialect): Markup | undefined {
  const markup = markupOf(text, dialect);
  if (markup !== undefined && markup !== 'blocks' && text.startsWith(markup.open, start)) return markup;
  if (dialect.language !== 'orquesta') return undefined;
  const site = wholeSite(text);
  if (markup === 'blocks') throw syntaxError(site, 'Expected one expression; `{% %}` makes a text.');
  throw syntaxError(site, 'Expected one expression in `<% %>` or `{{ }}`.', `<% ${text.trim()} %>`);
}

/** The value of the expression, with its type. */
function compileWhole(text: string, node: Node, tongue: Tongue): CompiledText {
  const { evaluate, references } = compileNode(text, node, tongue);
  const site = { source: text, start: node.at.start, end: node.at.end };
  return {
    site,
    references,
    evaluate: (run) => {
      const value = evaluate(run);
      if (isJson(value)) return value;
      throw typeError(site, `Expected JSON, got ${typeof value === 'number' ? String(value) : typeOf(value)}.`);
    },
  };
}

function compileMixed(text: string, parts: readonly TextPart[], tongue: Tongue): CompiledText {
  const references: Reference[] = [];
  const { textForm } = tongue.idiom;
  const pieces = parts.map((part) => {
    if (typeof part === 'string') return part;
    const compiled = compileNode(text, part, tongue);
    references.push(...compiled.references);
    return { evaluate: compiled.evaluate, site: { source: text, start: part.at.start, end: part.at.end } };
  });
  const evaluate: Evaluate = (run) => {
    let rendered = '';
    for (const piece of pieces) {
      if (typeof piece === 'string') {
        rendered += piece;
        continue;
      }
      const value = piece.evaluate(run);
      run.site = piece.site;
      rendered += textForm(value, run);
      run.checkTextLength(rendered.length);
    }
    return rendered;
  };
  return { site: wholeSite(text), references: Object.freeze(references), evaluate };
}

function wholeSite(text: string): Site {
  return { source: text, start: 0, end: text.length };
}

/** Compiled texts are shared by all who write the same in the same dialect; they hold no state. */
function cached(compile: CompileText): CompileText {
  const caches = new WeakMap<Dialect, BoundedCache<CompiledText>>();
  return (text, dialect) => {
    if (text.length > limits.cachedTextLengthMax) return compile(text, dialect);
    let cache = caches.get(dialect);
    if (cache === undefined) {
      cache = new BoundedCache((key) => compile(key, dialect));
      caches.set(dialect, cache);
    }
    return cache.get(text);
  };
}
