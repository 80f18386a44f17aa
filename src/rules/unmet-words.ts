/** What the rules about libraries say of files that something loads or starts later. */
import { newestGlibcOf } from '../start/loader/symbol-versions.ts';
import type { UnmetNeed } from '../survey/unmet-needs.ts';
import { examplesOf, namedFiles, placeOfGroup } from './foreign-words.ts';
import type { Observation } from './rule.ts';

/** A library that is nowhere in the image: whoever loads the file may do without it. */
export function missingLibrary(unmet: UnmetNeed): Observation {
  const { library, count, path } = unmet;
  const { evidence, ...place } = placeOfGroup(unmet);
  return {
    ...place,
    severity: 'warning',
    title: `{platforms} cannot load ${namedFiles(unmet)}: the library ${library} is not in the image`,
    message: `${namedFiles(unmet)}${examplesOf(unmet)} ${count === 1 ? 'needs' : 'need'} ${library}, which is nowhere in the image. ${LATER}`,
    runtimeError: `${unmet.paths[0] ?? path}: error while loading shared libraries: ${library}: cannot open shared object file: No such file or directory`,
    evidence: { ...evidence, library, stage: 'later' },
  };
}

/** A version that no library of that name defines: what an interpreter loads by name surely fails. */
export function missingVersion(unmet: UnmetNeed): Observation {
  const { library, count, versions, provider, place, path } = unmet;
  const { evidence, ...located } = placeOfGroup(unmet);
  const newest = newestGlibcOf(provider?.defined ?? []);
  const has = newest === null ? 'does not define it' : `defines up to ${newest}`;
  return {
    ...located,
    severity: place === 'extension' ? 'error' : 'warning',
    title: `{platforms} cannot load ${namedFiles(unmet)}: ${count === 1 ? 'it needs' : 'they need'} ${versions.at(-1) ?? ''} and ${provider?.path ?? library} ${has}`,
    message: `${namedFiles(unmet)}${examplesOf(unmet)} ${count === 1 ? 'needs' : 'need'} ${versions.join(', ')} of ${library}; ${provider?.path ?? library} ${has}. ${LATER}`,
    runtimeError: `${provider?.path ?? library}: version \`${versions.at(-1) ?? ''}' not found (required by ${unmet.paths[0] ?? path})`,
    evidence: { ...evidence, library, versions, lacking: provider?.path ?? null, stage: 'later' },
  };
}

const LATER = 'The container may start and fail when it is wanted.';
