import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Tally, type Case, type CaseOutcome } from '../case.ts';
import { shownExit } from '../child.ts';
import type { Ledger } from '../ledger.ts';
import { fileMedium, fileVariants, type Variant } from '../media.ts';
import type { StoreKind } from '../medium.ts';
import { copyImage, mountImage, newImage } from '../mounts.ts';
import { newScene, Scene } from '../scene.ts';
import type { Stage } from '../stage.ts';
import { waitUntil } from '../wait-until.ts';

const work = { items: 150, pauseMs: 9, padBytes: 120 };

/** After how many acknowledged completions the power goes; the first cut comes right after the start. */
const cutsAfter = [1, 20, 45, 70, 95, 120, 140];

interface Cut {
  readonly image: string;
  readonly ledger: Ledger;
}

/**
 * A process runs over a disk of its own, and what the disk holds is looked at several times on the way: that is what a cut of the
 * power would leave at that moment. While it is copied the process stands still.
 */
async function cutPower(stage: Stage, { kind, policy }: Variant): Promise<CaseOutcome> {
  const tally = new Tally();
  const [image, disk] = [join(stage.directory, 'image'), join(stage.directory, 'disk')];
  const name = `${kind}-${policy}`;
  newImage(image, 48);
  const unmount = mountImage(stage.resources, image, disk);
  const scene = newScene(stage, { medium: mediumOn(kind, disk), policy, work, name });
  const child = scene.run();
  const cuts: Cut[] = [];
  for (const [place, count] of cutsAfter.slice(0, stage.pointsMax).entries()) {
    const isThere = await waitUntil(() => child.hasEnded || scene.ledger.completed(1) >= count, 30_000);
    if (!isThere || child.hasEnded) break;
    child.signal('SIGSTOP');
    const cut = join(stage.directory, `cut-${place}`);
    copyImage(image, cut);
    cuts.push({ image: cut, ledger: scene.ledger.copy(join(stage.directory, `ledger-${place}`)) });
    child.signal('SIGCONT');
  }
  const exit = await child.exit;
  if (exit.code !== 0) scene.tell('nothing fails by itself', shownExit(exit));
  tally.add(scene);
  unmount();
  for (const cut of cuts) await resumeAfter(stage, { cut, scene, tally });
  return tally.outcome();
}

async function resumeAfter(
  stage: Stage,
  { cut, scene, tally }: { readonly cut: Cut; readonly scene: Scene; readonly tally: Tally },
): Promise<void> {
  const disk = join(stage.directory, 'disk-after');
  const unmount = mountImage(stage.resources, cut.image, disk);
  const medium = mediumOn(scene.options.medium.kind, disk);
  const after = new Scene(stage, { ...scene.options, medium, ledger: cut.ledger, runs: 1 });
  // It names a process of the machine before the cut, which this one cannot be told from; whoever starts it again removes it.
  if (medium.kind === 'segment-file') rmSync(join(medium.directory, 'lock'), { force: true });
  tally.count('powerCuts');
  await after.look();
  await after.settle();
  tally.add(after);
  unmount();
}

function mediumOn(kind: StoreKind, disk: string): ReturnType<typeof fileMedium> {
  if (kind === 'postgres') throw new Error('a server keeps its files elsewhere');
  return fileMedium(kind, join(disk, 'store'));
}

export const powerCutCases: readonly Case[] = fileVariants.map((variant) => ({
  name: `power-cut/${variant.kind}/${variant.policy}`,
  needs: ['loop devices', 'signals'],
  run: (stage) => cutPower(stage, variant),
}));
