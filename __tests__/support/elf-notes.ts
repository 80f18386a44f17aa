/** Notes, attributes and build information, each as the toolchain that makes it writes it. */
import { ByteWriter } from './byte-writer.ts';
import type { Machine } from './elf-machines.ts';
import type { ElfSpec } from './elf-spec.ts';

/** PT_NOTE: the build id and the ABI tag. */
export function noteBytes(spec: ElfSpec, machine: Machine): Uint8Array {
  const writer = new ByteWriter(machine);
  if (spec.buildId !== undefined) {
    const id = Buffer.from(spec.buildId, 'hex');
    writer.u32(4).u32(id.length).u32(3).text('GNU').raw(id).align(4);
  }
  if (spec.kernel !== undefined) {
    writer.u32(4).u32(16).u32(1).text('GNU').u32(0);
    for (const part of spec.kernel) writer.u32(part);
  }
  return writer.bytes();
}

/** PT_GNU_PROPERTY. */
export function propertyBytes(spec: ElfSpec, machine: Machine): Uint8Array {
  const writer = new ByteWriter(machine);
  if (spec.x86IsaNeeded === undefined) return writer.bytes();
  const size = machine.class === 64 ? 16 : 12;
  writer.u32(4).u32(size).u32(5).text('GNU').u32(0xc0008002).u32(4).u32(spec.x86IsaNeeded);
  return writer.align(machine.class === 64 ? 8 : 4).bytes();
}

/** `.ARM.attributes` with one part of the vendor "aeabi". */
export function attributeBytes(spec: ElfSpec, machine: Machine): Uint8Array {
  const writer = new ByteWriter(machine);
  if (spec.armAttributes === undefined) return writer.bytes();
  const values = new ByteWriter(machine);
  for (const [tag, value] of spec.armAttributes) {
    values.u8(tag);
    if (tag === 4 || tag === 5 || tag === 67) values.text('cortex');
    else values.u8(value);
  }
  const size = 5 + values.length;
  writer
    .u8(0x41)
    .u32(4 + 6 + size)
    .text('aeabi')
    .u8(1)
    .u32(size);
  return writer.raw(values.bytes()).bytes();
}

/** `.go.buildinfo` with its strings inline, as Go writes it since 1.18. */
export function goBytes(spec: ElfSpec, machine: Machine): Uint8Array {
  const writer = new ByteWriter(machine);
  if (spec.go === undefined) return writer.bytes();
  const settings = Object.entries(spec.go.settings).map(([name, value]) => `build\t${name}=${value}\n`);
  const frame = '0123456789abcdef';
  const modules = `${frame}path\t${spec.go.path}\n${settings.join('')}${frame}`;
  writer.raw(Buffer.from('\xff Go buildinf:', 'latin1')).u8(8, 2).align(32);
  for (const text of [spec.go.version, modules]) {
    const bytes = Buffer.from(text, 'latin1');
    if (bytes.length >= 0x80) writer.u8((bytes.length & 0x7f) | 0x80, bytes.length >> 7);
    else writer.u8(bytes.length);
    writer.raw(bytes);
  }
  return writer.align(16).bytes();
}
