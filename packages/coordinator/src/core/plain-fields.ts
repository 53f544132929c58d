import type { Context } from '@weftline/context';
import type { Collection } from 'immutable';

type PlainFields<Fields> = {
  [Name in keyof Fields]: Extract<Fields[Name], Collection<unknown, unknown> | Context> extends never
    ? Fields[Name]
    : never;
};

/** Fields that JSON holds as they are. A field that a state gains does not compile here while it is something else. */
export function plain<Fields extends object>(fields: Fields & PlainFields<Fields>): Fields {
  return fields;
}
