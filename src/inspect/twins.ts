/**
 * What `same-content` found is the best proof that there is for a file of the wrong machine, and belongs to the error
 * about that file. Only where no error speaks of the file is it a finding of its own.
 */
import { compat32Bit } from '../rules/compat-32-bit.ts';
import { foreignAddOn } from '../rules/foreign-add-on.ts';
import { foreignBinary } from '../rules/foreign-binary.ts';
import { foreignUserland } from '../rules/foreign-userland.ts';
import { libraryMismatch } from '../rules/library-mismatch.ts';
import { loaderMismatch } from '../rules/loader-mismatch.ts';
import { sameContent } from '../rules/same-content.ts';
import { wrongAbi } from '../rules/wrong-abi.ts';
import { wrongArchitecture } from '../rules/wrong-architecture.ts';
import { type Finding, holdsFor } from '../verdict/finding.ts';

/** Rules that say: this file is for another machine. */
const WRONG_MACHINE: ReadonlySet<string> = new Set(
  [
    wrongArchitecture,
    wrongAbi,
    compat32Bit,
    loaderMismatch,
    libraryMismatch,
    foreignUserland,
    foreignBinary,
    foreignAddOn,
  ].map(({ id }) => id),
);

/** The same findings in the same order, without the twins that an error speaks of. */
export function withTwins(findings: readonly Finding[]): Finding[] {
  const [twins, others] = [findings.filter(isTwin), findings.filter((finding) => !isTwin(finding))];
  const isTold = (twin: Finding): boolean =>
    twin.platforms.length > 0 &&
    twin.platforms.every((platform) =>
      others.some(
        (other) => other.severity === 'error' && proves(twin, other) && isOf(other, platform, twin),
      ),
    );
  return findings.flatMap((finding) => {
    if (isTwin(finding)) return isTold(finding) ? [] : [finding];
    const twin = twins.find(
      (other) =>
        proves(other, finding) && finding.platforms.every((platform) => isOf(other, platform, finding)),
    );
    return twin === undefined
      ? [finding]
      : [{ ...finding, message: `${finding.message} ${proofOf(twin, finding)}` }];
  });
}

function isTwin({ rule }: Finding): boolean {
  return rule === sameContent.id;
}

/** Whether it speaks of all that the other finding says of the platform. */
function isOf(finding: Finding, platform: string, { entries = [] }: Finding): boolean {
  const own = entries.filter((entry) => entry.platform === platform);
  if (own.length > 0) return own.every((entry) => holdsFor(finding, entry));
  return (
    finding.platforms.includes(platform) && !finding.entries?.some((entry) => entry.platform === platform)
  );
}

/** Whether both speak of one file. */
function proves({ path: twin, evidence }: Finding, { rule, path, evidence: own }: Finding): boolean {
  const { sha256, paths, count } = own;
  if (sha256 !== undefined) return evidence['sha256'] === sha256;
  if (!WRONG_MACHINE.has(rule) || twin === null || path === null) return false;
  if (twin === path) return true;
  if (!Array.isArray(paths)) return false;
  if (paths.includes(twin)) return true;
  // Of many files only some are listed.
  const isLonger = typeof count === 'number' && count > paths.length;
  return isLonger && (rule === foreignUserland.id || twin.startsWith(`${path}/`));
}

/** The twin's own sentence where it counts files. */
function proofOf(twin: Finding, { path }: Finding): string {
  const { twin: name, count = 1 } = twin.evidence;
  const isOne = count === 1 && twin.path === path;
  return isOne && typeof name === 'string' ? `It is byte for byte the file in ${name}.` : twin.message;
}
