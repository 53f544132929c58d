import { basename, join } from 'node:path';
import { openStore, type Medium, type PolicyName, type StoreKind } from './medium.ts';
import type { Stage } from './stage.ts';

/** A store and a policy, as cases are told apart. */
export interface Variant {
  readonly kind: StoreKind;
  readonly policy: PolicyName;
}

export const fileVariants: readonly Variant[] = (['segment-file', 'sqlite'] as const).flatMap(bothPolicies);
export const postgresVariants: readonly Variant[] = bothPolicies('postgres');
/** Stores that several processes may have open at once. */
export const sharedVariants: readonly Variant[] = (['sqlite', 'postgres'] as const).flatMap(bothPolicies);

function bothPolicies(kind: StoreKind): Variant[] {
  return (['group-commit', 'write-through'] as const).map((policy) => ({ kind, policy }));
}

/** A medium with nothing in it, in a folder. */
export function fileMedium(kind: Exclude<StoreKind, 'postgres'>, directory: string): Medium {
  return kind === 'segment-file'
    ? { kind, directory: join(directory, 'store') }
    : { kind, path: join(directory, 'store.db') };
}

/** A schema for the case on a server, with its tables made. */
export async function schemaOn(url: string, { directory }: Stage): Promise<Medium> {
  const schema = `faults_${basename(directory).replaceAll('-', '_')}`.slice(0, 63);
  const medium: Medium = { kind: 'postgres', url, schema };
  await (await openStore(medium, 'prepare')).close();
  return medium;
}

/** Answers a medium for each name: folders of their own, or one schema of the shared server. */
export async function mediaOf(stage: Stage, { kind }: Variant): Promise<(name: string) => Medium> {
  if (kind !== 'postgres') return (name) => fileMedium(kind, join(stage.directory, name));
  const medium = await schemaOn((await stage.server()).url, stage);
  return () => medium;
}
