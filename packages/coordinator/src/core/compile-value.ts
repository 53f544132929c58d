import { compileExpression, compileTemplate, type Template } from '@weftline/expression';
import { CONTEXT_FUNCTIONS, NAMESPACES, type ExpressionText } from '@weftline/graph';

/** A number written in the definition, or what to compute it from. */
export type Quantity = number | Template;

const language = { namespaces: NAMESPACES, contextFunctions: CONTEXT_FUNCTIONS };

export function template(value: unknown): Template {
  return compileTemplate(value, language);
}

export function expression(text: ExpressionText): Template {
  return compileExpression(text, language);
}

export function optionalExpression(text: ExpressionText | undefined): Template | undefined {
  return text === undefined ? undefined : expression(text);
}

export function quantity(value: number | ExpressionText): Quantity {
  return typeof value === 'number' ? value : expression(value);
}
