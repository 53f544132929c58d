import { StoreError } from '../errors.ts';
import type { Append, ExecutionSummary, Store } from '../store.ts';
import { readJournalPart } from './journal-part.ts';
import type { JournalPart } from './journal-part.ts';
import type { StoreChange } from './store-change.ts';

type Outcome = StoreError | undefined;

/** What is known of an append after opening again: its answer, or that it is to be sent again. */
type Finding = { readonly outcome: Outcome } | 'send';

interface Placed {
  readonly append: Append;
  /** Where it stands in the call. */
  readonly place: number;
}

/**
 * Of each execution in the call:
 *
 * 1. An append whose records stand in the journal, byte for byte and at its sequence, was taken. So are records that a vacuum
 *    has dropped, as long as the epoch is the same: nobody else can have written them.
 * 2. What stands in the call before one that was taken has been judged by the store: without records it was taken exactly if it
 *    followed, and anything else was refused.
 * 3. What stands behind is sent again, and the store says whether it follows. One without records does no harm
 *    twice under the same epoch; under a later one nobody can know, and that is the answer.
 *
 * Nobody writes between an attempt and its settling but another process that has claimed the execution.
 */
export function appendChange(appends: readonly Append[]): StoreChange<readonly Outcome[]> {
  return {
    send: (store) => store.append(appends),
    settle: async (store) => {
      const findings = await findAppends(store, appends);
      const rest = appends.filter((_, place) => findings[place] === 'send');
      const answers = rest.length === 0 ? [] : [...(await store.append(rest))];
      return findings.map((finding) => (finding === 'send' ? answers.shift() : finding.outcome));
    },
  };
}

async function findAppends(store: Store, appends: readonly Append[]): Promise<readonly Finding[]> {
  const findings = appends.map((): Finding => 'send');
  const groups = new Map<string, Placed[]>();
  for (const [place, append] of appends.entries()) {
    const group = groups.get(append.execution) ?? [];
    groups.set(append.execution, group);
    group.push({ append, place });
  }
  for (const [id, group] of groups) {
    const summary = await store.get(id);
    if (summary === undefined) continue;
    const taken = await takenOf(store, summary, group);
    for (const [index, { append, place }] of group.entries()) {
      findings[place] = judge(append, { index, taken, summary, group });
    }
  }
  return findings;
}

/** Which appends with records are there: their places in the group, in order. */
async function takenOf(store: Store, summary: ExecutionSummary, group: readonly Placed[]): Promise<readonly number[]> {
  const sent = group.filter(({ append }) => append.records.length > 0 && endOf(append) <= summary.head);
  if (sent.length === 0) return [];
  const from = Math.max(1, Math.min(...sent.map(({ append }) => append.sequence)));
  const to = Math.max(...sent.map(({ append }) => endOf(append)));
  const part = await readJournalPart(store, summary.id, { from, to });
  return sent.filter(({ append }) => isTaken(append, summary, part)).map((placed) => group.indexOf(placed));
}

function isTaken({ epoch, sequence, records }: Append, summary: ExecutionSummary, part: JournalPart): boolean {
  if (epoch > summary.epoch) return false;
  const holds = part.holds(sequence, records);
  return holds === 'dropped' ? epoch === summary.epoch : holds;
}

interface Situation {
  readonly index: number;
  readonly taken: readonly number[];
  readonly summary: ExecutionSummary;
  readonly group: readonly Placed[];
}

function judge(append: Append, { index, taken, summary, group }: Situation): Finding {
  if (taken.includes(index)) return { outcome: undefined };
  const next = taken.find((other) => other > index);
  if (next === undefined)
    return append.records.length > 0 || append.epoch >= summary.epoch ? 'send' : unknowable(append);
  const expected = group[next]?.append.sequence;
  if (append.records.length === 0 && append.sequence === expected) return { outcome: undefined };
  return { outcome: refusal(append, expected) };
}

function endOf({ sequence, records }: Append): number {
  return sequence + records.length - 1;
}

function refusal({ execution, sequence }: Append, expected: number | undefined): StoreError {
  const message = `execution ${JSON.stringify(execution)}: expected sequence ${expected}, got ${sequence} from the same owner`;
  return new StoreError(message, { code: 'STORE_CONFLICT' });
}

function unknowable({ execution, epoch }: Append): Finding {
  const message =
    `execution ${JSON.stringify(execution)}: whether an append without records under epoch ${epoch} was taken before ` +
    'another owner claimed it cannot be told';
  return { outcome: new StoreError(message, { code: 'STORE_UNKNOWN_OUTCOME' }) };
}
