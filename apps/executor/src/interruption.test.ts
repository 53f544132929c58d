import { expect, it } from 'vitest';
import { Interruption } from './interruption.ts';

function record(): { stages: string[]; at: (ms: number, signal?: 'SIGINT' | 'SIGTERM') => void } {
  const stages: string[] = [];
  let nowMs = 0;
  const interruption = new Interruption({
    now: () => nowMs,
    onStage: (stage, signal) => stages.push(`${stage} ${signal}`),
  });
  return {
    stages,
    at(ms, signal = 'SIGINT') {
      nowMs = ms;
      interruption.receive(signal);
    },
  };
}

it('pauses first, then aborts, then leaves', () => {
  const { stages, at } = record();
  for (const ms of [0, 600, 1_200, 1_800]) at(ms);
  expect(stages).toEqual(['pause SIGINT', 'abort SIGINT', 'leave SIGINT', 'leave SIGINT']);
});

it('does not count a signal that bounces within half a second', () => {
  const { stages, at } = record();
  for (const ms of [1_000, 1_001, 1_499, 1_500]) at(ms);
  expect(stages).toEqual(['pause SIGINT', 'abort SIGINT']);
});

it('takes the first signal at time zero', () => {
  const { stages, at } = record();
  at(0, 'SIGTERM');
  expect(stages).toEqual(['pause SIGTERM']);
});
