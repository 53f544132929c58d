import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FakeStream } from '../../test/fake-stream.ts';
import { Screen } from '../../test/screen.ts';
import { LiveRegion } from './live-region.ts';

function show(stream: FakeStream): Screen {
  const screen = new Screen(stream.columns);
  screen.write(stream.text);
  return screen;
}

it('repaints in place and leaves printed lines above', () => {
  const stream = new FakeStream({ isTTY: true, columns: 20 });
  const region = new LiveRegion(stream);
  region.paint(['one', 'two']);
  region.print('above');
  region.paint(['three']);
  expect(show(stream).lines).toEqual(['above', 'three']);
  expect(show(stream).cursorVisible).toBe(false);
  region.close();
  expect(show(stream).lines).toEqual(['above', '']);
  expect(show(stream).cursorVisible).toBe(true);
});

it('writes each frame at once', () => {
  const stream = new FakeStream({ isTTY: true });
  const region = new LiveRegion(stream);
  region.paint(['a', 'b', 'c']);
  region.print('x');
  region.paint(['d'], ['y', 'z']);
  expect(stream.writes).toHaveLength(3);
  expect(show(stream).lines).toEqual(['x', 'y', 'z', 'd']);
});

it('leaves a stream alone that is behind', () => {
  const stream = new FakeStream({ isTTY: true });
  stream.writableNeedDrain = true;
  const region = new LiveRegion(stream);
  region.paint(['a']);
  expect(stream.writes).toEqual([]);
  region.paint(['a'], ['stays']);
  expect(show(stream).lines).toEqual(['stays', '']);
});

it('closes without a trace when nothing was painted, and twice like once', () => {
  const stream = new FakeStream({ isTTY: true });
  const region = new LiveRegion(stream);
  region.close();
  expect(stream.writes).toEqual([]);
  region.paint(['a']);
  region.close();
  const { length } = stream.writes;
  region.close();
  expect(stream.writes).toHaveLength(length);
});

it('goes up the right number of rows after the window has become narrower', () => {
  const stream = new FakeStream({ isTTY: true, columns: 30 });
  const region = new LiveRegion(stream);
  region.paint(['\u001B[1m012345678901234567890123456789\u001B[22m'.slice(0, 24), 'second']);
  stream.columns = 10;
  region.paint(['x']);
  expect(stream.writes.at(-1)).toMatch(/^\r\u001B\[2A\u001B\[0Jx$/);
});

it('shows the printed lines and the last frame, whatever came before', () => {
  const text = fc.stringMatching(/^[a-z]{0,19}$/);
  const step = fc.oneof(fc.record({ print: text }), fc.record({ paint: fc.array(text, { maxLength: 5 }) }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const stream = new FakeStream({ isTTY: true, columns: 20 });
      const region = new LiveRegion(stream);
      for (const each of steps) {
        if ('print' in each) region.print(each.print);
        else region.paint(each.paint);
      }
      const printed = steps.flatMap((each) => ('print' in each ? [each.print] : []));
      const frame = steps.flatMap((each) => ('paint' in each ? [each.paint] : [])).at(-1) ?? [];
      expect(show(stream).lines).toEqual([...printed, ...(frame.length === 0 ? [''] : frame)]);
    }),
  );
});

it('keeps the last column free and two rows for the shell', () => {
  const region = new LiveRegion(new FakeStream({ isTTY: true, columns: 100, rows: 30 }));
  expect([region.width, region.height]).toEqual([99, 28]);
  const tiny = new LiveRegion(new FakeStream({ isTTY: true, columns: 1, rows: 1 }));
  expect([tiny.width, tiny.height]).toEqual([1, 1]);
});
