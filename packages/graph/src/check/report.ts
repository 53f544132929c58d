import type { IssueCode } from '../issue-codes.ts';
import type { Problem } from '../issues.ts';
import type { Path } from '../path.ts';
import type { Range } from '../source/source-node.ts';

/** Something in a definition, by its place in the normal form. */
export interface At {
  readonly path: Path;
  /** `key`: the issue is about the name under which the value stands. */
  readonly part?: 'key';
  /** Range within the text that stands there. */
  readonly range?: Range;
}

/** Takes an issue about a definition; where the definition came from a text, the issue is located in it. */
export type Report = (code: IssueCode, at: At, problem: Problem | string) => void;
