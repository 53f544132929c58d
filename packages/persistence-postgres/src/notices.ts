import { createHash } from 'node:crypto';

/** The channel of a schema, whose name is handed in quoted; names of channels are as short as other names. */
export function channelOf(schema: string): string {
  return `weftline_${createHash('sha256').update(schema).digest('hex').slice(0, 16)}`;
}

/** SQL that tells who watches, when the statement commits. `id` is an expression for the execution's id. */
export function notify(schema: string, kind: 'requested' | 'released' | 'finished', id: string): string {
  return `pg_notify('${channelOf(schema)}', json_build_object('kind', '${kind}', 'execution', ${id})::text)::text`;
}
