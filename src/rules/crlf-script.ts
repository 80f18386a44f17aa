import type { Refusal } from '../start/refusal.ts';
import type { StartTrace } from '../start/start-trace.ts';
import { type Observation, startRule } from './rule.ts';
import { about, nameOf, placedAt, type RefusedStep, refusedSteps, scriptBehind } from './start-words.ts';

export const crlfScript = startRule({
  id: 'crlf-script',
  title: 'A script that is started has Windows line ends',
  severity: 'error',
  what: 'A script that the container starts ends its lines with CR LF. For the kernel and for shells the CR is a part of the line, so the interpreter is called `/bin/sh\\r`, and the last word of every command has a CR at its end.',
  why: "The file is there and looks right, and yet people see `exec /entrypoint.sh: no such file or directory`, or `env: 'bash\\r': No such file or directory`. It happens when Git checks files out on Windows with `core.autocrlf`, and the image is built from there.",
  fix: 'Put `*.sh text eol=lf` into `.gitattributes` and check the file out again, or run `sed -i "s/\\r$//"` on it in the Dockerfile.',
  *examine({ trace }) {
    const all = [...refusedSteps(trace, ['crlf'])];
    const isSure = all.some(({ refusal }) => refusal.certainty === 'certain');
    for (const found of all) {
      // One that stops the start says all that the doubtful ones would say.
      if (isSure && found.refusal.certainty === 'possible') continue;
      yield isOfConfig(trace, found) ? wordOfConfig(trace, found) : wordOfScript(trace, found);
    }
  },
});

/** A name that ENTRYPOINT or CMD hands on, and no script. */
function isOfConfig({ argv }: StartTrace, { step }: RefusedStep): boolean {
  return step.file === null && argv.includes(step.name);
}

function wordOfConfig(trace: StartTrace, found: RefusedStep<Crlf>): Observation {
  const { layer: _, ...base } = about(trace, found);
  return {
    ...base,
    title: '{platforms} cannot start: the name of its program ends in a CR',
    message: `The command of the image config has "${found.refusal.word}", with the CR of a Windows line end at the end of a word, and no file is named so.`,
    fix: 'write the instruction again without the CR: save the file that it comes from with LF as line end',
  };
}

function wordOfScript(trace: StartTrace, found: RefusedStep<Crlf>): Observation {
  const script = found.step.file === null ? scriptBehind(trace, found.step) : null;
  const { word, where } = found.refusal;
  return {
    ...about(trace, found),
    ...(script === null ? {} : placedAt(trace, script)),
    title: `{platforms} cannot start: ${script ?? nameOf(trace, found.step)} has Windows line ends`,
    message: `In ${script ?? found.step.file?.located.path ?? found.step.name} the CR of a Windows line end is the last character of "${word}" (the ${WHERE[where]}).`,
  };
}

type Crlf = Extract<Refusal, { readonly kind: 'crlf' }>;

const WHERE = {
  interpreter: 'name of the interpreter',
  command: 'name of a command',
  lines: 'first line that has one',
} as const;
