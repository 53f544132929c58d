import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';

/** One place in the sources, replaced. */
export interface Edit {
  /** The source file, from the root of the repository. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** The root of the repository, from here as from a program that was built out of this module (`<folder>/dist`). */
export const root: string = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Reads packages of the workspace by their sources, as `paths` of tsconfig.json say, with the edits in them. The bundle fails when
 * a place to edit is not there any more, once and no more.
 */
export function mutatedSources(edits: readonly Edit[]): Plugin {
  const { compilerOptions } = JSON.parse(readFileSync(`${root}tsconfig.json`, 'utf8')) as {
    readonly compilerOptions: { readonly paths: Readonly<Record<string, readonly [string]>> };
  };
  const missed = new Set(edits);
  return {
    name: 'mutated-sources',
    setup(bundling) {
      bundling.onResolve({ filter: /^@weftline\// }, ({ path }) => {
        const [target] = compilerOptions.paths[path] ?? [`./packages/${path.slice('@weftline/'.length)}/src/index.ts`];
        return { path: root + target.replace('./', '') };
      });
      bundling.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const here = edits.filter(({ file }) => path === root + file);
        if (here.length === 0) return undefined;
        for (const edit of here) missed.delete(edit);
        return { contents: here.reduce(edited, readFileSync(path, 'utf8')), loader: 'ts' };
      });
      bundling.onEnd(() => {
        for (const { file } of missed) throw new Error(`${file} is not part of the program`);
      });
    },
  };
}

function edited(source: string, { file, find, replace }: Edit): string {
  const parts = source.split(find);
  if (parts.length !== 2)
    throw new Error(`${file}: expected ${JSON.stringify(find)} once, found it ${parts.length - 1} times`);
  return parts.join(replace);
}
