/** The command line: options in, report out, exit status back. Results go to stdout, everything else to stderr. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { printable } from '../base/plain-text.ts';
import { exitStatusOfFailure, Failure } from '../base/failure.ts';
import { guard } from '../guard.ts';
import type { Environment } from '../machine/environment.ts';
import { withGuardHost } from '../machine/guard-host.ts';
import { readConfig } from '../machine/read-config.ts';
import { Secrets } from '../machine/secrets.ts';
import { sourceBaseOf } from '../machine/forge.ts';
import { writeReport } from '../machine/write-report.ts';
import { reporterOf } from '../reports/index.ts';
import type { Format, RenderOptions } from '../reports/reporter.ts';
import { RULES } from '../rules/index.ts';
import { requestOf } from '../settings/request.ts';
import { environmentSource, readSettings } from '../settings/settings.ts';
import { exitStatusOf } from '../verdict/judge.ts';
import type { Report } from '../verdict/report.ts';
import { TOOL } from '../verdict/tool.ts';
import { explain } from './explain.ts';
import { helpText } from './help.ts';
import { type CheckOptions, type Command, parseOptions } from './options.ts';
import type { Output } from './output.ts';
import { progressOn } from './progress.ts';

/** The terminal, or whatever stands in its place. */
export interface Terminal {
  readonly env: Environment;
  readonly folder: string;
  /** When it is (YYYY-MM-DD, UTC): decides whether an ignore entry has ended. */
  readonly today: string;
  readonly signal: AbortSignal;
  readonly out: Output;
  readonly err: Output;
}

export type ExitStatus = 0 | 1 | 2 | 3;

/** Only defects are thrown. */
export async function run(argv: readonly string[], terminal: Terminal): Promise<ExitStatus> {
  try {
    return await runCommand(parseOptions(argv), terminal);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    terminal.err.write(`${TOOL.name}: ${failureText(error)}\n`);
    return exitStatusOfFailure(error.code);
  }
}

async function runCommand(command: Command, terminal: Terminal): Promise<ExitStatus> {
  switch (command.kind) {
    case 'help':
      terminal.out.write(helpText());
      return 0;
    case 'version':
      terminal.out.write(`${TOOL.version}\n`);
      return 0;
    case 'explain':
      terminal.out.write(explain(command.rule));
      return 0;
    case 'check':
      return check(command, terminal);
  }
}

async function check(options: CheckOptions, terminal: Terminal): Promise<ExitStatus> {
  const { env, folder, today } = terminal;
  const context = { rules: RULES.map(({ id }) => id), today };
  const sources = [options.settings, environmentSource(env)];
  const settings = await readSettings(sources, (file) => readConfig(file, folder, context), context);
  const request = requestOf({ ...settings, images: [...options.images, ...settings.images] });
  const secrets = new Secrets();
  const progress = progressOn(terminal.err);
  const face = {
    signal: terminal.signal,
    registerSecret: (secret: string) => secrets.register(secret),
    warn: (text: string) => terminal.err.write(`warning: ${printable(secrets.redact(text))}\n`),
    notice: (text: string) => terminal.err.write(`notice: ${printable(secrets.redact(text))}\n`),
    progress: progress.wait,
    watch: progress.show,
  };
  const report = await withGuardHost(settings, env, folder, face, (host) => guard(request, host)).finally(
    progress.end,
  );
  await publish(report, options, terminal, secrets);
  return exitStatusOf(report);
}

/** A path only where it leads to a page: in the guard's own repository. */
function docsBaseOf(folder: string): '' | null {
  return existsSync(join(folder, 'docs/rules/same-content.md')) ? '' : null;
}

/** Files first: when one cannot be written, that is the last thing said. */
async function publish(
  report: Report,
  { format, outputs, detail }: CheckOptions,
  { env, folder, out }: Terminal,
  secrets: Secrets,
): Promise<void> {
  const log = env['GITHUB_ACTIONS'] === 'true' ? 'actions' : 'terminal';
  const plain: RenderOptions = {
    colour: 'off',
    log: 'terminal',
    detail,
    docsBase: docsBaseOf(folder),
    sourceBase: sourceBaseOf(env),
  };
  const text = (one: Format, rendering: RenderOptions): string =>
    secrets.redact(reporterOf(one).render(report, rendering));
  out.write(text(format, { ...plain, log, colour: colourOf(env, out, log) }));
  for (const output of outputs) {
    await writeReport(folder, output.file, text(output.format, plain));
  }
}

function colourOf(env: Environment, out: Output, log: RenderOptions['log']): 'on' | 'off' {
  if ((env['NO_COLOR'] ?? '') !== '') return 'off';
  return out.isTerminal || log === 'actions' ? 'on' : 'off';
}

/** `error[E_USAGE]: unknown option --platfroms; did you mean "--platforms"?` */
function failureText({ code, message, hint }: Failure): string {
  return `error[${code}]: ${printable(message)}; ${printable(hint)}`;
}
