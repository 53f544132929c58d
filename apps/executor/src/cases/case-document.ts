import { LineCounter, isNode, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import { ExecutorError, messageOf } from '../errors.ts';

/** A place in a text; both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** The text of a case, which may be JSON or YAML, as a value whose parts know where they stand. */
export interface CaseDocument {
  /** As it is called in messages. */
  readonly name: string;
  readonly value: unknown;
  /** Where a path such as `mocks[0].task` leads, as far as there is something. */
  readonly placeOf: (path: string) => Place;
}

/** What is simulated where no case is given. */
export const emptyCase: CaseDocument = { name: 'the case', value: {}, placeOf: () => ({ line: 1, column: 1 }) };

/** Throws CASE_INVALID, with line and column, for a text that is neither JSON nor YAML. */
export function parseCase(text: string, name: string): CaseDocument {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, strict: true, prettyErrors: false });
  const [fault] = document.errors;
  const placeAt = (offset: number): Place => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  if (fault !== undefined) throw invalid(name, fault.message, placeAt(fault.pos[0]));
  return { name, value: valueOf(document, name), placeOf: (path) => placeAt(offsetOf(document, path)) };
}

function valueOf(document: Document, name: string): unknown {
  try {
    return JSON.parse(JSON.stringify(document.toJS(), refuseInfinite) ?? 'null');
  } catch (error) {
    throw invalid(name, messageOf(error), { line: 1, column: 1 });
  }
}

function refuseInfinite(key: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Error(`${key}: JSON has no number ${value}`);
  return value;
}

function invalid(name: string, reason: string, { line, column }: Place): ExecutorError {
  return new ExecutorError(`${name}:${line}:${column}: ${reason}`, { code: 'CASE_INVALID' });
}

/** Offset of what the path leads to, or of what is nearest above it. */
function offsetOf(document: Document, path: string): number {
  const steps = stepsOf(path);
  for (let length = steps.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(steps.slice(0, length), true);
    if (isNode(node) && node.range != null) return node.range[0];
  }
  return document.contents?.range?.[0] ?? 0;
}

function stepsOf(path: string): (string | number)[] {
  const steps = path.matchAll(/\[("(?:[^"\\]|\\.)*")\]|\[(\d+)\]|([A-Za-z_][\w-]*)/g);
  return [...steps].map(([, quoted, index, word = '']) => {
    if (quoted !== undefined) return JSON.parse(quoted) as string;
    return index === undefined ? word : Number(index);
  });
}
