import { isExpressionText } from '@weftline/expression';
import { wrongType, type Field } from '../../read/field.ts';
import { readText } from '../../read/read-scalar.ts';

export function readCondition(field: Field | undefined): string | undefined {
  const text = readText(field, 'an expression');
  if (field === undefined || text === undefined) return undefined;
  return isExpressionText(text, 'orquesta') ? text : wrongType(field, 'an expression in <% %> or {{ }}');
}
