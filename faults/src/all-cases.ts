import type { Case } from './case.ts';
import { brokenServerCases } from './cases/broken-server.ts';
import { failingCallCases } from './cases/failing-calls.ts';
import { frozenOwnerCases } from './cases/frozen-owner.ts';
import { fullDiskCases } from './cases/full-disk.ts';
import { killCases } from './cases/kill-at-calls.ts';
import { lostConnectionCases } from './cases/lost-connections.ts';
import { mutantCases } from './cases/mutants.ts';
import { powerCutCases } from './cases/power-cuts.ts';

const faults: readonly Case[] = [
  ...killCases,
  ...failingCallCases,
  ...powerCutCases,
  ...fullDiskCases,
  ...frozenOwnerCases,
  ...lostConnectionCases,
  ...brokenServerCases,
];

/** Every fault over every store and policy where it makes sense, and then the deliberate bugs. */
export const allCases: readonly Case[] = [...faults, ...mutantCases(faults)];
