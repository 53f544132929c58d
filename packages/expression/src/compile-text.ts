import type { Node } from './ast.ts';
import { BoundedCache } from './bounded-cache.ts';
import { compileNode } from './compile.ts';
import type { Dialect } from './dialect.ts';
import { syntaxError, typeError } from './errors.ts';
import type { Site } from './errors.ts';
import { isJson, typeOf } from './json-value.ts';
import { limits } from './limits.ts';
import { parse } from './parser.ts';
import type { Reference } from './reference.ts';
import type { Evaluate } from './run.ts';
import { textForm } from './text-form.ts';
import { isExpressionText, splitText } from './text-parts.ts';
import type { TextPart } from './text-parts.ts';

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
  const { parts, escaped } = isExpressionText(text) ? splitText(text) : { parts: [text], escaped: false };
  const expressions = parts.filter((part) => typeof part !== 'string');
  const [only] = expressions;
  if (only === undefined) {
    const literal = parts.map(String).join('');
    return { site, references: [], evaluate: escaped ? () => literal : undefined };
  }
  if (expressions.length === 1 && parts.every((part) => typeof part !== 'string' || part.trim() === '')) {
    return compileWhole(text, only, dialect);
  }
  return compileMixed(text, parts, dialect);
});

/** One expression, with or without `{{ }}` around it. */
export const compileExpressionText: CompileText = cached((text, dialect) => {
  const start = text.length - text.trimStart().length;
  const inTemplate = text.startsWith('{{', start);
  const { node, end } = parse(text, { start: inTemplate ? start + 2 : 0, inTemplate });
  if (text.slice(end).trim() === '') return compileWhole(text, node, dialect);
  const after = { source: text, start: end, end: text.length };
  throw syntaxError(after, 'Expected one expression and nothing after its `}}`.');
});

/** The value of the expression, with its type. */
function compileWhole(text: string, node: Node, dialect: Dialect): CompiledText {
  const { evaluate, references } = compileNode(text, node, dialect);
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

function compileMixed(text: string, parts: readonly TextPart[], dialect: Dialect): CompiledText {
  const references: Reference[] = [];
  const pieces = parts.map((part) => {
    if (typeof part === 'string') return part;
    const compiled = compileNode(text, part, dialect);
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
