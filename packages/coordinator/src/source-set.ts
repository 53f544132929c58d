import type { LogAttempt } from './attempt.ts';
import type { Clock } from './clock.ts';
import type { PullItems } from './core/command.ts';
import type { TaskFailure } from './core/failure.ts';
import type { Program } from './core/program.ts';
import { renderSource } from './core/render.ts';
import { OpenSource, type Pulled } from './open-source.ts';
import type { AttemptSupport, ItemSource, LogLevel, TaskExecutor } from './task-executor.ts';
import { textOf } from './text-of.ts';

export interface SourceSetOptions {
  readonly execution: string;
  readonly program: Program;
  readonly executor: TaskExecutor;
  readonly clock: Clock;
  readonly secrets: Readonly<Record<string, string>>;
  readonly onLog: LogAttempt;
  onPulled(command: PullItems, pulled: Pulled): void;
  onBug(error: unknown): void;
}

interface Entry {
  readonly source: OpenSource;
  readonly controller: AbortController;
}

/**
 * The sources of items that one execution has open, by visit.
 *
 * Invariants:
 * 1. A source is open until it has ended, failed, or nothing more is wanted of it.
 * 2. What a source that was closed still gives is told to nobody.
 */
export class SourceSet {
  readonly #options: SourceSetOptions;
  readonly #open = new Map<number, Entry>();

  constructor(options: SourceSetOptions) {
    this.#options = options;
  }

  pull(command: PullItems): void {
    this.#pull(command).catch((error: unknown) => this.#options.onBug(error));
  }

  /** Tells the action to stop; whoever needs the source opens it again. */
  close(visit: number): void {
    const entry = this.#open.get(visit);
    if (entry === undefined) return;
    this.#open.delete(visit);
    entry.controller.abort(new DOMException('nothing more is wanted of the source', 'AbortError'));
    void entry.source.close();
  }

  closeAll(): void {
    for (const visit of [...this.#open.keys()]) this.close(visit);
  }

  async #pull(command: PullItems): Promise<void> {
    const entry = this.#entryFor(command);
    if ('failure' in entry) {
      this.#options.onPulled(command, { ok: false, failure: entry.failure });
      return;
    }
    const pulled = await entry.source.pull(command.want);
    if (this.#open.get(command.visit) !== entry) return;
    if (!pulled.ok || pulled.ended) this.close(command.visit);
    this.#options.onPulled(command, pulled);
  }

  #entryFor(command: PullItems): Entry | { readonly failure: TaskFailure } {
    const open = this.#open.get(command.visit);
    if (open?.source.at === command.from) return open;
    this.close(command.visit);
    const { execution, program, secrets, clock, executor } = this.#options;
    const rendered = renderSource(program, command, { execution, secrets, atMs: clock.nowMs() });
    if (!rendered.ok) return rendered;
    if (executor.openSource === undefined) return { failure: unsupported };
    const controller = new AbortController();
    const source = guarded(() => executor.openSource?.(rendered.request, this.#supportFor(command, controller)));
    const entry = { source: new OpenSource(source, command), controller };
    this.#open.set(command.visit, entry);
    return entry;
  }

  #supportFor(command: PullItems, { signal }: AbortController): AttemptSupport {
    const { onLog } = this.#options;
    const at = { ...command, type: 'run-attempt', afterDurable: true, index: undefined, item: undefined } as const;
    return {
      signal,
      log: (level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>) =>
        onLog(at, { level, message, ...(fields === undefined ? {} : { fields }) }),
    };
  }
}

const unsupported: TaskFailure = {
  ...{ kind: 'definition', code: 'SOURCE_UNSUPPORTED', retryable: false },
  message: 'actions cannot be sources of items here',
};

/** An executor that does not keep its word must not leave a list waiting. */
function guarded(open: () => ItemSource | undefined): ItemSource {
  let source: ItemSource | undefined;
  const failed = (error: unknown): { readonly kind: 'failed'; readonly failure: TaskFailure } => ({
    kind: 'failed',
    failure: { kind: 'application', message: textOf(error), retryable: true },
  });
  return {
    next: async () => {
      try {
        source ??= open();
        return source === undefined ? failed('there is no source') : await source.next();
      } catch (error) {
        return failed(error);
      }
    },
    close: async () => {
      try {
        await source?.close();
      } catch {
        // Nobody needs anything of it any more.
      }
    },
  };
}
