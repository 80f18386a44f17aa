/** What the repository's own file tells about a finding: line ends, a lost x bit, or just that it is the one. */
import { hasFlag } from '../dockerfile/instruction.ts';
import type { Entry } from '../rootfs/entry.ts';
import { heredocFor } from './copied-file.ts';
import type { Maker } from './follow-file.ts';
import type { Location } from './location.ts';
import type { Built } from './place.ts';
import { type Cause, onLine, pointAt, pointAtWord, relate } from './pointing.ts';
import type { SourceFile } from './repository-file.ts';

/** Rules whose fault stands in the first line of the file itself. */
const IN_THE_FILE: ReadonlySet<string> = new Set([
  'crlf-script',
  'no-shebang',
  'malformed-shebang',
  'interpreter-not-found',
  'interpreter-loop',
]);

/** The first line of the repository's file, when the fault is there and nowhere else. */
export function locateInSource(rule: string, source: SourceFile | null): Location | null {
  return source !== null && source.same === 'bytes' && IN_THE_FILE.has(rule) ? firstLine(source) : null;
}

export function sourceCause(rule: string, source: SourceFile): Cause {
  const line = firstLine(source);
  const keep = `\`${source.path} text eol=lf\` in .gitattributes`;
  if (rule === 'crlf-script' && source.same === 'but-line-ends') {
    const label = 'the repository has LF here: the checkout that was built had turned it into CR LF';
    return {
      related: relate(line, label, source.certain),
      fix: `put ${keep}, and build from a fresh checkout`,
    };
  }
  if (rule === 'crlf-script') {
    return { related: null, fix: `save ${source.path} with LF line ends, and put ${keep}` };
  }
  const where = source.same === 'bytes' ? relate(line, 'this is the file in the repository', true) : null;
  return { related: IN_THE_FILE.has(rule) ? null : where, fix: null };
}

/** Why a copied file cannot be executed; null when the file in the image has an x bit. */
export function lostExecuteBit(
  built: Built,
  maker: Maker,
  entry: Entry,
  source: SourceFile | null,
): Cause | null {
  const { instruction } = maker.resolved;
  const copies = instruction.keyword === 'COPY' || instruction.keyword === 'ADD';
  if (entry.type !== 'file' || (entry.mode & 0o111) !== 0 || !copies) return null;
  const place = pointAt(built, instruction.line, instruction.endLine);
  const fix = `add \`--chmod=755\` to ${instruction.keyword} ${onLine(place)}`;
  if (hasFlag(instruction, 'chmod')) {
    const location = pointAtWord(built, instruction, '--chmod');
    const wanted = `write \`--chmod=755\` ${onLine(location)}`;
    return { related: relate(location, 'this mode has no x bit', maker.certain), fix: wanted };
  }
  if (heredocFor(maker.resolved, maker.path) !== null) {
    return { related: relate(place, 'here-documents are written without an x bit', maker.certain), fix };
  }
  if (source?.file.executable === false) {
    const label = 'this file has no x bit in the repository either';
    return {
      related: relate(firstLine(source), label, source.same === 'bytes'),
      fix: `run \`git update-index --chmod=+x ${source.path}\` and commit, or ${fix}`,
    };
  }
  return { related: null, fix };
}

function firstLine({ path, file }: SourceFile): Location {
  const [line = ''] = file.text.split('\n', 1);
  const isText = !/[\0\udc80-\udcff]/.test(line);
  return { file: path, line: 1, endLine: 1, snippet: isText ? line.replace('\r', '') : '', by: 'repository' };
}
