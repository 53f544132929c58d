import type { WorkflowDefinition } from '../definition.ts';
import { entryOf, type MapNode } from '../source/source-node.ts';
import type { At } from '../check/report.ts';
import { report } from './field.ts';
import { locateNative, type Written } from './locate.ts';
import { readNative, type Root } from './read-native.ts';

/** A language in which workflows are written. Its reader gives the one normal form, and an issue for all that is wrong. */
export interface Dialect {
  readonly name: string;
  recognizes(root: MapNode): boolean;
  read(root: Root): WorkflowDefinition | undefined;
  /** Where something in the definition was written, shorthands included. */
  locate(root: MapNode, at: At): Written;
}

const native: Dialect = {
  name: 'Weftline',
  recognizes: (root) => entryOf(root, 'weftline') !== undefined,
  read: readNative,
  locate: locateNative,
};

const attune: Dialect = {
  name: 'Attune',
  recognizes: (root) => {
    const has = (key: string): boolean => entryOf(root, key) !== undefined;
    return entryOf(root, 'tasks')?.value.kind === 'list' || (has('tasks') && (has('parameters') || has('output_map')));
  },
  read: refuseDialect('Attune'),
  locate: locateNative,
};

const orquesta: Dialect = {
  name: 'Orquesta',
  recognizes: (root) => entryOf(root, 'version') !== undefined && entryOf(root, 'tasks')?.value.kind === 'map',
  read: refuseDialect('Orquesta'),
  locate: locateNative,
};

/** The first that recognizes a document reads it; the native reader also takes those that nobody recognizes. */
const dialects: readonly Dialect[] = [native, attune, orquesta];

export function chooseDialect(root: MapNode): Dialect {
  return dialects.find((dialect) => dialect.recognizes(root)) ?? native;
}

function refuseDialect(name: string): Dialect['read'] {
  return (root) => {
    const message = `this looks like a workflow of ${name}, a language that is not supported yet; a Weftline workflow begins with "weftline: 1"`;
    report(root, 'UNSUPPORTED_DIALECT', message);
    return undefined;
  };
}
