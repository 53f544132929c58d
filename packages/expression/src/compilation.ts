import type { Node } from './ast.ts';
import type { Dialect } from './dialect.ts';
import type { Site } from './errors.ts';
import type { Idiom } from './idiom.ts';
import type { Locals } from './locals.ts';
import type { Reference } from './reference.ts';
import type { Evaluate } from './run.ts';
import type { Span } from './token-cursor.ts';

/** `strict` throws where something is missing; `lenient` answers undefined: `default`, `??`, `?.` and `is defined` stand on it. */
export type Mode = 'strict' | 'lenient';

/**
 * What the compilers of single nodes share. Each node becomes one closure in one mode; no node is compiled twice, so that
 * references are recorded once.
 */
export interface Compilation {
  readonly dialect: Dialect;
  readonly idiom: Idiom;
  readonly locals: Locals;
  compile(node: Node, mode?: Mode): Evaluate;
  /** Compiles leniently what `is defined` asks about, and takes it as guarded from then on. */
  compileTested(node: Node): Evaluate;
  record(reference: Reference, mode: Mode): void;
  site(span: Span): Site;
  /** The spelling of a node, for messages and suggestions; shortened when long. */
  text(span: Span): string;
}
