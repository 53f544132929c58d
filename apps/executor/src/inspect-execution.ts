import type { ExecutionInspection } from '@weftline/engine';
import type { CommandContext } from './command-context.ts';
import { systemErrorCode } from './errors.ts';
import { startedWith } from './labels.ts';
import { withExecutions } from './open-engine.ts';
import { resolveSettings } from './settings.ts';
import type { Settings } from './settings.ts';

/**
 * How an execution stands, with the secrets masked that it was started with, as far as this process knows them: which
 * they are stands in the configuration it was started with, what they are in the environment of today.
 */
export async function inspectExecution(
  context: CommandContext,
  settings: Settings,
  id: string,
): Promise<ExecutionInspection> {
  const { terminal } = context;
  const first = await withExecutions({ settings, terminal, id }, (engine, found) => engine.inspect(found));
  const secrets = { ...settings.secrets, ...(await secretsOf(context, first)) };
  if (Object.keys(secrets).length === Object.keys(settings.secrets).length) return first;
  const request = { settings: { ...settings, secrets }, terminal, id: first.summary.id };
  return withExecutions(request, (engine, found) => engine.inspect(found));
}

async function secretsOf(
  context: CommandContext,
  { labels }: ExecutionInspection,
): Promise<Readonly<Record<string, string>>> {
  const remembered = startedWith(labels);
  if (remembered.configFile === undefined) return {};
  try {
    const { secrets } = await resolveSettings(context, { workflowFile: remembered.file, remembered });
    return secrets;
  } catch (error) {
    // A configuration that has gone names nothing any more; one that is there but wrong is worth an error.
    if (systemErrorCode(error) === 'FILE_NOT_FOUND') return {};
    throw error;
  }
}
