/**
 * The action: inputs in, report out, exit status back. The output `verdict` says `error` until there is a report,
 * and nothing that happens after the verdict is known can change it.
 */
import { readFile } from 'node:fs/promises';
import { exitStatusOfFailure, Failure } from '../base/failure.ts';
import { printable } from '../base/plain-text.ts';
import { guard } from '../guard.ts';
import { sourceBaseOf } from '../machine/forge.ts';
import type { Environment } from '../machine/environment.ts';
import { withGuardHost } from '../machine/guard-host.ts';
import { readConfig } from '../machine/read-config.ts';
import { Secrets } from '../machine/secrets.ts';
import { commentText } from '../reports/markdown.ts';
import type { RenderOptions } from '../reports/reporter.ts';
import { RULES } from '../rules/index.ts';
import { requestOf } from '../settings/request.ts';
import { environmentSource, readSettings, type Settings } from '../settings/settings.ts';
import { exitStatusOf } from '../verdict/judge.ts';
import type { Report } from '../verdict/report.ts';
import { postComment } from './comment.ts';
import type { Runner } from './host.ts';
import { inputSource } from './inputs.ts';
import {
  addSummary,
  annotate,
  isWanted,
  printLog,
  type Publication,
  setOutputs,
  writeFiles,
} from './publish.ts';
import { commitOf, isPrivileged, pullRequestOf, type WorkflowEvent } from './pull-request.ts';

/** The step: where it runs and what may stop it. */
export interface Step {
  readonly env: Environment;
  /** Called as soon as the exit status is known, before anything is sent to GitHub. */
  readonly setStatus: (status: 0 | 1 | 2 | 3) => void;
  readonly today: string;
  readonly signal: AbortSignal;
}

/** Only defects are thrown. */
export async function run(step: Step, runner: Runner): Promise<void> {
  runner.setOutput('verdict', 'error');
  const secrets = new Secrets();
  try {
    const settings = await settingsOf(step);
    if (settings.githubToken !== null) secrets.register(settings.githubToken);
    const report = await check(settings, step, runner, secrets);
    await publish(report, settings, step, runner, secrets);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    step.setStatus(exitStatusOfFailure(error.code));
    const title = `exec-format-guard could not check the image (${error.code})`;
    const message = secrets.redact(`${printable(error.message)}\nhelp: ${printable(error.hint)}`);
    runner.annotate({ level: 'error', title, message, place: null });
  }
}

async function settingsOf({ env, today }: Step): Promise<Settings> {
  const context = { rules: RULES.map(({ id }) => id), today };
  const sources = [inputSource(env), environmentSource(env)];
  return readSettings(sources, (file) => readConfig(file, folderOf(env), context), context);
}

function folderOf(env: Environment): string {
  return env['GITHUB_WORKSPACE'] ?? '.';
}

function check(settings: Settings, step: Step, runner: Runner, secrets: Secrets): Promise<Report> {
  const face = {
    signal: step.signal,
    registerSecret: (secret: string) => {
      secrets.register(secret);
      if (secret.length >= Secrets.minimum) runner.mask(secret);
    },
    notice: (text: string) => tell(runner, secrets.redact(text)),
    warn: (text: string) => tell(runner, secrets.redact(text), 'warning'),
    progress: () => {},
    watch: () => {},
  };
  return withGuardHost(settings, step.env, folderOf(step.env), face, (host) =>
    guard(requestOf(settings), host),
  );
}

async function publish(
  report: Report,
  settings: Settings,
  step: Step,
  runner: Runner,
  secrets: Secrets,
): Promise<void> {
  const event = await eventOf(step.env);
  const options: RenderOptions = {
    colour: (step.env['NO_COLOR'] ?? '') === '' ? 'on' : 'off',
    log: 'actions',
    detail: step.env['RUNNER_DEBUG'] === '1' ? 'full' : 'brief',
    docsBase: docsBaseOf(step.env),
    sourceBase: sourceBaseOf(step.env, commitOf(event)),
  };
  const publication: Publication = { report, options, redact: (text) => secrets.redact(text), runner };
  await attempt(runner, 'the report files', () => writeFiles(publication, step.env['RUNNER_TEMP'] ?? '.'));
  printLog(publication);
  if (settings.annotations) annotate(publication);
  if (isWanted(settings.summary, report))
    await attempt(runner, 'the job summary', () => addSummary(publication));
  setOutputs(publication);
  step.setStatus(exitStatusOf(report));
  if (settings.commentInPr !== 'never') await comment(publication, settings, step.env, event);
}

async function comment(
  { report, options, redact, runner }: Publication,
  settings: Settings,
  env: Environment,
  event: WorkflowEvent,
): Promise<void> {
  const [owner = '', repo = ''] = (env['GITHUB_REPOSITORY'] ?? '').split('/');
  if (settings.githubToken === null) return tell(runner, 'no comment: there is no github-token');
  if (isPrivileged(event)) {
    tell(
      runner,
      `${event.name} runs with the rights of this repository: never check out or run what a fork has built`,
    );
  }
  const order = {
    owner,
    repo,
    pullRequest: pullRequestOf(event),
    key: settings.commentKey ?? defaultKey(env, report),
    text: redact(commentText(report, options)),
    mode: isWanted(settings.commentInPr, report) ? 'create-or-update' : 'update',
  } as const;
  const outcome = await postComment(order, await runner.callGithub(settings.githubToken));
  if (outcome.kind === 'failed') tell(runner, `no comment: ${outcome.problem}`);
}

/** Workflow, job and step, and the names of the images, so that the jobs of a matrix of images do not share one. */
function defaultKey(env: Environment, { images }: Report): string {
  const names = images.map(({ reference }) => reference.replace(/(?:@.*|:[^/:]*)$/, ''));
  const step = [env['GITHUB_WORKFLOW'], env['GITHUB_JOB'], env['GITHUB_ACTION']].map((part) => part ?? '');
  return [...step, ...new Set(names)].join('/');
}

async function eventOf(env: Environment): Promise<WorkflowEvent> {
  const file = env['GITHUB_EVENT_PATH'] ?? '';
  const text = await readFile(file, 'utf8').catch(() => 'null');
  return {
    name: env['GITHUB_EVENT_NAME'] ?? '',
    payload: parsed(text),
    ref: env['GITHUB_REF'] ?? '',
    sha: env['GITHUB_SHA'] ?? '',
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The pages of the very version that runs. */
function docsBaseOf({
  GITHUB_SERVER_URL,
  GITHUB_ACTION_REPOSITORY,
  GITHUB_ACTION_REF,
}: Environment): string | null {
  if ([GITHUB_SERVER_URL, GITHUB_ACTION_REPOSITORY, GITHUB_ACTION_REF].some((part) => (part ?? '') === ''))
    return null;
  return `${GITHUB_SERVER_URL}/${GITHUB_ACTION_REPOSITORY}/blob/${GITHUB_ACTION_REF}/`;
}

function tell(runner: Runner, text: string, level: 'notice' | 'warning' = 'notice'): void {
  runner.annotate({ level, title: 'exec-format-guard', message: printable(text), place: null });
}

/** What helps but does not decide: when it fails, that is a notice. */
async function attempt(runner: Runner, what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    tell(runner, `${what} could not be written: ${String(error)}`);
  }
}
