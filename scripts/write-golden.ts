/** `npm run golden`: writes what every reporter says of every scenario; read the difference before you commit it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GOLDEN, goldenReports, goldenText, VIEWS } from '../__tests__/scenarios/golden.ts';

const folder = mkdtempSync(join(tmpdir(), 'golden-'));
try {
  const reports = await goldenReports(folder);
  rmSync(GOLDEN, { recursive: true, force: true });
  mkdirSync(GOLDEN, { recursive: true });
  for (const [file, view] of VIEWS) writeFileSync(join(GOLDEN, file), goldenText(view, reports));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
