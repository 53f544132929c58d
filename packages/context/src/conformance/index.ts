import { describe } from 'vitest';
import type { ContextStrategy } from '../context.ts';
import { hostileNameLaws } from './hostile-name-laws.ts';
import { itemLaws } from './item-laws.ts';
import { mergeLaws } from './merge-laws.ts';
import { readingLaws } from './reading-laws.ts';
import { sharingLaws } from './sharing-laws.ts';
import { snapshotLaws } from './snapshot-laws.ts';

export interface ContextConformanceOptions {
  /** Heads the titles of the tests. */
  readonly name: string;
  readonly strategy: ContextStrategy;
}

/** Declares the tests that every context strategy passes; call it at the top level of a vitest file. */
export function contextConformance({ name, strategy }: ContextConformanceOptions): void {
  describe(`${name} conforms`, () => {
    describe('reading', () => readingLaws(strategy));
    describe('snapshots', () => snapshotLaws(strategy));
    describe('items', () => itemLaws(strategy));
    describe('merging', () => mergeLaws(strategy));
    describe('hostile names', () => hostileNameLaws(strategy));
    describe('values', () => sharingLaws(strategy));
  });
}
