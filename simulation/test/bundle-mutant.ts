import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

/** A deliberate bug: one place in the sources, replaced. */
export interface Mutant {
  readonly name: string;
  /** The source file, from the root of the repository. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The simulation as one program, with the bug in it; throws when the place it changes is not there any more. */
export async function bundleMutant(outfile: string, mutant: Mutant | undefined): Promise<void> {
  let applied = mutant === undefined;
  const mutate: Plugin = {
    name: 'mutate',
    setup(bundling) {
      bundling.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        if (mutant === undefined || path !== root + mutant.file) return undefined;
        const source = readFileSync(path, 'utf8');
        const parts = source.split(mutant.find);
        if (parts.length !== 2) throw new Error(`${mutant.name}: expected its place once, found ${parts.length - 1}`);
        applied = true;
        return { contents: parts.join(mutant.replace), loader: 'ts' };
      });
    },
  };
  await build({
    ...{ entryPoints: [`${root}simulation/src/main.ts`], outfile, bundle: true, absWorkingDir: root },
    ...{ platform: 'node', format: 'esm', target: 'node20', plugins: [mutate, sources()], logLevel: 'silent' },
    // Libraries in CommonJS that are bundled ask for the modules of Node.
    banner: { js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);" },
  });
  if (!applied) throw new Error(`${mutant?.name ?? ''}: ${mutant?.file ?? ''} is not part of the simulation`);
}

/** Packages of the workspace by their sources, as `paths` of tsconfig.json say. */
function sources(): Plugin {
  const { compilerOptions } = JSON.parse(readFileSync(`${root}tsconfig.json`, 'utf8')) as {
    readonly compilerOptions: { readonly paths: Readonly<Record<string, readonly [string]>> };
  };
  return {
    name: 'sources',
    setup(bundling) {
      bundling.onResolve({ filter: /^@weftline\// }, ({ path }) => {
        const [target] = compilerOptions.paths[path] ?? [`./packages/${path.slice('@weftline/'.length)}/src/index.ts`];
        return { path: root + target.replace('./', '') };
      });
    },
  };
}
