/**
 * The processor level that a file demands, against the one that a platform promises: the x86-64 psABI's levels
 * (GNU_PROPERTY_X86_ISA_1_NEEDED, which glibc's loader checks), the ARM attributes of the ABI for the Arm
 * Architecture, and what Go writes down of its build. Left out: instructions of libraries that look before they use
 * them, because no file says which those are.
 */
import type { ElfFacts } from '../../elf/elf-facts.ts';
import { EM_ARM } from '../../elf/machines.ts';
import type { Digest } from '../../oci/digest.ts';
import { normalizePlatform, type Platform } from '../../oci/platform.ts';
import type { StartTrace } from '../start-trace.ts';

export interface IsaShortfall {
  /** `x86-64-v3`, `ARMv7`. */
  readonly needs: string;
  /** What the platform promises: `x86-64 (v1)`, `ARMv6`. */
  readonly promised: string;
  /** Where it is written: `GNU_PROPERTY_X86_ISA_1_NEEDED`. */
  readonly proof: string;
}

/** A shortfall of a file of the container's start. */
export interface StartShortfall extends IsaShortfall {
  readonly path: string;
  readonly layer: Digest | null;
  /** `surely`: it ends on the oldest processors; else it may look before it uses what they lack. */
  readonly certainty: 'surely' | 'perhaps';
}

/** Bits of GNU_PROPERTY_X86_ISA_1_NEEDED beyond the baseline, best first; what no level has yet is above all. */
const X86_BITS = [
  { bit: ~15, level: 5 },
  { bit: 8, level: 4 },
  { bit: 4, level: 3 },
  { bit: 2, level: 2 },
] as const;

/** Tag_CPU_arch of profile A and of before the profiles: the version of the architecture. */
const ARM_VERSIONS: ReadonlyMap<number, number> = new Map([
  ...[0, 1, 2].map((tag) => [tag, 4] as const),
  ...[3, 4, 5].map((tag) => [tag, 5] as const),
  ...[6, 7, 8, 9].map((tag) => [tag, 6] as const),
  [10, 7],
  [14, 8],
  [22, 9],
]);

const ARM_TAG = 'Tag_CPU_arch';
const FLOAT_TAG = 'Tag_ABI_VFP_args';

/** What Go calls the levels of an architecture, from the one that every processor has on. */
interface GoLevels {
  readonly setting: string;
  readonly levels: readonly string[];
  /** What people call them: before the level. */
  readonly family: string;
}

const ARM64_LEVELS = [
  ...Array.from({ length: 10 }, (_, minor) => `v8.${minor}`),
  ...Array.from({ length: 6 }, (_, minor) => `v9.${minor}`),
];
const GO_LEVELS: ReadonlyMap<string, GoLevels> = new Map([
  ['arm64', { setting: 'GOARM64', levels: ARM64_LEVELS, family: 'ARM' }],
  ['ppc64le', { setting: 'GOPPC64', levels: ['power8', 'power9', 'power10'], family: '' }],
  ['riscv64', { setting: 'GORISCV64', levels: ['rva20u64', 'rva22u64', 'rva23u64'], family: '' }],
]);

/** Null when the platform's oldest processor has all that the file asks for. */
export function isaShortfall(elf: ElfFacts, platform: Platform): IsaShortfall | null {
  const { architecture, variant } = normalizePlatform(platform);
  if (architecture === 'amd64') return x86Shortfall(elf, Number(/^v(\d)$/.exec(variant ?? 'v1')?.[1] ?? 1));
  if (architecture === 'arm') return armShortfall(elf, Number(/^v(\d)$/.exec(variant ?? 'v7')?.[1] ?? 7));
  const built = GO_LEVELS.get(architecture);
  return built === undefined ? null : goShortfall(elf, built, variant ?? '');
}

/** Of everything that surely starts, the program first; those that surely end on old processors before others. */
export function isaShortfallsOf({ steps, platform }: StartTrace): StartShortfall[] {
  const files = new Map<string, StartShortfall>();
  for (const { chain, reach, role, file, refusals, name } of steps) {
    const content = file?.located.entry.content;
    if (file === null || content?.kind !== 'elf' || chain !== 'start' || refusals.length > 0) continue;
    const shortfall = isaShortfall(content, platform);
    if (shortfall === null) continue;
    const isCore = (role !== 'library' && role !== 'preload') || name.startsWith('libc.');
    const isWhole = role === 'loader' || role === 'library' || isOfAllParts(content, shortfall);
    const surely = content.machine === EM_ARM && isCore && reach === 'certain' && isWhole;
    const { path, layer } = file.located;
    files.set(path, { ...shortfall, path, layer, certainty: surely ? 'surely' : 'perhaps' });
  }
  const found = [...files.values()];
  return [
    ...found.filter(({ certainty }) => certainty === 'surely'),
    ...found.filter(({ certainty }) => certainty !== 'surely'),
  ];
}

/**
 * Tag_ABI_VFP_args is how all parts of a file would pass numbers, if they have any. Tag_CPU_arch is the highest of all
 * of them, which for a program are also those that it calls only where the processor has them (OpenSSL's, linked
 * statically). One whose first instruction is Thumb code and that passes numbers in VFP registers has Thumb-2 there,
 * because Thumb code of ARMv6 cannot reach these registers.
 */
function isOfAllParts({ arm, entry }: ElfFacts, shortfall: IsaShortfall): boolean {
  if (shortfall.proof === FLOAT_TAG) return false;
  if (!shortfall.proof.startsWith(ARM_TAG)) return true;
  return !isOfSomeParts(shortfall) && arm?.vfpArgs === 1 && entry % 2n === 1n;
}

/**
 * Programs for ARMv7 have parts for ARMv8's checksum instructions (PostgreSQL's pg_crc32c_armv8.c); that all of one is
 * for ARMv8 is rare. What is promised less than ARMv7 lacks more than that.
 */
export function isOfSomeParts({ proof, needs, promised }: IsaShortfall): boolean {
  return proof.startsWith(ARM_TAG) && Number(/\d+/.exec(needs)) >= 8 && promised === 'ARMv7';
}

function x86Shortfall({ notes, go }: ElfFacts, promised: number): IsaShortfall | null {
  const bits = notes.x86IsaNeeded ?? 0;
  const noted = X86_BITS.find(({ bit }) => (bits & bit) !== 0)?.level ?? 1;
  const built = Number(/^v([1-4])$/.exec(go?.settings['GOAMD64'] ?? '')?.[1] ?? 1);
  const proof = noted >= built ? 'GNU_PROPERTY_X86_ISA_1_NEEDED' : `GOAMD64=v${built}`;
  const needs = Math.max(noted, built);
  return needs > promised ? { needs: `x86-64-v${needs}`, promised: `x86-64-v${promised}`, proof } : null;
}

/** `v8.0,lse,crypto`: the level, and extensions that it may lack. A platform's `v9` is a `v9.0`. */
function goShortfall(
  { go }: ElfFacts,
  { setting, levels, family }: GoLevels,
  variant: string,
): IsaShortfall | null {
  const built = go?.settings[setting] ?? '';
  const named = built.split(',', 1)[0] ?? '';
  const promised = Math.max(0, levels.indexOf(variant), levels.indexOf(`${variant}.0`));
  const needed = levels.indexOf(named);
  return needed > promised
    ? {
        needs: `${family}${levels[needed] ?? ''}`,
        promised: `${family}${levels[promised] ?? ''}`,
        proof: `${setting}=${built}`,
      }
    : null;
}

function armShortfall({ arm, go }: ElfFacts, promised: number): IsaShortfall | null {
  const isApplication = arm?.cpuProfile === null || arm?.cpuProfile === 'A';
  const attribute = isApplication ? (ARM_VERSIONS.get(arm.cpuArch ?? -1) ?? 0) : 0;
  const built = Number(/^([5-7])/.exec(go?.settings['GOARM'] ?? '')?.[1] ?? 0);
  const needs = Math.max(attribute, built);
  const proof = attribute >= built ? `${ARM_TAG} ${arm?.cpuArch ?? ''}` : `GOARM=${built}`;
  if (needs > promised) return { needs: `ARMv${needs}`, promised: `ARMv${promised}`, proof };
  // Version 5 has no floating-point registers to pass arguments in.
  return promised < 6 && arm?.vfpArgs === 1
    ? { needs: 'ARMv6 with VFP', promised: `ARMv${promised}`, proof: FLOAT_TAG }
    : null;
}
