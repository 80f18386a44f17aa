/** Every table of cases. */
import { machineCasesOf } from '../foreign/machine-cases.ts';
import { I386_MACHINE } from '../foreign/machines.ts';
import type { KernelCase } from '../kernel-case.ts';
import { accessListCases } from './access-lists.ts';
import { asPublishedCases } from './as-published.ts';
import { bashEnvironmentCases } from './bash-environment.ts';
import { branchCases } from './branches.ts';
import { capabilityCases } from './capabilities.ts';
import { contradictionCases } from './contradictions.ts';
import { containerCases } from './containers.ts';
import { dialectCases } from './dialects.ts';
import { damagedCases } from './damaged.ts';
import { damagedTableCases } from './damaged-tables.ts';
import { elfCases } from './elf.ts';
import { enteringCases } from './entering.ts';
import { entrypointCases } from './entrypoints.ts';
import { entryScriptCases } from './entry-scripts.ts';
import { exportedVariableCases } from './exported-variables.ts';
import { findingCases } from './finding.ts';
import { foreignInterpreterCases } from './foreign-interpreters.ts';
import { healthcheckCases } from './healthchecks.ts';
import { imageCases } from './images.ts';
import { LOADING_TABLES } from './loading.ts';
import { mountCases } from './mounts.ts';
import { packedCases } from './packed.ts';
import { patchedCases } from './patched.ts';
import { pathCases } from './paths.ts';
import { permissionCases } from './permissions.ts';
import { popularEntryScriptCases } from './popular-entry-scripts.ts';
import { s6Cases } from './s6.ts';
import { scriptCases } from './scripts.ts';
import { scriptEndCases } from './script-ends.ts';
import { scriptEffectCases } from './script-effects.ts';
import { scriptFailureCases } from './script-failures.ts';
import { secondDirectoryCases } from './second-directory.ts';
import { segmentCases } from './segments.ts';
import { shellCases } from './shells.ts';
import { shellWordCases } from './shell-words.ts';
import { tiniOptionCases } from './tini-options.ts';
import { unknownWordCases } from './unknown-words.ts';
import { walkedScriptCases } from './walked-scripts.ts';
import { userCases } from './users.ts';
import { wrapperWordCases } from './wrapper-words.ts';
import { wrapperCases } from './wrappers.ts';

export const TABLES: Readonly<Record<string, readonly KernelCase[]>> = {
  'finding the program': findingCases,
  paths: pathCases,
  permissions: permissionCases,
  users: userCases,
  containers: containerCases,
  'what runtimes mount': mountCases,
  'the second directory of PATH': secondDirectoryCases,
  'access lists': accessListCases,
  capabilities: capabilityCases,
  'F10 scripts': scriptCases,
  'scripts for interpreters of another machine': foreignInterpreterCases,
  'ELF files': elfCases,
  'ELF segments': segmentCases,
  'ELF files that die at once': damagedCases,
  'damaged tables': damagedTableCases,
  'files that contradict themselves': contradictionCases,
  'ELF segments of i386': machineCasesOf(I386_MACHINE),
  'packed programs': packedCases,
  'patched programs': patchedCases,
  wrappers: wrapperCases,
  'words of wrappers': wrapperWordCases,
  'words behind the command of tini': tiniOptionCases,
  'other roots, users and locks': enteringCases,
  shells: shellCases,
  'words of shells': shellWordCases,
  'dialects of shells': dialectCases,
  'what bash reads before its script': bashEnvironmentCases,
  'what scripts export': exportedVariableCases,
  'what scripts do before they start something': scriptEffectCases,
  'where ways of scripts meet again': branchCases,
  'what scripts end with': scriptEndCases,
  'commands of scripts that come to nothing': scriptFailureCases,
  'scripts of images as they are published': asPublishedCases,
  'words of scripts that only running tells': unknownWordCases,
  'scripts that are walked': walkedScriptCases,
  entrypoints: entrypointCases,
  's6-overlay': s6Cases,
  healthchecks: healthcheckCases,
  'entry scripts': entryScriptCases,
  'entry scripts of popular images': popularEntryScriptCases,
  images: imageCases,
  ...LOADING_TABLES,
};
