import { formatListCursor, parseListCursor } from '@weftline/persistence';
import type { ExecutionPage, ListQuery } from '@weftline/persistence';
import { isStorable, selectExecutions, summarize } from './execution-row.ts';
import type { ExecutionRow } from './execution-row.ts';
import type { Session, Statement } from './session.ts';

/** A ListQuery that was checked, with its limit. */
export interface ListQuestion extends ListQuery {
  readonly limit: number;
  readonly nowMs: number | null;
}

type Filters = Readonly<Record<'unfinished' | 'workflow' | 'statuses' | 'cursor', boolean>>;

/** One text for each set of filters, so that the server finds the index that fits it. */
const statements = new Map<string, Statement>();

/** Newest first, in the order of an index; the one more than asked for tells whether there is another page. */
export async function listExecutions(session: Session, question: ListQuestion): Promise<ExecutionPage> {
  const { limit, nowMs, workflow, unfinished } = question;
  const statuses = question.statuses?.filter(isStorable);
  // No execution has a text that the server would not even take.
  if (statuses?.length === 0 || (workflow !== undefined && !isStorable(workflow))) return { executions: [] };
  const position = question.cursor === undefined ? undefined : parseListCursor(question.cursor);
  const statement = statementFor({
    ...{ unfinished: unfinished === true, workflow: workflow !== undefined },
    ...{ statuses: statuses !== undefined, cursor: position !== undefined },
  });
  const rows = await session.query<ExecutionRow>(statement, [
    ...[nowMs, limit + 1, workflow ?? null, statuses ?? null],
    ...[position?.createdAtMs ?? null, position?.ordinal ?? null],
  ]);
  const executions = rows.slice(0, limit).map(summarize);
  const last = rows[limit - 1];
  if (rows.length <= limit || last === undefined) return { executions };
  return { executions, cursor: formatListCursor({ createdAtMs: last.created_at, ordinal: last.execution }) };
}

function statementFor(filters: Filters): Statement {
  const names = Object.entries(filters).flatMap(([name, isGiven]) => (isGiven ? [name] : []));
  const name = ['list', ...names].join('-');
  let statement = statements.get(name);
  if (statement === undefined) {
    statement = { name, sql: (schema) => listSql(schema, filters) };
    statements.set(name, statement);
  }
  return statement;
}

/** Every text has all parameters, also those that it does not look at. */
function listSql(schema: string, filters: Filters): string {
  const terms = [
    ...(filters.unfinished ? ['e.finished_at IS NULL'] : []),
    filters.workflow ? 'e.workflow = $3' : '$3::text IS NULL',
    filters.statuses ? 'e.status = ANY($4::text[])' : '$4::text[] IS NULL',
    filters.cursor ? '(e.created_at, e.execution) < ($5, $6)' : '$5::bigint IS NULL AND $6::bigint IS NULL',
  ];
  return `${selectExecutions(schema, '$1')}
    WHERE ${terms.join(' AND ')} ORDER BY e.created_at DESC, e.execution DESC LIMIT $2`;
}
