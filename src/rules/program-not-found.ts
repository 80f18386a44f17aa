import type { LookupRefusal } from '../start/refusal.ts';
import type { StartStep, StartTrace } from '../start/start-trace.ts';
import { type Observation, startRule } from './rule.ts';
import {
  about,
  LOOKUPS,
  nameOf,
  placedAt,
  type RefusedStep,
  refusedSteps,
  scriptBehind,
} from './start-words.ts';

export const programNotFound = startRule({
  id: 'program-not-found',
  title: 'The program to start is not in the image',
  severity: 'error',
  what: 'The first word of `ENTRYPOINT` and `CMD` (or the program that a wrapper such as `tini` is told to start) leads to no file: a path where nothing is, a name that no directory of `PATH` has, a symlink that leads nowhere or in a circle, or a whole command line in one string. So does a script that a shell, Python, Node, Perl, Ruby or PHP is told to read (`node server.js`), and the archive behind `java -jar`. A `WORKDIR` that cannot be entered counts too, because the program is then not even looked for.',
  why: 'The container ends before it begins: `exec: "/server": stat /server: no such file or directory`, or `executable file not found in $PATH`. The build does not notice, because nothing in it runs the program from where the container will look for it.',
  fix: 'Compare the path with the one that the Dockerfile copies the program to. Write the command as a list of words (`ENTRYPOINT ["/usr/bin/app", "--flag"]`), use absolute paths, and remember that a relative path starts from `WORKDIR`.',
  *examine({ trace }) {
    for (const found of refusedSteps(trace, LOOKUPS, ['program', 'child'])) {
      const name = nameOf(trace, found.step);
      yield {
        ...about(trace, found),
        ...namedIn(trace, found.step),
        ...wordsOf(name, found),
      };
    }
    for (const refusal of trace.refusals) {
      if (refusal.kind !== 'unusable-working-dir') continue;
      const isCertain = refusal.certainty === 'certain';
      yield {
        ...(isCertain ? {} : { severity: 'warning' }),
        title: `{platforms} cannot start${isCertain ? '' : ' everywhere'}: its working directory ${trace.workingDir} cannot be entered`,
        message: `WORKDIR is ${trace.workingDir}, but ${refusal.why}.`,
        runtimeError: refusal.error,
        path: refusal.at,
        fix: `Look at what lies at ${refusal.at}: \`WORKDIR\` must name a directory that the user may enter, by its absolute path.`,
        evidence: { workingDir: trace.workingDir },
      };
    }
  },
});

function wordsOf(
  name: string,
  { step: { name: asked, via }, refusal }: RefusedStep<LookupRefusal>,
): Pick<Observation, 'title' | 'message'> {
  if (asked === '') {
    return {
      title: '{platforms} cannot start: the first word of its command is empty',
      message: `${via} begins with "", and no file has an empty name.`,
    };
  }
  const because = `${asked}, but ${reasonOf(refusal)}.${hintOf(asked)}`;
  const verb = READERS[via];
  if (verb !== undefined)
    return {
      title: `{platforms} cannot start: ${asked} is not in the image`,
      message: `A script ${verb} ${because}`,
    };
  if ('busybox' in refusal)
    return {
      title: `{platforms} cannot start: ${refusal.at} is not in the image`,
      message: `${via} starts ${asked}, but ${refusal.busybox} has no applet ${refusal.at}.`,
    };
  // An interpreter says itself what it cannot open.
  if ('error' in refusal)
    return {
      title: `{platforms} cannot start: ${asked} is not in the image`,
      message: `${via} is to read ${because}`,
    };
  return via.startsWith('the setting')
    ? { title: `{platforms} {has|have} no ${name}`, message: `${via} names ${because}` }
    : { title: `{platforms} cannot start: ${name} is not in the image`, message: `${via} starts ${because}` };
}

/** Builtins of shells whose failure ends the script. */
const READERS: Readonly<Record<string, string>> = { '.': 'reads', source: 'reads', cd: 'goes to' };

/** What a script starts is written in the script; what ENTRYPOINT and CMD name, in the config. */
function namedIn(trace: StartTrace, step: StartStep): Partial<ReturnType<typeof placedAt>> {
  const script = step.role === 'child' && !trace.argv.includes(step.name) ? scriptBehind(trace, step) : null;
  return script === null ? {} : placedAt(trace, script);
}

/** Why nothing was found, to go on after "but". */
export function reasonOf(refusal: LookupRefusal): string {
  switch (refusal.kind) {
    case 'missing':
      if (refusal.mount !== undefined)
        return `runtimes mount ${refusal.mount} over whatever the image has there, and no program is at ${refusal.at} then`;
      return refusal.link === null
        ? `there is nothing at ${refusal.at}`
        : `the symlink ${refusal.link.path} leads to ${refusal.link.target}, and there is nothing at ${refusal.at}`;
    case 'not-a-directory':
      return `${refusal.at} is not a directory`;
    case 'symlink-loop':
      return `more than 40 symlinks follow each other at ${refusal.at}`;
    case 'name-too-long':
      return `the path is longer than a path may be`;
    case 'in-relative-path':
      return `it is found only through the relative entry "${refusal.directory}" of PATH, which runtimes do not use`;
    case 'not-in-path':
      return refusal.path === null || refusal.path === ''
        ? 'PATH is empty'
        : `no directory of PATH (${refusal.path}) has an executable file of that name${passedOver(refusal)}`;
  }
}

function passedOver({ passedOver }: Extract<LookupRefusal, { kind: 'not-in-path' }>): string {
  const [first] = passedOver;
  if (first === undefined) return '';
  const isDirectory = first.refusal.kind === 'not-a-file' && first.refusal.type === 'directory';
  return `; ${first.path} is there, but ${isDirectory ? 'it is a directory' : 'this user may not execute it'}`;
}

function hintOf(name: string): string {
  return /\s/.test(name.trim())
    ? ' The name has blanks in it: a command line in one string is taken for the name of one file.'
    : '';
}
