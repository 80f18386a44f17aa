/** What the README's first command prints, taken from a real run. */
import { spawnSync } from 'node:child_process';

export const EXAMPLE = 'oci:examples/wrong-architecture';

export function exampleOutput(): string {
  const { status, stdout } = spawnSync(process.execPath, ['src/cli/main.ts', EXAMPLE], {
    encoding: 'utf8',
    env: { NO_COLOR: '1', HOME: '/dev/null', EXEC_FORMAT_GUARD_CACHE: 'false' },
  });
  if (status !== 1) throw new Error(`the guard said ${status} of ${EXAMPLE}, not 1`);
  // How long it took is about the machine that made the page.
  const text = stdout.replace(/ · \d+\.\d s · /, ' · 0.1 s · ').trimEnd();
  return `\`\`\`text\n${text}\n\`\`\``;
}
