import type { Instruction } from '../dockerfile/instruction.ts';
import { pairsOf } from '../dockerfile/pairs.ts';
import { namedIn } from './architecture-names.ts';
import type { BuildFile } from './build-file.ts';
import type { Maker } from './follow-file.ts';
import type { Mismatch } from './mismatch.ts';
import type { Built } from './place.ts';
import { type Cause, onLine, pointAt, pointAtWord, relate } from './pointing.ts';

/** The builder sets these for each platform; a default in the file hides its value. */
const AUTOMATIC: ReadonlySet<string> = new Set(['TARGETARCH', 'TARGETPLATFORM', 'TARGETVARIANT', 'TARGETOS']);
/** Compilers read these without being told on the command line. */
const IMPLICIT: ReadonlySet<string> = new Set(['GOARCH', 'CARGO_BUILD_TARGET']);

/** `ARG TARGETARCH=amd64`, `ARG ARCH=amd64`, `ENV GOARCH=amd64` in force where an instruction uses it. */
export function constantValueCause(built: Built, maker: Maker, { found, wanted }: Mismatch): Cause | null {
  const { instruction } = maker.resolved;
  for (const [name, { value: written, at }] of settingsBefore(built.file, maker)) {
    const given = at.keyword === 'ARG' ? built.file.build.given?.get(name) : undefined;
    const value = given ?? written;
    const word = value.includes('$') || namedIn(value, wanted) !== null ? null : namedIn(value, found);
    if (word === null || !uses(instruction, name)) continue;
    if (given !== undefined) return givenCause(built, maker, name, given, at);
    const location = pointAtWord(built, at, word);
    // A command gets the value, but what it makes of it is its own affair.
    const proven = maker.certain && instruction.keyword !== 'RUN' && built.file.build.given !== null;
    return AUTOMATIC.has(name)
      ? {
          related: relate(location, 'this default hides the value BuildKit sets for each platform', proven),
          fix: `write \`ARG ${name}\` without a value ${onLine(location)}`,
        }
      : {
          related: relate(location, `${name} is ${word} whatever the platform`, proven),
          fix: `take the architecture from TARGETARCH instead of \`${name}=${value}\` ${onLine(location)}`,
        };
  }
  return null;
}

/** `--build-arg ARCH=amd64`, the same for every platform. */
function givenCause(
  built: Built,
  { resolved, certain }: Maker,
  name: string,
  value: string,
  at: Instruction,
): Cause {
  const location = pointAt(built, at.line, at.endLine);
  const proven = certain && resolved.instruction.keyword !== 'RUN';
  return {
    related: relate(location, `the build was given ${name}=${value}`, proven),
    fix: `build without \`--build-arg ${name}=${value}\`, and take the architecture from TARGETARCH`,
  };
}

interface Setting {
  readonly value: string;
  readonly at: Instruction;
}

/** Values that ARG and ENV give before the instruction, the last one of each name. */
function settingsBefore(
  { globals, dockerfile, resolve }: BuildFile,
  maker: Maker,
): ReadonlyMap<string, Setting> {
  const { escape } = dockerfile;
  const outside = new Map<string, Setting>();
  for (const at of globals) {
    for (const { name, value } of pairsOf(at, escape)) if (value !== null) outside.set(name, { value, at });
  }
  const settings = new Map<string, Setting>();
  for (const { instruction: at } of resolve(maker.resolved.stage)) {
    if (at === maker.resolved.instruction) break;
    if (at.keyword !== 'ARG' && at.keyword !== 'ENV') continue;
    for (const { name, value } of pairsOf(at, escape)) {
      const setting = value === null ? outside.get(name) : { value, at };
      if (setting === undefined) settings.delete(name);
      else settings.set(name, setting);
    }
  }
  return settings;
}

function uses({ keyword, original, heredocs }: Instruction, name: string): boolean {
  if (keyword === 'RUN' && IMPLICIT.has(name)) return true;
  if (!/^\w+$/.test(name)) return false;
  const variable = new RegExp(`\\$\\{?${name}(?!\\w)`);
  return [original, ...heredocs.map(({ content }) => content)].some((text) => variable.test(text));
}
