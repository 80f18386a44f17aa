/** Every rule, in the order in which docs and reports list them. */
import { containerNotCreated } from './container-not-created.ts';
import { crlfScript } from './crlf-script.ts';
import { duplicatePlatform } from './duplicate-platform.ts';
import { execStack } from './exec-stack.ts';
import { foreignAddOn } from './foreign-add-on.ts';
import { foreignBinary } from './foreign-binary.ts';
import { foreignUserland } from './foreign-userland.ts';
import { healthcheckBroken } from './healthcheck-broken.ts';
import { interpreterLoop } from './interpreter-loop.ts';
import { interpreterNotFound } from './interpreter-not-found.ts';
import { layerMediaType } from './layer-media-type.ts';
import { malformedCommand } from './malformed-command.ts';
import { malformedElf } from './malformed-elf.ts';
import { compat32Bit } from './compat-32-bit.ts';
import { isaLevel } from './isa-level.ts';
import { libraryMismatch } from './library-mismatch.ts';
import { libraryNotFound } from './library-not-found.ts';
import { loaderMismatch } from './loader-mismatch.ts';
import { loaderNotFound } from './loader-not-found.ts';
import { malformedPlatform } from './malformed-platform.ts';
import { malformedScript } from './malformed-script.ts';
import { malformedShebang } from './malformed-shebang.ts';
import { missingPlatform } from './missing-platform.ts';
import { noShebang } from './no-shebang.ts';
import { noStartCommand } from './no-start-command.ts';
import { notExecutable } from './not-executable.ts';
import { pageSize } from './page-size.ts';
import { platformMismatch } from './platform-mismatch.ts';
import { programNotFound } from './program-not-found.ts';
import type { Rule } from './rule.ts';
import { sameContent } from './same-content.ts';
import { symbolNotFound } from './symbol-not-found.ts';
import { symbolVersionNotFound } from './symbol-version-not-found.ts';
import { tagMismatch } from './tag-mismatch.ts';
import { unexpectedIndex } from './unexpected-index.ts';
import { unexpectedPlatform } from './unexpected-platform.ts';
import { unknownFormat } from './unknown-format.ts';
import { unpinnedReference } from './unpinned-reference.ts';
import { userNotFound } from './user-not-found.ts';
import { wrongArchitecture } from './wrong-architecture.ts';
import { wrongAbi } from './wrong-abi.ts';

export const RULES: readonly Rule[] = [
  missingPlatform,
  unexpectedPlatform,
  unexpectedIndex,
  duplicatePlatform,
  malformedPlatform,
  platformMismatch,
  sameContent,
  tagMismatch,
  unpinnedReference,
  layerMediaType,
  noStartCommand,
  malformedCommand,
  containerNotCreated,
  userNotFound,
  programNotFound,
  notExecutable,
  wrongArchitecture,
  unknownFormat,
  malformedElf,
  noShebang,
  crlfScript,
  malformedShebang,
  malformedScript,
  interpreterNotFound,
  interpreterLoop,
  healthcheckBroken,
  loaderNotFound,
  loaderMismatch,
  libraryNotFound,
  libraryMismatch,
  symbolVersionNotFound,
  symbolNotFound,
  wrongAbi,
  compat32Bit,
  isaLevel,
  foreignUserland,
  foreignBinary,
  foreignAddOn,
  pageSize,
  execStack,
];
