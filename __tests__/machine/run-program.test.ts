import { describe, expect, test } from '@jest/globals';
import { runProgram } from '../../src/machine/run-program.ts';
import { never } from '../support/source-host.ts';

const node = (script: string, options: Partial<Parameters<typeof runProgram>[2]> = {}) =>
  runProgram(process.execPath, ['-e', script], { signal: never(), ...options });

describe('running a program', () => {
  test('its output and status come back', async () => {
    const outcome = await node('console.log("a b"); console.error("c"); process.exitCode = 3');
    expect(outcome).toEqual({ status: 3, stdout: 'a b\n', stderr: 'c\n' });
  });

  test('what it prints can be had as it comes', async () => {
    let seen = 0;
    const onStdout = (chunk: Uint8Array) => void (seen += chunk.length);
    const outcome = await node('process.stdout.write(Buffer.alloc(5_000_000))', { onStdout });
    expect([outcome.stdout, seen]).toEqual(['', 5_000_000]);
  });

  test('arguments are no shell words', async () => {
    const outcome = await runProgram(process.execPath, ['-p', 'process.argv[1]', '$(id) "; `x`'], {
      signal: never(),
    });
    expect(outcome.stdout).toBe('$(id) "; `x`\n');
  });

  test('it is asked through its stdin', async () => {
    expect((await node('process.stdin.pipe(process.stdout)', { input: 'ghcr.io' })).stdout).toBe('ghcr.io');
  });

  test('a program that ends without reading what it is asked gives its status', async () => {
    expect((await node('process.exit(5)', { input: 'x'.repeat(1_000_000) })).status).toBe(5);
  });

  test.each([undefined, 'asked'])('a program that is not there is an error (input %s)', async (input) => {
    const options = input === undefined ? { signal: never() } : { signal: never(), input };
    await expect(runProgram('no-such-program', [], options)).rejects.toThrow();
  });

  test.each([undefined, 'asked'])(
    'nobody waits for a program after the run was cancelled (input %s)',
    async (input) => {
      const signal = AbortSignal.timeout(200);
      const options = input === undefined ? { signal } : { signal, input };
      await expect(
        runProgram(process.execPath, ['-e', 'setTimeout(() => {}, 3000)'], options),
      ).rejects.toThrow();
    },
  );
});
