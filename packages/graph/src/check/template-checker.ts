import {
  ExpressionError,
  compileExpression,
  compileText,
  isExpressionText,
  type CompileOptions,
  type Language,
  type Template,
} from '@weftline/expression';
import { describeValue, quote } from '../describe-value.ts';
import type { ExpressionText, TemplateValue } from '../definition.ts';
import { CONTEXT_FUNCTIONS, NAMESPACES } from '../language.ts';
import type { Path } from '../path.ts';
import type { Range } from '../source/source-node.ts';
import { faultOfReference } from './check-reference.ts';
import type { KnownNames } from './known-names.ts';
import type { Report } from './report.ts';
import type { TemplatePlace } from './template-place.ts';

const options: CompileOptions = { namespaces: NAMESPACES, contextFunctions: CONTEXT_FUNCTIONS };

/** The first expression of another language in a text; `{{ "<" }}%` writes one as plain text. */
function findOtherLanguage(text: string): Range | undefined {
  const start = text.indexOf('<%');
  const end = start === -1 ? -1 : text.indexOf('%>', start + 2);
  return end === -1 ? undefined : { start, end: end + 2 };
}

/** Checks templates one by one. Values that are shared, as by aliases, are looked at once for each template. */
export class TemplateChecker {
  readonly #known: KnownNames;
  readonly #report: Report;
  readonly #language: Language;

  constructor(known: KnownNames, { report, language }: { readonly report: Report; readonly language: Language }) {
    this.#known = known;
    this.#report = report;
    this.#language = language;
  }

  /** A value with expressions in its texts. The depth of values is bounded already. */
  template(value: TemplateValue, path: Path, place: TemplatePlace): void {
    eachText(value, path, (text, at, isKey) => {
      if (isKey && this.#language !== 'orquesta') this.#plainText(text, at, 'key');
      else this.#text(text, at, place);
    });
  }

  /** Text that is one expression, with or without braces; other values are none of its business. */
  expression(value: ExpressionText | number | undefined, path: Path, place: TemplatePlace): void {
    if (typeof value === 'string') this.#compile(value, path, { place, compile: compileExpression });
  }

  /** A list or a map of templates, or one expression that gives it. */
  list(value: TemplateValue, path: Path, place: TemplatePlace): void {
    if (typeof value === 'object' && value !== null) {
      this.template(value, path, place);
    } else if (typeof value !== 'string' || !isExpressionText(value, this.#language)) {
      const hint = typeof value === 'string' ? '; an expression stands in {{ }}' : '';
      this.#report(
        'NOT_A_LIST',
        { path },
        `expected a list or an expression that gives one, got ${describeValue(value)}${hint}`,
      );
    } else {
      this.#compile(value, path, { place, compile: compileExpression });
    }
  }

  /** A value that is kept as it is, so that an expression in it would never be evaluated. */
  plain(value: unknown, path: Path): void {
    eachText(value, path, (text, at, isKey) => this.#plainText(text, at, isKey ? 'key' : undefined));
  }

  #plainText(text: string, path: Path, part: 'key' | undefined): void {
    if (!isExpressionText(text, this.#language)) return;
    const message =
      part === 'key' ? `keys are not evaluated: ${quote(text)}` : `this text is not evaluated: ${quote(text)}`;
    this.#report('TEMPLATE_NOT_RENDERED', part === undefined ? { path } : { path, part }, message);
  }

  #text(text: string, path: Path, place: TemplatePlace): void {
    this.#compile(text, path, { place, compile: compileText });
  }

  #compile(text: string, path: Path, { place, compile }: Compilation): void {
    const range = this.#language === 'orquesta' ? undefined : findOtherLanguage(text);
    if (range !== undefined) {
      this.#report(
        'OTHER_LANGUAGE',
        { path, range },
        'expressions are written in {{ }}; <% %> belongs to another language',
      );
      return;
    }
    try {
      this.#references(compile(text, { ...options, language: this.#language }), path, place);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      const { start, end, suggestion, message } = error;
      const code = error.code === 'EXPRESSION_LIMIT' ? 'EXPRESSION_LIMIT' : 'EXPRESSION_SYNTAX';
      this.#report(code, { path, range: { start, end } }, { message, suggestion });
    }
  }

  #references({ references }: Template, path: Path, place: TemplatePlace): void {
    for (const reference of references) {
      const fault = faultOfReference(reference, place, this.#known);
      if (fault === undefined) continue;
      this.#report(fault.code, { path, range: { start: reference.start, end: reference.end } }, fault);
    }
  }
}

interface Compilation {
  readonly place: TemplatePlace;
  readonly compile: (text: string, options: CompileOptions) => Template;
}

/** Calls back for each text in a value, and for each key of its maps. */
function eachText(value: unknown, path: Path, visit: (text: string, path: Path, isKey: boolean) => void): void {
  const seen = new Set<object>();
  const walk = (member: unknown, at: Path): void => {
    if (typeof member === 'string') {
      visit(member, at, false);
      return;
    }
    if (typeof member !== 'object' || member === null || seen.has(member)) return;
    seen.add(member);
    if (Array.isArray(member)) {
      for (const [position, item] of member.entries()) walk(item, [...at, position]);
      return;
    }
    for (const [key, inner] of Object.entries(member)) {
      visit(key, [...at, key], true);
      walk(inner, [...at, key]);
    }
  };
  walk(value, path);
}
