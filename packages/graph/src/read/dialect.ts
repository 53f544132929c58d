import type { Language } from '@weftline/expression';
import type { At } from '../check/report.ts';
import type { WorkflowDefinition } from '../definition.ts';
import { Origins } from '../dialects/origins.ts';
import { readAttune } from '../dialects/attune/read-attune.ts';
import { readOrquesta } from '../dialects/orquesta/read-orquesta.ts';
import { entryOf, type MapNode } from '../source/source-node.ts';
import { locateNative, type Written } from './locate.ts';
import { readNative, type Root } from './read-native.ts';

/** A language in which workflows are written. Its reader gives the one normal form, and an issue for all that is wrong. */
export interface Dialect {
  readonly name: Language;
  readonly recognizes: (root: MapNode) => boolean;
  readonly read: (root: Root) => Reading;
}

export interface Reading {
  readonly definition: WorkflowDefinition;
  /** Where something in the definition was written, shorthands included. */
  readonly locate: (at: At) => Written;
}

const native: Dialect = {
  name: 'native',
  recognizes: (root) => entryOf(root, 'weftline') !== undefined,
  read: (root) => ({ definition: readNative(root), locate: (at) => locateNative(root.node, at) }),
};

const attune: Dialect = {
  name: 'attune',
  recognizes: (root) => {
    const has = (key: string): boolean => entryOf(root, key) !== undefined;
    return entryOf(root, 'tasks')?.value.kind === 'list' || (has('tasks') && (has('parameters') || has('output_map')));
  },
  read: (root) => readWithOrigins({ ...root, language: 'attune' }, readAttune),
};

const orquesta: Dialect = {
  name: 'orquesta',
  recognizes: (root) => entryOf(root, 'version') !== undefined && entryOf(root, 'tasks')?.value.kind === 'map',
  read: (root) => readWithOrigins({ ...root, language: 'orquesta' }, readOrquesta),
};

/** The first that recognizes a document reads it; the native reader also takes those that nobody recognizes. */
const dialects: readonly Dialect[] = [native, attune, orquesta];

/** The dialect of that name, or without one the dialect that the document looks like. */
export function chooseDialect(root: MapNode, name?: Language): Dialect {
  return dialects.find((dialect) => (name === undefined ? dialect.recognizes(root) : dialect.name === name)) ?? native;
}

function readWithOrigins(root: Root, read: (root: Root, origins: Origins) => WorkflowDefinition): Reading {
  const origins = new Origins();
  return { definition: read(root, origins), locate: (at) => origins.locate(at, root) };
}
