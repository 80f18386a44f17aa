import { describe, expect, test } from '@jest/globals';
import { HOLE } from '../../src/dockerfile/expand-word.ts';
import type { Dockerfile } from '../../src/dockerfile/instruction.ts';
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts';
import {
  type BuildArguments,
  globalVariables,
  type ResolvedInstruction,
  resolveStage,
} from '../../src/dockerfile/resolve-stage.ts';
import { findStage, globalsOf, type Stage, stagesOf } from '../../src/dockerfile/stages.ts';

const AUTOMATIC = new Map([['TARGETARCH', 'arm64']]);

function read(text: string): Dockerfile {
  const dockerfile = parseDockerfile(text);
  if (dockerfile === null) throw new Error('the test has a broken Dockerfile');
  return dockerfile;
}

const stages = (text: string): readonly Stage[] => stagesOf(read(text), () => HOLE);

describe('stages', () => {
  test('names, platforms and what each begins with', () => {
    const first = 'ARG A\nFROM --platform=linux/amd64 alpine AS Build\nRUN x\n';
    expect(stages(`${first}FROM scratch\nFROM build as final\nCOPY a b\n`)).toMatchObject([
      { index: 0, name: 'build', platform: 'linux/amd64', base: { kind: 'image', name: 'alpine' } },
      { index: 1, name: null, platform: null, base: { kind: 'scratch' } },
      {
        index: 2,
        name: 'final',
        base: { kind: 'stage', stage: { index: 0 } },
        instructions: [{ keyword: 'COPY' }],
      },
    ]);
  });

  test('a base behind a variable is an image, or may be a stage', () => {
    expect(stages('FROM a AS base-dev\nFROM base-$KIND')[1]?.base.kind).toBe('unknown');
    expect(stages('FROM a AS tools\nFROM base-$KIND')[1]?.base.kind).toBe('image');
  });

  test('a stage is found by name or number', () => {
    const all = stages('FROM a AS one\nFROM b\nFROM c AS third\n');
    const found = ['one', 'ONE', '1', '9', 'none'].map((name) => findStage(all, name)?.index ?? null);
    expect(found).toEqual([0, 0, 1, null, null]);
  });
});

function resolveLast(text: string, given: Record<string, string> | null): ResolvedInstruction | undefined {
  const dockerfile = read(text);
  const build: BuildArguments = { automatic: AUTOMATIC, given: given && new Map(Object.entries(given)) };
  const globals = globalVariables(globalsOf(dockerfile), '\\', build);
  const stage = stagesOf(dockerfile, globals).at(-1);
  return stage === undefined ? undefined : resolveStage(stage, '\\', globals, build).at(-1);
}

describe('what an instruction means', () => {
  test.each([
    ['a default', 'FROM scratch\nARG V=1\nCOPY a-$V b', 'a-1'],
    ['a value from the command line', 'FROM scratch\nARG G=1\nCOPY a-$G b', 'a-given'],
    ['an ARG before FROM is not seen in a stage', 'ARG V=1\nFROM scratch\nCOPY a-$V b', 'a-'],
    ['unless it is declared again', 'ARG V=1\nFROM scratch\nARG V\nCOPY a-$V b', 'a-1'],
    ['an automatic ARG', 'FROM scratch\nARG TARGETARCH\nCOPY a-$TARGETARCH b', 'a-arm64'],
    ['a default hides it', 'FROM scratch\nARG TARGETARCH=amd64\nCOPY a-$TARGETARCH b', 'a-amd64'],
    ['so does one before FROM', 'ARG TARGETARCH=x\nFROM scratch\nARG TARGETARCH\nCOPY $TARGETARCH b', 'x'],
    ['ENV counts from the next instruction on', 'FROM scratch\nENV A=1 B=$A\nCOPY $A$B b', '1'],
    ['values of the stage below', 'FROM scratch AS x\nENV A=1\nFROM x\nCOPY $A b', '1'],
    ['of an image nothing is known', 'FROM alpine\nCOPY $A b', HOLE],
  ])('%s', (_, text, source) => {
    expect(resolveLast(text, { G: 'given' })?.words).toEqual([source, 'b']);
  });

  test('without the command line every ARG is open', () => {
    expect(resolveLast('FROM scratch\nARG V=1\nCOPY a-$V b', null)?.words).toEqual([`a-${HOLE}`, 'b']);
  });

  test('working directory, shell and ARGs so far', () => {
    const text =
      'FROM scratch\nWORKDIR /a\nWORKDIR b/../c\nARG X\nSHELL ["/bin/bash", "-c"]\nARG Y=1 X\nRUN x';
    const known = { workingDir: '/a/c', args: ['X', 'Y'], shell: ['/bin/bash', '-c'] };
    expect(resolveLast(text, {})).toMatchObject(known);
    const open = 'FROM alpine\nWORKDIR up\nWORKDIR ../..\nRUN x';
    expect(resolveLast(open, {})).toMatchObject({ workingDir: HOLE, shell: null });
  });

  test('thousands of stages and ARGs that build on each other come to an end', () => {
    const chain = Array.from({ length: 1_200 }, (_, n) => `FROM s${n} AS s${n + 1}\nARG A${n}\nENV B=$B$B`);
    expect(resolveLast(`FROM scratch AS s0\nENV B=xx\n${chain.join('\n')}\nCOPY a-$B b`, {})).toBeDefined();
  });
});
