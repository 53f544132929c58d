import type { CommandContext } from './command-context.ts';
import { resolveSettings } from './settings.ts';
import type { Settings } from './settings.ts';
import { storeUrl } from './store-location.ts';

/** Writes commands for people to type next. */
export interface FollowUp {
  /** E.g. `weftline resume 01J…`, with `--store` where it would not be found otherwise; undefined when nothing was kept. */
  command(name: 'resume' | 'show' | 'cancel', id: string): string | undefined;
}

export async function createFollowUp(context: CommandContext, settings: Settings): Promise<FollowUp> {
  if (settings.store.kind === 'memory') return { command: () => undefined };
  const url = storeUrl(settings.store);
  // As it was written, unless a password may be in it.
  const written = settings.store.kind === 'postgres' ? url : (context.options.store ?? url);
  const flag = (await urlWithoutFlags(context)) === url ? '' : ` --store ${shellWord(written)}`;
  // Whoever starts this program under another name, as a script of a package does, says which.
  const program = context.env.WEFTLINE_COMMAND ?? 'weftline';
  return { command: (name, id) => `${program} ${name} ${id}${flag}` };
}

/** The store that the same directory and environment lead to without any flag. */
async function urlWithoutFlags(context: CommandContext): Promise<string | undefined> {
  const { store: _store, config: _config, actions: _actions, ...options } = context.options;
  try {
    return storeUrl((await resolveSettings({ ...context, options })).store);
  } catch {
    // A configuration in the working directory that cannot be read leads nowhere: the flag is needed.
    return undefined;
  }
}

function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
