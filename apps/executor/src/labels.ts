import type { Settings } from './settings.ts';

/** What an execution was started with, as it is kept with it, so that `resume` needs no flags. */
export interface StartedWith {
  readonly file?: string;
  readonly actions?: readonly string[];
  readonly configFile?: string;
}

/** All values are absolute paths; variables and secrets are never kept. */
export function labelsFor(file: string, settings: Settings): Record<string, string> {
  const { actions, configFile } = settings;
  return {
    file,
    actions: JSON.stringify(actions),
    ...(configFile !== undefined && { config: configFile }),
  };
}

/** Reads the labels back; an execution that somebody else started may have none of them. */
export function startedWith(labels: Readonly<Record<string, string>>): StartedWith {
  const actions = labels.actions === undefined ? undefined : parseActions(labels.actions);
  return {
    ...(labels.file !== undefined && { file: labels.file }),
    ...(actions !== undefined && { actions }),
    ...(labels.config !== undefined && { configFile: labels.config }),
  };
}

function parseActions(text: string): readonly string[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((member) => typeof member === 'string') ? value : undefined;
  } catch {
    // An embedder may use the same label for something of its own.
    return undefined;
  }
}
