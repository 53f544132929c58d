import { compileExpression, compileTemplate, type Template } from '@weftline/expression';
import { CONTEXT_FUNCTIONS, NAMESPACES, type ExpressionText, type Language } from '@weftline/graph';

/** A number written in the definition, or what to compute it from. */
export type Quantity = number | Template;

/** Parses what a definition holds, in the language of the definition. Throws ExpressionError for what does not parse. */
export interface Compiler {
  readonly template: (value: unknown) => Template;
  readonly expression: (text: ExpressionText) => Template;
  readonly optionalExpression: (text: ExpressionText | undefined) => Template | undefined;
  readonly quantity: (value: number | ExpressionText) => Quantity;
}

export function compilerFor(language: Language): Compiler {
  const options = { language, namespaces: NAMESPACES, contextFunctions: CONTEXT_FUNCTIONS };
  const expression = (text: ExpressionText): Template => compileExpression(text, options);
  return {
    template: (value) => compileTemplate(value, options),
    expression,
    optionalExpression: (text) => (text === undefined ? undefined : expression(text)),
    quantity: (value) => (typeof value === 'number' ? value : expression(value)),
  };
}
