import type { Ability } from './abilities.ts';
import type { Violation } from './check-scene.ts';
import type { Scene } from './scene.ts';
import type { Stage } from './stage.ts';

/** One fault, over one store and policy. */
export interface Case {
  /** What `FAULTS_ONLY` is looked for in: fault, store and policy, with slashes between. */
  readonly name: string;
  readonly needs: readonly Ability[];
  readonly run: (stage: Stage) => Promise<CaseOutcome>;
}

export interface CaseOutcome {
  /** What was done, by name: faults that happened, processes, completions acknowledged. */
  readonly counts: Readonly<Record<string, number>>;
  readonly violations: readonly Violation[];
}

/** Adds up what scenes lead to. */
export class Tally {
  readonly #counts = new Map<string, number>();
  readonly #violations: Violation[] = [];

  count(name: string, number = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + number);
  }

  add(scene: Scene): void {
    this.#violations.push(...scene.violations);
    this.count('processes', scene.runs);
    this.count('completions', scene.ledger.acknowledged().filter(({ kind }) => kind === 'completed').length);
  }

  tell(law: string, options: { readonly place: string; readonly detail: string }): void {
    this.#violations.push({ law, ...options });
  }

  get hasViolations(): boolean {
    return this.#violations.length > 0;
  }

  outcome(): CaseOutcome {
    return { counts: Object.fromEntries(this.#counts), violations: this.#violations };
  }
}
