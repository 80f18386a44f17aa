/**
 * What the programs that a script runs before its next command may have done: to the files of the image, and whether
 * they end at all. Followed by name; what a program of another name does is not known.
 */
import { forEachChild, type Command, type SyntaxNode, type Word } from 'unbash';
import type { Change, Effects } from '../execution.ts';
import { parentOf, wholePath } from '../../rootfs/path.ts';
import { resolve } from '../../rootfs/resolve.ts';
import { ANY_FILE } from '../made-files.ts';
import { BUSYBOX_APPLETS } from '../programs/busybox-applets.ts';
import { searchProgram } from '../search-path.ts';
import { isBuiltin } from './shell-dialect.ts';
import type { ShellState } from './shell-state.ts';
import { expandValue } from './shell-words.ts';

const READERS: ReadonlySet<string> = new Set(
  (
    'awk basename cat cut date dirname egrep env expr fgrep find getent grep head hostname id ls nproc printenv ' +
    'printf pwd readlink realpath sed seq sort stat tail test tr true false uname uniq wc which whoami'
  ).split(' '),
);
const CHANGERS: ReadonlySet<string> = new Set(
  'addgroup adduser chgrp chmod chown cp install ln mkdir mktemp mv rm rmdir sync tee touch'.split(' '),
);
/** What may bring files of any name, programs among them. */
const BRINGERS: ReadonlySet<string> = new Set(
  (
    'apk apt apt-get aptitude aws bsdtar bun bunzip2 bundle bundler cargo cmake composer conda cpio curl dnf dpkg gem ' +
    'git go gradle gsutil gunzip make mamba microdnf micromamba mvn ninja npm npx pacman pdm pip pip3 pipenv pipx ' +
    'pnpm poetry rpm rsync tar tdnf unzip uv wget yarn yum zypper'
  ).split(' '),
);
const MAKERS: ReadonlySet<string> = new Set('sed tee touch'.split(' '));
const OF_RIGHTS: ReadonlySet<string> = new Set('chgrp chmod chown setfacl'.split(' '));
/** They change who is who, and so whose a file is. */
const OF_ACCOUNTS: ReadonlySet<string> = new Set(
  'addgroup adduser delgroup deluser groupadd groupdel groupmod useradd userdel usermod'.split(' '),
);
/** Their last word is where they write to. */
const COPIERS: ReadonlySet<string> = new Set('cp install ln mv'.split(' '));
const ORDER: readonly Effects[] = ['nothing', 'changes', 'anything'];

export function worseEffects(one: Effects, other: Effects): Effects {
  return ORDER.indexOf(one) < ORDER.indexOf(other) ? other : one;
}

/** Of all commands in the node, whether they are reached or not; those of functions only where they are called. */
export function noteEffects(state: ShellState, node: SyntaxNode): void {
  if (node.type === 'Function') return;
  if (node.type === 'Statement' && node.background === true) state.effects = 'anything';
  if (node.type === 'Redirect' && node.operator.includes('>') && node.target?.value !== '/dev/null') {
    if (!node.operator.endsWith('&')) state.effects = worseEffects(state.effects, 'changes');
    if (node.target !== undefined) noteMade(state, [node.target]);
  }
  if (node.type === 'Command') noteFiles(state, node);
  if (node.type === 'Command') state.effects = worseEffects(state.effects, effectsOf(state, node));
  forEachChild(node, (child) => noteEffects(state, child));
}

function effectsOf(state: ShellState, { name: word, args }: Command): Effects {
  if (word === undefined) return 'nothing';
  const words = [word, ...args].map((part) => (part.type === 'Word' ? part.value : part.text));
  const name = words[0] === 'command' && words[1]?.startsWith('-') === false ? words[1] : (words[0] ?? '');
  if (name === 'exec') return words.length > 1 ? 'anything' : 'nothing';
  if (name === '.' || name === 'source' || name === 'eval' || name === 'trap') return 'anything';
  if (isBuiltin(state.dialect, name)) return 'nothing';
  const called = state.functions.get(name);
  if (called !== undefined) return 'nothing';
  if (CHANGERS.has(name)) return 'changes';
  const writes =
    (name === 'sed' || name === 'find' || name === 'sort') &&
    words.some((each) => /^-(?:i|o|del|exec|-in-place)/.test(each));
  if (READERS.has(name) && !(name === 'env' && words.length > 1)) return writes ? 'anything' : 'nothing';
  return 'anything';
}

/** Which files a command of this name writes to. */
function noteFiles(state: ShellState, { name, args }: Command): void {
  const words = args.filter((part): part is Word => part.type === 'Word');
  const called = name?.value === 'command' ? words[0]?.value : name?.value;
  if (called === undefined || state.functions.has(called)) return;
  const base = called.slice(called.lastIndexOf('/') + 1);
  const bringsModules =
    /^python[\d.]*$/.test(base) && words.some(({ value }) => /^(?:pip|venv|virtualenv)$/.test(value));
  const brings = BRINGERS.has(base) || bringsModules;
  const isKnown = [MAKERS, COPIERS, OF_RIGHTS, OF_ACCOUNTS].some((names) => names.has(base));
  const isReading = base === 'sed' && !words.some(({ value }) => /^-\w*i|^--in-place/.test(value));
  if (!brings && base !== 'mkdir' && (!isKnown || isReading)) return;
  const execution = state.childExecution(called, []);
  const isApplet = state.dialect === 'ash' && BUSYBOX_APPLETS.has(called);
  const isAbsent = execution !== null && searchProgram(execution, called, 'shellexec').kind === 'refused';
  if (isAbsent && !isApplet) return;
  if (brings) state.made.set(ANY_FILE, 'content');
  if (MAKERS.has(base)) noteMade(state, words);
  // The first word is the new owner, or the new mode.
  const first = words.findIndex(({ value }) => !value.startsWith('-'));
  if (OF_RIGHTS.has(base)) noteMade(state, words.slice(first + 1), 'rights');
  if (base === 'mkdir') for (const path of pathsOf(state, words)) noteDirectories(state, path);
  if (OF_ACCOUNTS.has(base)) state.made.set('/etc/passwd', 'content').set('/', 'rights');
  const to = words.findIndex(({ value }) => /^-\w*t$/.test(value)) + 1;
  if (COPIERS.has(base)) noteMade(state, [...words.slice(-1), ...words.slice(to, to === 0 ? 0 : to + 1)]);
}

function noteMade(state: ShellState, words: readonly Word[], change: Change = 'content'): void {
  for (const path of pathsOf(state, words))
    if (state.made.get(path) !== 'content') state.made.set(path, change);
}

/** `mkdir -p`: with those above it that were not there. */
function noteDirectories(state: ShellState, path: string): void {
  const { rootfs } = state.execution;
  for (let at = path; resolve(rootfs, at).kind === 'missing'; at = parentOf(at))
    state.made.set(at, 'content');
}

/** Words that are not known are passed over: whatever is started by them is not known either. */
function pathsOf(state: ShellState, words: readonly Word[]): readonly string[] {
  return words.flatMap((word) => {
    const path = expandValue(state.fork(), word);
    const isKnown = path !== null && (state.workingDir !== null || path.startsWith('/'));
    return isKnown ? [wholePath(state.workingDir ?? '/', path)] : [];
  });
}
