/** Runs the action as the runner does: inputs and files in the environment, the process on its own, its log read line by line. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandsIn, type RunnerCommand } from './runner-commands.ts';
import { outputsIn } from './runner-files.ts';

export interface StepOptions {
  readonly inputs: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly event?: unknown;
}

export interface StepOutcome {
  readonly status: number | null;
  readonly log: string;
  readonly commands: readonly RunnerCommand[];
  readonly outputs: Readonly<Record<string, string>>;
  /** GITHUB_OUTPUT as written. */
  readonly outputFile: string;
  readonly summary: string;
  /** What was written to GITHUB_ENV, GITHUB_PATH and GITHUB_STATE. */
  readonly forbidden: string;
  /** Contents of the files that outputs name. */
  readonly files: Readonly<Record<string, string>>;
  /** What is left in RUNNER_TEMP. */
  readonly temporary: readonly string[];
}

const COMMAND_FILES = [
  'GITHUB_OUTPUT',
  'GITHUB_STEP_SUMMARY',
  'GITHUB_ENV',
  'GITHUB_PATH',
  'GITHUB_STATE',
] as const;

/** `entry` is the bundle, or the source that it is made of. */
export async function runStep(
  entry: string,
  { inputs, env = {}, event = {} }: StepOptions,
): Promise<StepOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'guard-step-'));
  const temporary = join(folder, 'temp');
  mkdirSync(temporary);
  const eventFile = join(folder, 'event.json');
  writeFileSync(eventFile, JSON.stringify(event));
  const commandFiles = COMMAND_FILES.map((name) => [name, join(folder, name)] as const);
  for (const [, file] of commandFiles) writeFileSync(file, '');
  const given = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  const { status, log } = await ran(entry, {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: process.cwd(),
    GITHUB_REPOSITORY: 'acme/shop',
    GITHUB_SERVER_URL: 'https://github.test',
    GITHUB_SHA: 'a'.repeat(40),
    GITHUB_REF: 'refs/pull/7/merge',
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_EVENT_PATH: eventFile,
    GITHUB_WORKFLOW: 'ci',
    GITHUB_JOB: 'build',
    GITHUB_ACTION: 'guard',
    RUNNER_TEMP: temporary,
    ...Object.fromEntries(commandFiles),
    ...Object.fromEntries(given),
    ...env,
  });
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const outputs = outputsIn(read('GITHUB_OUTPUT'));
  const files = Object.entries(outputs).filter(([name]) => name.endsWith('-file'));
  const outcome = {
    status,
    log,
    commands: commandsIn(log),
    outputs,
    outputFile: read('GITHUB_OUTPUT'),
    summary: read('GITHUB_STEP_SUMMARY'),
    forbidden: read('GITHUB_ENV') + read('GITHUB_PATH') + read('GITHUB_STATE'),
    files: Object.fromEntries(files.map(([name, file]) => [name, readFileSync(file, 'utf8')])),
    temporary: readdirSync(temporary),
  };
  rmSync(folder, { recursive: true });
  return outcome;
}

function ran(entry: string, env: Record<string, string>): Promise<{ status: number | null; log: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', entry], { env });
    let log = '';
    child.stdout.on('data', (chunk: Buffer) => (log += chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString('utf8')));
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, log }));
  });
}
