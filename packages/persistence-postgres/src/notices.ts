import { createHash } from 'node:crypto';
import type { StoreNotice } from '@weftline/persistence';

type NoticeKind = Exclude<StoreNotice['kind'], 'missed'>;

/** The channel of a schema, whose name is handed in quoted; names of channels are as short as other names. */
export function channelOf(schema: string): string {
  return `weftline_${createHash('sha256').update(schema).digest('hex').slice(0, 16)}`;
}

/** SQL that tells who watches, when the statement commits. `id` is an expression for the execution's id. */
export function notify(schema: string, kind: NoticeKind, id: string): string {
  return `pg_notify('${channelOf(schema)}', json_build_object('kind', '${kind}', 'execution', ${id})::text)::text`;
}

/** What `notify` had told; undefined for what somebody else says on the channel. */
export function parseNotice(payload: string): StoreNotice | undefined {
  let said: unknown;
  try {
    said = JSON.parse(payload);
  } catch {
    return undefined;
  }
  const { kind, execution } = (said ?? {}) as { readonly kind?: unknown; readonly execution?: unknown };
  if (typeof execution !== 'string') return undefined;
  if (kind !== 'requested' && kind !== 'released' && kind !== 'finished') return undefined;
  return { kind, execution };
}
