import { isExpressionText } from '@weftline/expression';
import type { BatchDefinition, RateDefinition } from '../definition.ts';
import { defined, isMapField, readFields, required, wrongType, type Field } from './field.ts';
import { readDuration, readQuantity } from './read-scalar.ts';

/** `batch: 20` stands for `batch: { size: 20 }`. */
export function readBatch(field: Field | undefined): BatchDefinition | undefined {
  if (field === undefined) return undefined;
  if (!isMapField(field)) {
    const { node } = field;
    const isSize = node.kind === 'scalar' && (typeof node.value === 'number' || isExpressionText(String(node.value)));
    const size = isSize ? readQuantity(field) : wrongType(field, 'a number of items, or a map with "size"');
    return size === undefined ? undefined : { size };
  }
  const fields = readFields(field, 'batch');
  const size = readQuantity(required(field, fields, 'size'));
  if (size === undefined) return undefined;
  return {
    size,
    ...defined('bytesMax', readQuantity(fields.get('bytes'))),
    ...defined('waitMs', readDuration(fields.get('wait'))),
  };
}

export function readRate(field: Field | undefined): RateDefinition | undefined {
  if (field === undefined) return undefined;
  if (!isMapField(field)) return wrongType(field, 'a map with "limit" and "per"');
  const fields = readFields(field, 'rate');
  const limit = readQuantity(required(field, fields, 'limit'));
  const perMs = readDuration(required(field, fields, 'per'));
  return limit === undefined || perMs === undefined ? undefined : { limit, perMs };
}
