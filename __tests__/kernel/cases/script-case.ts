/** One script before each of the shells that most images have: dash as `sh`, busybox's ash, and bash. */
import { symlink, type TarItem } from '../../support/layer-builder.ts';
import { kernelCase, type KernelCase, program } from '../kernel-case.ts';
import { PROGRAMS, withLibraries } from '../programs.ts';

export const SCRIPT_SHELLS = ['/bin/sh', '/bin/ash', '/bin/bash'] as const;

/** The shells, two programs to start, and programs of this machine with their libraries. */
export function scriptRoot(...programs: readonly string[]): readonly TarItem[] {
  return [
    ...withLibraries('/bin/bash', '/usr/bin/dash', ...programs),
    symlink('bin/sh', '/usr/bin/dash'),
    program('bin/ash', PROGRAMS.busybox),
    program('usr/bin/server', PROGRAMS.amd64),
    program('usr/bin/foreign', PROGRAMS.arm64),
  ];
}

export function scriptCase(
  items: readonly TarItem[],
  shell: string,
  body: string,
  expect: string,
  cmd: readonly string[] = [],
): KernelCase {
  const entry = program('entry.sh', `#!${shell}\n${body}\n`);
  const name = `${shell}: ${body.replaceAll('\n', '; ')}`;
  return kernelCase(name, [...items, entry], '/entry.sh', expect, {
    config: { entrypoint: ['/entry.sh'], cmd },
  });
}
