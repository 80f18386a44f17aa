/** Which of the image's files a script's commands change, by the words of those that are known by name. */
import type { Command, Word } from 'unbash';
import type { Change } from '../execution.ts';
import { textOf } from '../../rootfs/content-facts.ts';
import { baseOf, wholePath } from '../../rootfs/path.ts';
import { resolve } from '../../rootfs/resolve.ts';
import { ANY_FILE, ANY_LIBRARY } from '../made-files.ts';
import { BUSYBOX_APPLETS } from '../programs/busybox-applets.ts';
import { searchProgram } from '../search-path.ts';
import { isBuiltin, isShell } from './shell-dialect.ts';
import { childExecution } from './shell-execution.ts';
import type { ShellState } from './shell-state.ts';
import { expandValue } from './shell-words.ts';

/** Notes what a command with these words behind its name changes. */
type Note = (state: ShellState, words: readonly Word[]) => void;

/** What may bring files of any name, libraries of the system among them. */
const UNPACKERS = 'bsdtar conda cpio make mamba micromamba rsync tar unzip';
/** Others that may bring programs: those of languages have their libraries to themselves. */
const BRINGERS = 'bunzip2 cargo cmake go gradle gunzip gzip mvn ninja unxz xz';
/** As far as they are told to: `dpkg --print-architecture` is asked by many, and `npm run` starts what is there. */
const INSTALLERS = 'apk apt apt-get aptitude dnf dpkg microdnf pacman rpm tdnf yum zypper';
const MANAGERS =
  'aws bun bundle bundler composer gem git gsutil npm pdm pip pip3 pipenv pipx pnpm poetry uv yarn';
const INSTALLS =
  /^(?:-[FSUi]\w*|--(?:install|unpack|upgrade)|add|checkout|ci|clone|cp|create(?:-project)?|dist-upgrade|fetch|i|in|install|link|pull|require|reinstall|restore|submodule|sync|up|update|upgrade)$/;
const COPIERS = 'cp install ln';
const RIGHTS = 'chmod setfacl';
const OWNERS = 'chgrp chown';

/** Of sed: it changes the files that it is told. */
export const IN_PLACE = /^-\w*i|^--in-place/;

const NOTES: ReadonlyMap<string, Note> = new Map([
  ...named('tee touch', noteChanged),
  ...named(COPIERS, (state, words) => noteChanged(state, targetsOf(words))),
  ...named('rm rmdir unlink', noteRemoved),
  ['mv', noteMoved],
  ['mkdir', (state, words) => pathsOf(state, words).forEach((path) => noteDirectories(state, path))],
  ['sed', where(hasWord(IN_PLACE), noteChanged)],
  // The first word is the new owner, or the new mode.
  ['setfacl', behindFirst('rights')],
  ['chmod', noteMode],
  ...named(OWNERS, behindFirst('owner')),
  // They change who is who, and so whose a file is.
  ...named(
    'addgroup adduser delgroup deluser groupadd groupdel groupmod useradd userdel usermod',
    (state) => {
      for (const file of ['/etc/passwd', '/etc/group']) note(state, file);
      note(state, '/', 'owner');
    },
  ),
  ['find', where(startsOther, (state, words) => noteChanged(state, foundBelow(words), changeOf(words)))],
  ['xargs', where(startsOther, noteUnnamed)],
  ...named('python python3', where(hasWord(/^(?:pip|venv|virtualenv)$/), notePrograms)),
  ...named(INSTALLERS, where(isTold, noteAny)),
  ...named(MANAGERS, where(isTold, notePrograms)),
  ...named(BRINGERS, notePrograms),
  ...named(UNPACKERS, noteAny),
  ['ldconfig', (state) => note(state, '/etc/ld.so.cache')],
  ['curl', (state, words) => noteOutput(state, words, /^(?:-[a-zA-Z]*o|--output)$/, /^-\w*[OJ]|^--remote/)],
  ['wget', (state, words) => noteOutput(state, words, /^(?:-[a-zA-Z]*O|--output-document)$/, /^/)],
]);

function named(names: string, note: Note): [string, Note][] {
  return names.split(' ').map((name) => [name, note]);
}

function behindFirst(change: Change): Note {
  return (state, words) => noteChanged(state, words.slice(words.findIndex(isOperand) + 1), change);
}

/** `-x` is a mode, and no option. */
const MODE = /^(?:[0-7]{3,4}|[ugoa]*[-+=][rwxXst]*(?:,[ugoa]*[-+=][rwxXst]*)*)$/;
/** Somebody may not execute it then: by a number, or by name. */
const CLOSING =
  /^[0-7]?(?:[0246][0-7]{2}|[0-7][0246][0-7]|[0-7]{2}[0246])$|(?:^|,)[ugoa]*-[rwXst]*[xX]|(?:^|,)[ugoa]*=[rwst]*(?:,|$)/;

function noteMode(state: ShellState, words: readonly Word[]): void {
  const at = words.findIndex(({ value }) => MODE.test(value));
  const change = CLOSING.test(words[at]?.value ?? '') ? 'closed' : 'rights';
  noteChanged(state, words.slice(at + 1).filter(isOperand), change);
}

function where(holds: (words: readonly Word[]) => boolean, note: Note): Note {
  return (state, words) => {
    if (holds(words)) note(state, words);
  };
}

export function noteFiles(state: ShellState, { name, args }: Command): void {
  const words = args.filter((part): part is Word => part.type === 'Word');
  const called = name?.value === 'command' ? words[0]?.value : name?.value;
  if (called === undefined || state.functions.has(called)) return;
  const note = NOTES.get(baseOf(called).replace(/^(python3?)[.\d]+$/, '$1'));
  if (note === undefined && !isShell(baseOf(called))) return noteScript(state, called);
  const execution = childExecution(state, called, []);
  const isApplet = state.dialect === 'ash' && BUSYBOX_APPLETS.has(called);
  const found = execution === null ? null : searchProgram(execution, called, 'shellexec');
  const isAbsent =
    execution !== null &&
    (found?.kind === 'refused' ||
      (found?.kind === 'found' &&
        resolve(execution.rootfs, found.path, { from: execution.workingDir }).kind === 'missing'));
  if (!isAbsent || isApplet) (note ?? noteShell)(state, words);
}

/** Words of a script that make a program. */
const MAKES = new RegExp(
  String.raw`(?:^|[\s;&|(])(?:${`${BRINGERS} ${MANAGERS} ${UNPACKERS} ${INSTALLERS} ${COPIERS} curl wget mv chmod`.replaceAll(' ', '|')})\s`,
);

/** A shell that is told a script, or its text. */
function noteShell(state: ShellState, words: readonly Word[]): void {
  const [script] = words.filter(isOperand);
  const value = script === undefined ? null : expandValue(state.fork(), script);
  // `curl … | sh`.
  if (script === undefined) return noteAny(state);
  if (words.some(({ value: option }) => /^-\w*c$/.test(option))) noteText(state, value ?? script.text);
  else if (value !== null) noteScript(state, value.includes('/') ? value : `./${value}`);
}

function noteText(state: ShellState, text: string): void {
  if (MAKES.test(text)) notePrograms(state);
  if (BRINGS_LIBRARIES.test(text)) note(state, ANY_LIBRARY);
}

/** By installing something, or by their names. */
const BRINGS_LIBRARIES = new RegExp(
  String.raw`(?:^|[\s;&|(])(?:${`${UNPACKERS} ${INSTALLERS} ldconfig`.replaceAll(' ', '|')})\s|\.so\b`,
);

/** Another script of the image's that it runs: what that one makes is not followed. @throws {LayerNeeded} */
function noteScript(state: ShellState, name: string): void {
  if (isBuiltin(state.dialect, name) || state.made.has(ANY_FILE)) return;
  const execution = childExecution(state, name, []);
  const found = execution === null ? null : searchProgram(execution, name, 'shellexec');
  if (execution === null || found?.kind !== 'found') return;
  const walk = resolve(execution.rootfs, found.path, { from: execution.workingDir });
  const text = walk.kind === 'found' ? textOf(walk.located.entry.content) : null;
  if (text !== null) noteText(state, text);
}

export function noteChanged(state: ShellState, words: readonly Word[], change: Change = 'content'): void {
  for (const path of pathsOf(state, words)) {
    // What is started by a name that is not known is not known either; whose a file is then may still be asked.
    if (path === null && change !== 'content') note(state, '/', change);
    else if (path !== null && state.made.get(path) !== 'content') note(state, path, change);
  }
}

/** Where a pattern stands, something is left that it does not fit. */
function noteRemoved(state: ShellState, words: readonly Word[]): void {
  const named = words.filter((word) => directoryOfPattern(word) === null);
  for (const path of pathsOf(state, named)) if (path !== null) note(state, path, 'removed');
}

function noteMoved(state: ShellState, words: readonly Word[]): void {
  noteRemoved(state, words);
  noteChanged(state, targetsOf(words));
}

/** Of a program that gets one file, and names it by the word behind `option`, or else by its address where `named` says so. */
function noteOutput(state: ShellState, words: readonly Word[], option: RegExp, named: RegExp): void {
  const texts = words.map(({ text }) => text);
  const at = texts.findIndex((text) => option.test(text));
  const joined = /^-\w*[oO](-|\/dev\/null)$/;
  if (texts.some((text) => joined.test(text)) || texts.includes('--spider')) return;
  if (at !== -1) noteChanged(state, words.slice(at + 1, at + 2));
  else if (texts.some((text) => named.test(text))) noteAny(state);
}

/** Of files that it is told of as it runs. */
function noteUnnamed(state: ShellState, words: readonly Word[]): void {
  if (changeOf(words) === 'rights') note(state, '/', 'rights');
  else noteAny(state);
}

function notePrograms(state: ShellState): void {
  note(state, ANY_FILE);
}

function noteAny(state: ShellState): void {
  notePrograms(state);
  note(state, ANY_LIBRARY);
}

/** No script that people write changes more files by name; each command that it starts is told all of them. */
const MAX_CHANGES = 200;

function note({ made }: ShellState, path: string, change: Change = 'content'): void {
  // Who owns it is the least of what may have changed.
  if (change === 'owner' && made.has(path)) return;
  if (made.size < MAX_CHANGES) made.set(path, change);
  else made.set(ANY_FILE, 'content');
}

/** `mkdir -p`: with those above it that were not there. */
function noteDirectories(state: ShellState, path: string | null): void {
  if (path === null) {
    state.effects = 'anything';
    return;
  }
  const walk = resolve(state.execution.rootfs, path);
  if (walk.kind === 'missing') for (const each of [walk.at, path]) note(state, each);
}

/** The last word is where they write to, or the word behind `-t`. */
function targetsOf(words: readonly Word[]): readonly Word[] {
  const to = words.findIndex(({ value }) => /^-\w*t$/.test(value)) + 1;
  return [...words.slice(-1), ...words.slice(to, to === 0 ? 0 : to + 1)];
}

/** What `find` looks through. */
function foundBelow(words: readonly Word[]): readonly Word[] {
  return words.slice(
    0,
    words.findIndex(({ value }) => /^[-(!]/.test(value)),
  );
}

/** Whether a command that changes files is among the words of one that starts others. */
function startsOther(words: readonly Word[]): boolean {
  return words.some(({ value }) => NOTES.has(baseOf(value)));
}

/** What those that it starts change. */
function changeOf(words: readonly Word[]): Change {
  const names = words.map(({ value }) => baseOf(value)).filter((name) => NOTES.has(name));
  return names.every((name) => `${OWNERS} ${RIGHTS}`.split(' ').includes(name)) ? 'rights' : 'content';
}

/** `yarn` alone installs too. */
function isTold(words: readonly Word[]): boolean {
  return words.length === 0 || words.some(({ value }) => INSTALLS.test(value));
}

function hasWord(pattern: RegExp): (words: readonly Word[]) => boolean {
  return (words) => words.some(({ value }) => pattern.test(value));
}

function isOperand({ value }: Word): boolean {
  return !value.startsWith('-');
}

/** null for words that are not known. */
function pathsOf(state: ShellState, words: readonly Word[]): readonly (string | null)[] {
  return words.flatMap((word) => {
    const path = expandValue(state.fork(), word) ?? directoryOfPattern(word);
    if (path === '') return [];
    const isKnown = path !== null && (state.workingDir !== null || path.startsWith('/'));
    return [isKnown ? wholePath(state.workingDir ?? '/', path) : null];
  });
}

/** Of a pattern it is all in the directory, but for one of the root's. */
function directoryOfPattern({ text }: Word): string | null {
  const pattern = /^([^$`"'\\*?[]*\/)?[^$`"'\\/]*[*?[][^$`"'\\]*$/.exec(text);
  const [, directory = '.'] = pattern ?? [];
  return pattern === null || directory === '/' ? null : directory;
}
