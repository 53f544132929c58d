import { join } from 'node:path';
import type { Store } from '@weftline/persistence';
import { checkScene, type Violation } from './check-scene.ts';
import { Child, shownExit } from './child.ts';
import { Ledger } from './ledger.ts';
import type { Order } from './list-program.ts';
import type { Work } from './listed-work.ts';
import { openStore, type Medium, type PolicyName } from './medium.ts';
import type { Stage } from './stage.ts';

export interface SceneOptions {
  readonly medium: Medium;
  readonly policy: PolicyName;
  readonly execution: string;
  readonly work: Work;
  readonly ledger: Ledger;
  /** Processes that wrote into the ledger before. Default 0. */
  readonly runs?: number;
}

/** One execution over one medium, the processes that ran it one after another, and what they were told. */
export class Scene {
  readonly options: SceneOptions;
  readonly #stage: Stage;
  readonly #violations: Violation[] = [];
  #epoch = 0;
  #runs: number;

  constructor(stage: Stage, options: SceneOptions) {
    this.#stage = stage;
    this.options = options;
    this.#runs = options.runs ?? 0;
  }

  get ledger(): Ledger {
    return this.options.ledger;
  }

  get runs(): number {
    return this.#runs;
  }

  get violations(): readonly Violation[] {
    return this.#violations;
  }

  tell(law: string, detail: string): void {
    const { medium, policy, execution } = this.options;
    this.#violations.push({ law, place: `${medium.kind}, ${policy}, ${execution}`, detail });
  }

  /** Starts another process on the execution. */
  run(options: Partial<Pick<Order, 'waits' | 'patienceMs'>> & { readonly prefix?: readonly string[] } = {}): Child {
    const { prefix = [], waits = false, patienceMs = 0 } = options;
    const { medium, policy, execution, work, ledger } = this.options;
    this.#runs += 1;
    const order = { medium, policy, execution, work, ledger: ledger.directory, run: this.#runs, waits, patienceMs };
    return new Child(this.#stage.resources, { program: this.#stage.program, order, prefix });
  }

  /** Holds the store, as it is, against what was acknowledged. */
  async look(): Promise<void> {
    await this.#withStore((store) => this.#check(store, false));
  }

  /** Lets another process bring the execution to its end, and holds everything against what was promised. */
  async settle(): Promise<void> {
    const exit = await this.run({ patienceMs: 20_000 }).exit;
    if (exit.code !== 0) this.tell('a resume brings the execution to its end', shownExit(exit));
    const { ending } = exit;
    const wasStarted = this.ledger.acknowledged().some(({ kind, run }) => kind === 'started' && run < this.#runs);
    if (wasStarted && ending !== undefined && 'found' in ending && ending.found === 'nothing')
      this.tell('an acknowledged start is kept', 'the resume found no execution');
    await this.#withStore((store) => this.#check(store, exit.code === 0));
  }

  async #check(store: Store, isOver: boolean): Promise<void> {
    const { execution, work, ledger } = this.options;
    const promised = { store, execution, work, ledger, isOver, epochBefore: this.#epoch };
    const epoch = await checkScene(promised, (law, detail) => this.tell(law, detail));
    this.#epoch = Math.max(this.#epoch, epoch);
  }

  async #withStore(use: (store: Store) => Promise<void>): Promise<void> {
    try {
      const store = await openStore(this.options.medium, `${this.options.execution}-check`);
      try {
        await use(store);
      } finally {
        await store.close();
      }
    } catch (error) {
      this.tell('the store can be read again', error instanceof Error ? error.message : String(error));
    }
  }
}

/** A new scene with a folder of its own. */
export function newScene(
  stage: Stage,
  options: Pick<SceneOptions, 'policy' | 'work'> & { readonly medium: Medium; readonly name: string },
): Scene {
  const { name, medium, policy, work } = options;
  const ledger = new Ledger(join(stage.directory, name, 'ledger'));
  return new Scene(stage, { medium, policy, work, ledger, execution: name });
}
