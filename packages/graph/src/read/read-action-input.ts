import { isExpressionText } from '@weftline/expression';
import { textOf, valueOf } from '../source/source-node.ts';
import { isMapField, isNull, wrongType, type Field } from './field.ts';

export function readActionInput(field: Field | undefined): unknown {
  if (field === undefined || isNull(field)) return {};
  const text = textOf(field.node);
  if (isMapField(field) || (text !== undefined && isExpressionText(text, field.language))) return valueOf(field.node);
  wrongType(field, 'a map of parameters, or an expression that gives one');
  return {};
}
