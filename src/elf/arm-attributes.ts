import { SHT_ARM_ATTRIBUTES } from './constants.ts';
import { Cursor } from './cursor.ts';
import type { ArmAttributes, ElfLayout } from './elf-facts.ts';
import { Fields } from './fields.ts';
import type { KeptBytes } from './kept-bytes.ts';
import type { Problems } from './problems.ts';
import type { Section } from './section-headers.ts';

/** Tags of "Addenda to, and Errata in, the ABI for the Arm Architecture", 3.3. */
const TAG_FILE = 1;
const TAG_CPU_RAW_NAME = 4;
const TAG_CPU_NAME = 5;
const TAG_CPU_ARCH = 6;
const TAG_CPU_ARCH_PROFILE = 7;
const TAG_FP_ARCH = 10;
const TAG_ABI_VFP_ARGS = 28;
const TAG_COMPATIBILITY = 32;

export const ATTRIBUTE_BYTES = 64 * 1024;

/** The file-wide attributes of the vendor "aeabi"; null when there is no such section. */
export function readArmAttributes(
  sections: readonly Section[],
  kept: KeptBytes,
  layout: ElfLayout,
  problems: Problems,
): ArmAttributes | null {
  const section = sections.find(({ type }) => type === SHT_ARM_ATTRIBUTES);
  if (section === undefined) return null;
  const { bytes, missing } = kept.read(section.start, Math.min(section.end - section.start, ATTRIBUTE_BYTES));
  if (missing === 'nothing') return parseArmAttributes(bytes, layout);
  problems.add('arm-attributes', missing, '.ARM.attributes is not where its section header says');
  return null;
}

/** Format version 'A', then vendors' parts, each: its length with these four bytes, the vendor's name, its data. */
export function parseArmAttributes(bytes: Uint8Array, layout: ElfLayout): ArmAttributes | null {
  if (bytes[0] !== 0x41) return null;
  for (let at = 1; at + 4 <= bytes.length;) {
    const length = new Fields(bytes, layout).u32(at);
    if (length < 4) return null;
    const cursor = new Cursor(bytes.subarray(at + 4, at + length));
    if (cursor.terminated() === 'aeabi') {
      return parseFileAttributes(bytes.subarray(at + 4 + cursor.at, at + length), layout);
    }
    at += length;
  }
  return null;
}

function parseFileAttributes(bytes: Uint8Array, layout: ElfLayout): ArmAttributes | null {
  const fields = new Fields(bytes, layout);
  for (let at = 0; at + 5 <= bytes.length;) {
    const size = fields.u32(at + 1);
    if (size < 5) return null;
    if (bytes[at] === TAG_FILE) return attributesOf(bytes.subarray(at + 5, at + size));
    at += size;
  }
  return null;
}

function attributesOf(bytes: Uint8Array): ArmAttributes {
  const values = new Map<number, number>();
  const cursor = new Cursor(bytes);
  while (!cursor.isDone) {
    const tag = cursor.varint();
    if (tag === null) break;
    const isText = tag === TAG_CPU_RAW_NAME || tag === TAG_CPU_NAME || (tag > 32 && tag % 2 === 1);
    const value = isText ? 0 : cursor.varint();
    if (value === null) break;
    if ((isText || tag === TAG_COMPATIBILITY) && cursor.terminated() === null) break;
    if (!isText) values.set(tag, value);
  }
  const profile = values.get(TAG_CPU_ARCH_PROFILE) ?? 0;
  return {
    cpuArch: values.get(TAG_CPU_ARCH) ?? null,
    cpuProfile: profile === 0 ? null : String.fromCharCode(profile & 0x7f),
    vfpArgs: values.get(TAG_ABI_VFP_ARGS) ?? null,
    fpArch: values.get(TAG_FP_ARCH) ?? null,
  };
}
