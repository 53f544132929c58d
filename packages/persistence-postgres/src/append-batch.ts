import { StoreError } from '@weftline/persistence';
import type { Append } from '@weftline/persistence';
import { judge, supposedFence } from './append-run.ts';
import type { Fence, Verdict } from './append-run.ts';
import { encodeRun, fencesOf, sendRuns, writtenRuns } from './append-statements.ts';
import type { EncodedRun } from './append-statements.ts';
import { isStorable, notFound } from './execution-row.ts';
import type { Session } from './session.ts';

type Outcome = StoreError | undefined;

/** Appends of one execution that have no answer yet. */
interface Pending {
  readonly id: string;
  readonly appends: readonly Append[];
  /** Where each stands in the call. */
  readonly places: readonly number[];
  readonly fence: Fence;
}

interface Offer {
  readonly pending: Pending;
  readonly run: EncodedRun;
  readonly outcomes: Verdict['outcomes'];
}

/**
 * One call of `Store.append`, from its first statement to the answer to each append.
 *
 * 1. At first every execution is supposed to be in the state that its first append names. Where that holds, as it mostly does,
 *    one statement decides everything. Where it does not, the statement has changed nothing; the state is read, the appends
 *    are judged by it, and what may still be taken is offered again.
 * 2. `write` may be called again when it was interrupted, and goes on with what has no answer. What was sent and not
 *    answered is sent again, which the fence makes harmless: once at most it finds the head where it expects it.
 * 3. A run that is refused after it had been sent without an answer has been taken then exactly if its bytes stand in the
 *    journal. One without records leaves nothing there: under the same epoch it is taken (again); under a later one nobody can
 *    know, and its appends are answered with STORE_UNKNOWN_OUTCOME. The same holds where a vacuum has dropped the records: under
 *    the same epoch nobody else can have written them.
 */
export class AppendBatch {
  readonly #outcomes: Outcome[];
  readonly #pending = new Map<string, Pending>();
  readonly #runs = new Map<Pending, EncodedRun>();
  readonly #unanswered = new Set<Pending>();
  #hasWritten = false;

  constructor(appends: readonly Append[]) {
    this.#outcomes = appends.map((): Outcome => undefined);
    const groups = new Map<string, { appends: Append[]; places: number[] }>();
    for (const [place, append] of appends.entries()) {
      const group = groups.get(append.execution) ?? { appends: [], places: [] };
      groups.set(append.execution, group);
      group.appends.push(append);
      group.places.push(place);
    }
    for (const [id, group] of groups) {
      const pending = { id, ...group, fence: supposedFence(group.appends) };
      // It would spoil the statement for the others.
      if (isStorable(id)) this.#pending.set(id, pending);
      else this.#settle(pending, () => notFound(id));
    }
  }

  /** Whether an append has been taken. */
  get hasWritten(): boolean {
    return this.#hasWritten;
  }

  async write(session: Session): Promise<readonly Outcome[]> {
    for (let offers = this.#offers(); offers.length > 0; offers = this.#offers()) {
      const doubtful = new Set(offers.map(({ pending }) => pending).filter((pending) => this.#unanswered.has(pending)));
      for (const { pending } of offers) this.#unanswered.add(pending);
      const taken = await sendRuns(
        session,
        offers.map(({ run }) => run),
      );
      for (const { pending } of offers) if (!doubtful.has(pending)) this.#unanswered.delete(pending);
      const refused = offers.filter((offer) => !taken.has(offer.run.execution));
      for (const offer of offers) if (taken.has(offer.run.execution)) this.#accept(offer);
      await this.#reconsider(session, refused, doubtful);
    }
    return this.#outcomes;
  }

  /** What can be taken as far as is known; appends that cannot are answered on the way. */
  #offers(): Offer[] {
    const offers: Offer[] = [];
    for (const pending of this.#pending.values()) {
      const { run, outcomes } = judge(pending.appends, pending.fence);
      if (run === undefined) {
        this.#settle(pending, (index) => outcomes[index]);
        continue;
      }
      const encoded = this.#runs.get(pending) ?? encodeRun(run);
      this.#runs.set(pending, encoded);
      offers.push({ pending, run: encoded, outcomes });
    }
    return offers;
  }

  /** Finds out why offers were refused, and how their executions really are. */
  async #reconsider(session: Session, refused: readonly Offer[], doubtful: ReadonlySet<Pending>): Promise<void> {
    if (refused.length === 0) return;
    const again = refused.filter(({ pending }) => doubtful.has(pending));
    const sent = again.filter(({ run }) => run.rows.length > 0).map(({ run }) => run);
    const written = sent.length === 0 ? new Set<string>() : await writtenRuns(session, sent);
    for (const offer of again) if (written.has(offer.run.execution)) this.#accept(offer);
    const others = refused.filter(({ run }) => !written.has(run.execution));
    if (others.length === 0) return;
    const fences = await fencesOf(
      session,
      others.map(({ pending }) => pending.id),
    );
    for (const offer of others) {
      const { pending, run } = offer;
      const fence = fences.get(pending.id);
      const isDropped = (fence?.compactedTo ?? 0) > run.head;
      const leavesNothing = doubtful.has(pending) && (run.rows.length === 0 || isDropped);
      const isUnknown = leavesNothing && fence?.epoch !== run.epoch;
      if (leavesNothing && isDropped && !isUnknown) this.#accept(offer);
      else if (fence === undefined) this.#settle(pending, () => notFound(pending.id));
      else if (isUnknown) this.#settle(pending, () => unknownOutcome(pending.id));
      else this.#replace(pending, fence);
    }
  }

  #accept({ pending, outcomes }: Offer): void {
    this.#hasWritten = true;
    this.#settle(pending, (index) => outcomes[index]);
  }

  #settle(pending: Pending, outcome: (index: number) => Outcome): void {
    for (const [index, place] of pending.places.entries()) this.#outcomes[place] = outcome(index);
    this.#forget(pending);
    this.#pending.delete(pending.id);
  }

  #replace(pending: Pending, fence: Fence): void {
    this.#forget(pending);
    this.#pending.set(pending.id, { ...pending, fence });
  }

  #forget(pending: Pending): void {
    this.#runs.delete(pending);
    this.#unanswered.delete(pending);
  }
}

function unknownOutcome(id: string): StoreError {
  return new StoreError(
    `execution ${JSON.stringify(id)}: the connection was lost, and another owner took over before it could be asked ` +
      'whether the summary had been changed',
    { code: 'STORE_UNKNOWN_OUTCOME' },
  );
}
