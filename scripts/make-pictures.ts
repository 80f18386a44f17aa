/**
 * `npm run pictures`: what people see of the guard, rendered by a real browser into docs/img/. Needs `chromium`
 * (Debian: packages chromium and fonts-dejavu-core); run it after changing a reporter, and commit what it writes.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { startRegistry } from '../__tests__/support/in-memory-registry.ts';
import { jobSummary } from '../src/reports/job-summary.ts';
import { commentText } from '../src/reports/markdown.ts';
import { renderPretty } from '../src/reports/pretty.ts';
import { PLAIN, type RenderOptions } from '../src/reports/reporter.ts';
import { reportOf } from './docs/examples/example.ts';
import { EXAMPLES } from './docs/examples/index.ts';

const ESCAPE = '\u001b';
const OPTIONS: RenderOptions = {
  ...PLAIN,
  colour: 'on',
  log: 'actions',
  docsBase: 'https://github.com/OWNER/exec-format-guard/blob/v1/',
  sourceBase: 'https://github.com/acme/shop/blob/0123456/',
};

const example = EXAMPLES['wrong-architecture'];
if (example === undefined) throw new Error('the example is missing');
const registry = await startRegistry();
const seen = await reportOf({ ...example, platforms: ['linux/amd64', 'linux/arm64'] }, registry);
await registry.close();
const report = { ...seen, stats: { ...seen.stats, seconds: 1.7 } };

picture('log', 1060, `<pre class="log">${coloured(renderPretty(report, OPTIONS).trimEnd())}</pre>`);
picture(
  'summary',
  960,
  `<div class="box"><div class="head"><b>image</b> summary</div>${rendered(jobSummary(report, OPTIONS))}</div>`,
);
picture(
  'comment',
  960,
  `<div class="comment"><div class="avatar">⚙</div><div class="box"><div class="head"><b>github-actions</b><span class="label">bot</span> commented 2 minutes ago · edited</div>${rendered(commentText(report, OPTIONS))}</div></div>`,
);

function rendered(markdown: string): string {
  const html = micromark(markdown, {
    allowDangerousHtml: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  });
  return `<div class="md">${html}</div>`;
}

/** ANSI colours as spans, and groups as the runner shows them, closed. */
function coloured(log: string): string {
  const names: Readonly<Record<string, string>> = {
    1: 'bold',
    31: 'red',
    32: 'green',
    33: 'yellow',
    34: 'blue',
    36: 'cyan',
  };
  let inGroup = false;
  const lines = log.split('\n').flatMap((line) => {
    const title = /^::group::(.*)$/.exec(line)?.[1];
    if (title !== undefined) inGroup = true;
    const isHidden = inGroup && title === undefined;
    if (line === '::endgroup::') inGroup = false;
    return isHidden ? [] : [title === undefined ? line : `▸ ${title}`];
  });
  return lines
    .join('\n')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .split(`${ESCAPE}[`)
    .map((part) => {
      const [, code = '', rest = ''] = /^(\d+)m([^]*)$/.exec(part) ?? [];
      if (code === '') return part;
      const name = names[code];
      return (name === undefined ? '</span>' : `<span class="${name}">`) + rest;
    })
    .join('');
}

/** Rendered twice: first to learn how high the page is. */
function picture(name: string, width: number, body: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'pictures-'));
  const page = join(folder, 'page.html');
  const style = readFileSync('scripts/pictures/style.css', 'utf8');
  const measure = 'document.title = document.documentElement.getBoundingClientRect().height';
  writeFileSync(
    page,
    `<!doctype html><html lang="en"><meta charset="utf-8"><style>${style}</style><body>${body}<script>${measure}</script></body></html>`,
  );
  const browse = (...flags: readonly string[]): string =>
    execFileSync(
      'chromium',
      [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--hide-scrollbars',
        `--user-data-dir=${join(folder, 'profile')}`,
        ...flags,
        `file://${page}`,
      ],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 120_000 },
    );
  const height = /<title>([\d.]+)<\/title>/.exec(browse('--dump-dom', `--window-size=${width},800`))?.[1];
  if (height === undefined) throw new Error('the browser did not say how high the page is');
  const size = `--window-size=${width},${Math.ceil(Number(height))}`;
  browse(`--screenshot=docs/img/${name}.png`, '--force-device-scale-factor=1.5', size);
  rmSync(folder, { recursive: true, force: true });
  process.stdout.write(`wrote docs/img/${name}.png\n`);
}
