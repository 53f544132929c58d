import { suggestion } from '@weftline/expression';
import { ActionError } from '../action.ts';
import { describeValue, isPlainObject } from '../describe-value.ts';

/** Reads one member of an input: answers what it stands for, or throws what `mismatch` makes. `path` is its place, `input.url`. */
export type Field<Value> = (value: unknown, path: string) => Value;

export type Fields<Input> = { readonly [Name in keyof Input]: Field<Input[Name]> };

/** The input of a built-in action, every member read by its field. Members that no field names are an error. */
export function readInput<Input extends object>(input: unknown, fields: Fields<Input>): Input {
  const members = membersOf(input, 'input');
  const names = Object.keys(fields);
  for (const name of Object.keys(members)) {
    if (!Object.hasOwn(fields, name)) throw unknownMember(name, names);
  }
  const read = names.map((name) => {
    const field = fields[name as keyof Input] as Field<unknown>;
    return [name, field(Object.hasOwn(members, name) ? members[name] : undefined, `input.${name}`)];
  });
  return Object.fromEntries(read) as Input;
}

export function membersOf(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && isPlainObject(value)) return value as Record<string, unknown>;
  throw mismatch(path, 'a map', value);
}

export function mismatch(path: string, expected: string, got: unknown): ActionError {
  return invalidInput(`expected ${path} to be ${expected}, got ${describeValue(got)}`);
}

export function invalidInput(message: string): ActionError {
  return new ActionError(message, { code: 'INPUT_INVALID', retryable: false });
}

function unknownMember(name: string, known: readonly string[]): ActionError {
  const expected = known.length === 0 ? 'no input' : `only ${known.join(', ')} in input`;
  return invalidInput(`expected ${expected}, got "${name}"${suggestion(name, known)}`);
}
