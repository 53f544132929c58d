import { build } from 'esbuild';
import { mutatedSources, root, type Edit } from './mutated-sources.ts';

/** A deliberate bug. */
export interface Mutant extends Edit {
  readonly name: string;
}

/** The simulation as one program, with the bug in it; throws when the place it changes is not there any more. */
export async function bundleMutant(outfile: string, mutant: Mutant | undefined): Promise<void> {
  await build({
    ...{ entryPoints: [`${root}simulation/src/main.ts`], outfile, bundle: true, absWorkingDir: root },
    ...{ platform: 'node', format: 'esm', target: 'node20', logLevel: 'silent' },
    plugins: [mutatedSources(mutant === undefined ? [] : [mutant])],
    // Libraries in CommonJS that are bundled ask for the modules of Node.
    banner: { js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);" },
  });
}
