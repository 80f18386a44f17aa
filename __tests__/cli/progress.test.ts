import { expect, test } from '@jest/globals';
import { progressOn } from '../../src/cli/progress.ts';

const MIB = 1024 * 1024;

/** What stands on the line at last, and everything that was written. */
function terminal(isTerminal = true) {
  const written: string[] = [];
  const progress = progressOn({ isTerminal, write: (text) => void written.push(text) });
  return { progress, written, line: () => written.join('').split('\r\u001b[K').at(-1) };
}

test('a bar with bytes, layers and platforms, which is gone at the end', () => {
  const { progress, line } = terminal();
  progress.show({ kind: 'found', platforms: 2, layers: 3, bytes: 8 * MIB });
  expect(line()).toBe(`[${'░'.repeat(24)}] 0.0 of 8.0 MiB · 0 of 3 layers · 0 of 2 platforms`);
  progress.show({ kind: 'bytes', amount: 2 * MIB });
  progress.show({ kind: 'layer-done' });
  progress.show({ kind: 'platform-done' });
  expect(line()).toBe(
    `[${'█'.repeat(6)}${'░'.repeat(18)}] 2.0 of 8.0 MiB · 1 of 3 layers · 1 of 2 platforms`,
  );
  expect(line()?.length).toBeLessThan(80);
  progress.end();
  expect(line()).toBe('');
});

test('several images add up, and more bytes than were promised do not break the bar', () => {
  const { progress, line } = terminal();
  progress.show({ kind: 'found', platforms: 1, layers: 1, bytes: MIB });
  progress.show({ kind: 'found', platforms: 1, layers: 1, bytes: MIB });
  progress.show({ kind: 'bytes', amount: 9 * MIB });
  expect(line()).toBe(`[${'█'.repeat(24)}] 9.0 of 2.0 MiB · 0 of 2 layers · 0 of 2 platforms`);
});

test('small chunks do not write the line anew each time', () => {
  const { progress, written } = terminal();
  for (let count = 0; count < 1_000; count++) progress.show({ kind: 'bytes', amount: 1_024 });
  expect(written.length).toBeLessThanOrEqual(4);
});

test('a wait names whom it is for, and its name cannot speak to the terminal', () => {
  const { progress, line } = terminal();
  progress.wait({ kind: 'waiting', name: 'ghcr.io\u001b]0;x\u0007', amount: 1_500 });
  expect(line()).toBe('waiting 2 s for ghcr.io\\x1b]0;x\\x07');
});

test('nothing where nobody looks', () => {
  const { progress, written } = terminal(false);
  progress.show({ kind: 'found', platforms: 1, layers: 1, bytes: 1 });
  progress.wait({ kind: 'waiting', name: 'x', amount: 1 });
  progress.end();
  expect(written).toEqual([]);
});
