import type { At } from '../check/report.ts';
import type { WorkflowDefinition } from '../definition.ts';
import { entryOf, type MapNode } from '../source/source-node.ts';
import { report } from './field.ts';
import { locateNative, type Written } from './locate.ts';
import { readNative, type Root } from './read-native.ts';

/** A language in which workflows are written. Its reader gives the one normal form, and an issue for all that is wrong. */
export interface Dialect {
  recognizes(root: MapNode): boolean;
  /** Undefined when there is nothing that could be checked further. */
  read(root: Root): Reading | undefined;
}

export interface Reading {
  readonly definition: WorkflowDefinition;
  /** Where something in the definition was written, shorthands included. */
  locate(at: At): Written;
}

const native: Dialect = {
  recognizes: (root) => entryOf(root, 'weftline') !== undefined,
  read: (root) => ({ definition: readNative(root), locate: (at) => locateNative(root.node, at) }),
};

const attune: Dialect = {
  recognizes: (root) => {
    const has = (key: string): boolean => entryOf(root, key) !== undefined;
    return entryOf(root, 'tasks')?.value.kind === 'list' || (has('tasks') && (has('parameters') || has('output_map')));
  },
  read: (root) => refuse(root, 'Attune'),
};

const orquesta: Dialect = {
  recognizes: (root) => entryOf(root, 'version') !== undefined && entryOf(root, 'tasks')?.value.kind === 'map',
  read: (root) => refuse(root, 'Orquesta'),
};

/** The first that recognizes a document reads it; the native reader also takes those that nobody recognizes. */
const dialects: readonly Dialect[] = [native, attune, orquesta];

export function chooseDialect(root: MapNode): Dialect {
  return dialects.find((dialect) => dialect.recognizes(root)) ?? native;
}

function refuse(root: Root, name: string): undefined {
  const mark = 'a Weftline workflow begins with "weftline: 1"';
  report(
    root,
    'UNSUPPORTED_DIALECT',
    `this looks like a workflow of ${name}, a language that is not supported yet; ${mark}`,
  );
  return undefined;
}
