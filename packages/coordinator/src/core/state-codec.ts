import { List, Map, OrderedSet } from 'immutable';
import { CoordinatorError } from '../errors.ts';
import type { Core } from './advance.ts';
import { ContextTable, restoreContexts, type ContextsDocument } from './context-codec.ts';
import { itemsDocument, restoreItems, type ItemsDocument } from './items-codec.ts';
import { plain } from './plain-fields.ts';
import { share, unshare, type SharedJson } from './shared-json.ts';
import type { ExecutionState, JoinRound, Visit } from './state.ts';

/**
 * How a state stands in a snapshot: one JSON array of a tag, the format, rows and links (`SharedJson`). Every value and every
 * context stands once, however many visits know it, so the text is as long as the state is large, and what was shared
 * is shared again. Values come back as JSON keeps them.
 *
 * The format is public. A field that is added to the state must be given a default here for snapshots that lack it; any
 * other change needs a new `stateFormat`, and old ones stay readable.
 */
export const stateFormat = 1;

const tag = 'state';
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

interface StateDocument extends ContextsDocument, Omit<ExecutionState, 'visits' | 'ordinals' | 'joins' | 'final'> {
  readonly visits: readonly VisitDocument[];
  readonly ordinals: readonly (readonly [task: string, visits: number])[];
  readonly joins: readonly (readonly [task: string, round: JoinDocument])[];
  readonly final: number;
}

/** Contexts are told by number. */
interface VisitDocument extends Omit<Visit, 'context' | 'items'> {
  readonly context: number;
  readonly items: ItemsDocument | null;
}

interface JoinDocument extends Omit<JoinRound, 'from' | 'waiting'> {
  readonly from: readonly string[];
  readonly waiting: readonly number[];
}

/**
 * The state as bytes. Takes one walk over every value of it and one `JSON.stringify`: 3 ms per MB of long texts to 15 ms per MB of small objects, during which nothing
 * else runs. Answers undefined where there would be more than `bytesMax` bytes, without making them as far as that can be told.
 */
export function encodeState(state: ExecutionState): Uint8Array;
export function encodeState(state: ExecutionState, options: { readonly bytesMax: number }): Uint8Array | undefined;
export function encodeState(
  state: ExecutionState,
  { bytesMax = Infinity }: { readonly bytesMax?: number } = {},
): Uint8Array | undefined {
  const shared = share(stateDocument(state), { lengthMax: bytesMax });
  if (shared === undefined) return undefined;
  const text = textOf([tag, stateFormat, shared.rows, shared.links], bytesMax);
  const data = text === undefined ? undefined : encoder.encode(text);
  return data === undefined || data.length > bytesMax ? undefined : data;
}

/** Undefined where the text would be longer than any text can be, and than is allowed. */
function textOf(value: unknown, lengthMax: number): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError && lengthMax < Infinity) return undefined;
    throw error;
  }
}

/** Throws JOURNAL_FORMAT for bytes that this release cannot read. */
export function decodeState(data: Uint8Array, core: Core): ExecutionState {
  try {
    return restoreState(unshare(sharedFrom(data)) as StateDocument, core);
  } catch (cause) {
    if (cause instanceof CoordinatorError) throw cause;
    throw unreadable('it does not hold a state', cause);
  }
}

function stateDocument({ visits, ordinals, joins, final, ...rest }: ExecutionState): StateDocument {
  const contexts = new ContextTable();
  const document = {
    ...plain(rest),
    final: contexts.numberOf(final),
    visits: [...visits.values()].map((visit) => visitDocument(visit, contexts)),
    ordinals: [...ordinals],
    joins: [...joins].map(([task, round]) => [task, joinDocument(round, contexts)] as const),
  };
  return { ...document, ...contexts.document() };
}

function visitDocument({ context, items, ...rest }: Visit, contexts: ContextTable): VisitDocument {
  return {
    ...plain(rest),
    context: contexts.numberOf(context),
    items: items === undefined ? null : itemsDocument(items),
  };
}

function joinDocument({ from, waiting, ...rest }: JoinRound, contexts: ContextTable): JoinDocument {
  return {
    ...plain(rest),
    from: from.toArray(),
    waiting: waiting.toArray().map((context) => contexts.numberOf(context)),
  };
}

function restoreState({ writes, contexts, ...document }: StateDocument, core: Core): ExecutionState {
  const restored = restoreContexts({ writes, contexts }, core.context, document.root);
  const contextAt = (number: number): (typeof restored)[number] => {
    const context = restored[number];
    if (context === undefined) throw unreadable(`it knows no context ${number}`);
    return context;
  };
  return {
    ...document,
    concurrency: document.concurrency ?? {},
    final: contextAt(document.final),
    visits: Map(
      document.visits.map(({ context, items, ...visit }) => [
        visit.id,
        { ...visit, context: contextAt(context), items: items === null ? undefined : restoreItems(items) },
      ]),
    ),
    ordinals: Map(document.ordinals),
    joins: Map(
      document.joins.map(([task, { from, waiting, ...round }]) => [
        task,
        { ...round, from: OrderedSet(from), waiting: List(waiting.map(contextAt)) },
      ]),
    ),
    outcome: document.outcome,
  };
}

function sharedFrom(data: Uint8Array): SharedJson {
  let text: unknown;
  try {
    text = JSON.parse(decoder.decode(data));
  } catch (cause) {
    throw unreadable('it is not JSON text', cause);
  }
  if (!Array.isArray(text) || text[0] !== tag) throw unreadable(`it is not an array that begins with "${tag}"`);
  const [, format, rows, links] = text as readonly unknown[];
  if (format !== stateFormat) throw unreadable(`state format ${String(format)}; this release reads ${stateFormat}`);
  if (!Array.isArray(rows) || !Array.isArray(links)) throw unreadable('it has no rows or no links');
  return { rows, links: links as SharedJson['links'] };
}

function unreadable(what: string, cause?: unknown): CoordinatorError {
  return new CoordinatorError(`the snapshot cannot be read: ${what}`, { code: 'JOURNAL_FORMAT', cause });
}
