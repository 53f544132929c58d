import type { ItemNames } from '@weftline/context';
import type { Template } from '@weftline/expression';
import {
  parsePercentage,
  type BatchDefinition,
  type CollectMode,
  type FailureMode,
  type ItemsDefinition,
  type ReduceDefinition,
} from '@weftline/graph';
import type { Compiler, Quantity } from './compile-value.ts';
import type { Rules } from './rules.ts';
import type { Tolerance } from './state.ts';

/** `with` of a task, with every expression of it parsed. */
export interface CompiledItems {
  readonly list: Template;
  /** What produces the items instead of the list. */
  readonly source: CompiledSource | undefined;
  readonly as: ItemNames | undefined;
  /** Names under which `item` has its parts, where they are no names by themselves. */
  readonly members: readonly string[] | undefined;
  /** Whether a map is the list of its entries. */
  readonly takesMaps: boolean;
  readonly concurrency: Quantity;
  readonly batch: CompiledBatch | undefined;
  readonly rate: { readonly limit: Quantity; readonly per: Quantity } | undefined;
  readonly tolerate: Tolerance | Template;
  readonly onFailure: FailureMode;
  readonly continueWhen: Template | undefined;
  readonly failWhen: Template | undefined;
  readonly collect: CollectMode;
  readonly reduce: CompiledReduce | undefined;
  /** Whether anything of this list ever reads the result of an item. */
  readonly readsResults: boolean;
}

export interface CompiledSource {
  readonly action: string;
  readonly input: Template;
}

export interface CompiledBatch {
  readonly size: Quantity;
  readonly bytes: Quantity;
  readonly wait: Quantity;
}

export interface CompiledReduce {
  readonly initial: Template;
  readonly value: Template;
}

export function compileItems(items: ItemsDefinition, compiler: Compiler, rules: Rules): CompiledItems {
  const { template, quantity, optionalExpression } = compiler;
  const { collect = 'all', onFailure = 'continue', reduce } = items;
  return {
    list: template(items.items ?? []),
    source: items.from === undefined ? undefined : { action: items.from.action, input: template(items.from.input) },
    as: rules.itemsHaveMembers ? undefined : items.as,
    members: rules.itemsHaveMembers ? membersIn(items.as) : undefined,
    takesMaps: rules.mapsAreLists,
    concurrency: quantity(items.concurrency),
    batch: items.batch === undefined ? undefined : compileBatch(items.batch, compiler),
    rate: items.rate && { limit: quantity(items.rate.limit), per: quantity(items.rate.perMs) },
    tolerate: compileTolerance(items.tolerate ?? 0, compiler),
    onFailure,
    continueWhen: optionalExpression(items.continueWhen),
    failWhen: optionalExpression(items.failWhen),
    collect: reduce === undefined ? collect : 'none',
    reduce: reduce === undefined ? undefined : compileReduce(reduce, compiler),
    readsResults: collect === 'all' || reduce !== undefined,
  };
}

function membersIn(names: ItemNames | undefined): readonly string[] | undefined {
  return typeof names === 'string' ? [names] : names;
}

function compileBatch({ size, bytesMax = 0, waitMs = 0 }: BatchDefinition, { quantity }: Compiler): CompiledBatch {
  return { size: quantity(size), bytes: quantity(bytesMax), wait: quantity(waitMs) };
}

function compileTolerance(
  tolerate: NonNullable<ItemsDefinition['tolerate']>,
  { expression }: Compiler,
): Tolerance | Template {
  if (typeof tolerate === 'number') return { limit: tolerate, isShare: false };
  const share = parsePercentage(tolerate);
  return share === undefined ? expression(tolerate) : { limit: share, isShare: true };
}

function compileReduce({ initial, value }: ReduceDefinition, { template, expression }: Compiler): CompiledReduce {
  return { initial: template(initial), value: expression(value) };
}
