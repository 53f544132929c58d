/** The number by which the server calls byte arrays. */
const BYTEA = 17;

const HEADER_BYTES = 20;

/**
 * A parameter of type `bytea[]` as the server takes it in binary: the client would write every byte as two characters.
 *
 *     i32 dimensions (1) | i32 has nulls | i32 type of the elements | i32 count | i32 first index (1)
 *     for each element: i32 length, -1 for null | bytes
 */
export function byteArrays(elements: readonly (Buffer | undefined)[]): Buffer {
  const size = elements.reduce((sum, element) => sum + 4 + (element?.byteLength ?? 0), HEADER_BYTES);
  const array = Buffer.allocUnsafe(size);
  let offset = 0;
  const hasNulls = Number(elements.includes(undefined));
  for (const field of [1, hasNulls, BYTEA, elements.length, 1]) offset = array.writeInt32BE(field, offset);
  for (const element of elements) {
    offset = array.writeInt32BE(element?.byteLength ?? -1, offset);
    if (element !== undefined) offset += element.copy(array, offset);
  }
  return array;
}

/** Columns of a list of rows, one array each, as `unnest` takes them. */
export function columnsOf<Row, Columns extends readonly ((row: Row) => unknown)[]>(
  rows: readonly Row[],
  ...columns: Columns
): unknown[][] {
  return columns.map((column) => rows.map((row) => column(row) ?? null));
}
