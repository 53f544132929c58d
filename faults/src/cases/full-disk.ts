import { join } from 'node:path';
import { Tally, type Case, type CaseOutcome } from '../case.ts';
import { shownExit } from '../child.ts';
import { fileMedium, fileVariants, type Variant } from '../media.ts';
import { placeOf } from '../medium.ts';
import { mountMemory, resizeMemory } from '../mounts.ts';
import { newScene } from '../scene.ts';
import type { Stage } from '../stage.ts';

const work = { items: 120, pauseMs: 3, padBytes: 2_000 };

/** In kilobytes: too small for the list, which fails at another place in each. */
const sizes = { 'segment-file': [60, 96, 132, 180, 240], sqlite: [200, 260, 320, 400, 480] };

/** The disk is full in the middle of the list; then there is room. */
async function fillDisk(stage: Stage, { kind, policy }: Variant): Promise<CaseOutcome> {
  const tally = new Tally();
  if (kind === 'postgres') throw new Error('a server keeps its files elsewhere');
  for (const size of sizes[kind].slice(0, stage.pointsMax)) {
    const name = `${kind}-${policy}-${size}k`;
    const disk = join(stage.directory, name, 'disk');
    const unmount = mountMemory(stage.resources, disk, `${size}k`);
    const scene = newScene(stage, { medium: fileMedium(kind, disk), policy, work, name });
    const exit = await scene.run().exit;
    const { ending } = exit;
    if (exit.code !== 1 || ending === undefined || !('error' in ending)) {
      scene.tell('a full disk ends the process', shownExit(exit));
    } else {
      const { code, message } = ending.error;
      if (code !== 'STORE_UNAVAILABLE' && code !== 'STORE_UNKNOWN_OUTCOME')
        scene.tell('a full disk is told as such', `${code}: ${message}`);
      if (!message.includes(placeOf(scene.options.medium))) scene.tell('a failure names its medium', message);
      tally.count('fullDisks');
    }
    resizeMemory(disk, '64m');
    await scene.look();
    await scene.settle();
    tally.add(scene);
    unmount();
  }
  return tally.outcome();
}

export const fullDiskCases: readonly Case[] = fileVariants.map((variant) => ({
  name: `full-disk/${variant.kind}/${variant.policy}`,
  needs: ['mounts'],
  run: (stage) => fillDisk(stage, variant),
}));
