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

  test('one that is asked nothing and one that is asked do not get in each other’s way', async () => {
    const echo = 'process.stdin.on("end", () => process.exit(0)).pipe(process.stdout)';
    const outcomes = await Promise.all(
      ['a', 'b', 'c'].flatMap((input) => [node(echo, { input }), node('console.log(1)')]),
    );
    expect(outcomes.map(({ stdout }) => stdout)).toEqual(['a', '1\n', 'b', '1\n', 'c', '1\n']);
  });

  test('fifty that end without reading what they are asked end nobody else', async () => {
    const ends = Array.from({ length: 50 }, () =>
      runProgram('true', [], { signal: never(), input: 'x'.repeat(1_000_000) }),
    );
    expect((await Promise.all(ends)).map(({ status }) => status)).toEqual(ends.map(() => 0));
  });

  test('an archive without a line break comes through as it is', async () => {
    let seen = 0;
    const script = 'for (let i = 0; i < 100; i++) process.stdout.write(Buffer.alloc(500_000))';
    await node(script, { onStdout: (chunk) => void (seen += chunk.length) });
    expect(seen).toBe(50_000_000);
  });

  test.each(['stdout', 'stderr'])('endless output on %s ends the program', async (stream) => {
    const script = `const go = () => process.${stream}.write(Buffer.alloc(100_000), go); go()`;
    const { status, stdout, stderr } = await node(script);
    expect(status).not.toBe(0);
    expect(Math.max(stdout.length, stderr.length)).toBeLessThan(3_000_000);
  });

  test.each([undefined, 'asked'])(
    'nobody waits for a program after the run was cancelled, nor for its children (input %s)',
    async (input) => {
      const options = input === undefined ? {} : { input };
      const controller = new AbortController();
      const { promise: pid, resolve: started } = Promise.withResolvers<string>();
      const script = 'sleep 60 & echo $$; wait';
      const onStdout = (chunk: Uint8Array): void => started(Buffer.from(chunk).toString().trim());
      const run = runProgram('sh', ['-c', script], { signal: controller.signal, onStdout, ...options });
      process.kill(Number(await pid), 0);
      controller.abort(new Error('enough'));
      await expect(run).rejects.toThrow('enough');
      const gone = async (): Promise<boolean> => {
        for (let tries = 0; tries < 100; tries++) {
          try {
            process.kill(Number(await pid), 0);
          } catch {
            return true;
          }
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        return false;
      };
      expect(await gone()).toBe(true);
    },
  );
});
