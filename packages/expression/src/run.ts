import type { ExpressionError, Site } from './errors.ts';
import { limitError, typeError, undefinedError } from './errors.ts';
import { limits } from './limits.ts';
import type { Scope } from './scope.ts';

/** One node of an expression, compiled. Undefined stands for what is missing, and only where that was asked for. */
export type Evaluate = (run: Run) => unknown;

const noLocals: unknown[] = [];

/** One evaluation: the scope it reads, what it has cost so far, and where it is. */
export class Run {
  readonly scope: Scope;
  /** Values of names that are bound inside the expression, by their slots; an expression that binds some brings a list of its own. */
  locals: unknown[] = noLocals;
  /** The call or operator at work; errors of functions, which know no positions, are located here. */
  site: Site;
  #steps = 0;

  constructor(scope: Scope, site: Site) {
    this.scope = scope;
    this.site = site;
  }

  /** Counts elements about to be touched. */
  charge(steps: number): void {
    this.#steps += steps;
    if (this.#steps > limits.stepsMax) {
      throw limitError(this.site, `An evaluation takes at most ${limits.stepsMax} steps.`);
    }
  }

  /** Checks the length of a text that is about to be made. */
  checkTextLength(length: number): void {
    if (length > limits.textLengthMax) {
      throw limitError(this.site, `An expression makes texts of at most ${limits.textLengthMax} characters.`);
    }
  }

  checkDepth(depth: number): void {
    if (depth > limits.valueDepthMax) {
      throw limitError(this.site, `A value is read at most ${limits.valueDepthMax} levels deep.`);
    }
  }

  limitError(message: string): ExpressionError {
    return limitError(this.site, message);
  }

  typeError(message: string, suggestion?: string): ExpressionError {
    return typeError(this.site, message, suggestion);
  }

  undefinedError(message: string, suggestion?: string): ExpressionError {
    return undefinedError(this.site, message, suggestion);
  }
}
