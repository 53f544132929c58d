import type { Context, ContextRoot, ContextStrategy, TaskView } from '../context.ts';
import { ownMember } from '../own-member.ts';

export const root: ContextRoot = {
  input: { url: 'http://localhost/', limit: 100 },
  execution: { id: 'x1', started_at: '2026-01-01T00:00:00.000Z', workflow: 'report' },
  env: { REGION: 'north' },
};

export function succeeded(result: unknown): TaskView {
  return { status: 'succeeded', result, error: null, attempts: 1 };
}

/** A context with two variables and one task. */
export function sample(strategy: ContextStrategy): Context {
  return strategy
    .create(root)
    .publish([['currency', 'EUR']], 1)
    .publish([['rows', [{ id: 1 }, { id: 2 }]]], 2)
    .withTask('fetch', succeeded({ status: 200 }), 3);
}

/** What a namespace says of a key, by listing it. */
export function listed(context: Context, namespace: string, key: string): unknown {
  return ownMember(context.resolve(namespace), key);
}

export function namesOf(context: Context, namespace: string): readonly string[] {
  return Object.keys(context.resolve(namespace) as object);
}
