/** Machines that are asked, and what is known of the address space that their kernels give to a program. */
import type { Platform } from '../../../src/oci/platform.ts';
import type { MachineName } from '../../support/elf-machines.ts';
import * as kernels from '../emulated-kernel.ts';

/** What is said: nothing, an error, or a warning about some hosts, of which this machine is one or is not. */
export type Says = 'starts' | 'error' | 'warns, ends here' | 'warns, starts here';

export interface Machine {
  readonly machine: MachineName;
  readonly platform: Platform;
  /** Code that is readable and not executable, with PT_GNU_STACK and without. */
  readonly readable: Says;
  readonly unsaid: Says;
  /** A segment at this address. */
  readonly addresses: readonly (readonly [address: bigint, says: Says])[];
  /** Segments at multiples of this power of two, of a program without a loader and of one with it. */
  readonly aligned: readonly (readonly [power: number, without: Says, withLoader: Says])[];
  /** Segments that span so much. */
  readonly spans: readonly (readonly [span: bigint, without: Says, withLoader: Says])[];
}

/** A machine, and a kernel of it that this machine's processor does not run. */
export interface EmulatedMachine extends Machine {
  readonly kernel: kernels.EmulatedKernel;
}

const bits = (count: number): bigint => 1n << BigInt(count);

function linux(architecture: string, variant?: string): Platform {
  return { os: 'linux', architecture, ...(variant === undefined ? {} : { variant }) };
}

/** Below a kernel of amd64, whose own matter it is. */
export const I386_MACHINE: Machine = {
  machine: 'i386',
  platform: linux('386'),
  readable: 'error',
  unsaid: 'starts',
  addresses: [
    [0xb0000000n, 'starts'],
    [0xc0000000n, 'warns, starts here'],
    [0xffffe000n, 'error'],
  ],
  aligned: [
    [22, 'starts', 'starts'],
    [30, 'starts', 'warns, starts here'],
    [31, 'starts', 'error'],
  ],
  spans: [
    [0x20000000n, 'starts', 'starts'],
    [0x80000000n, 'starts', 'starts'],
    [0xaa000000n, 'warns, starts here', 'warns, ends here'],
  ],
};

export const EMULATED_MACHINES: readonly EmulatedMachine[] = [
  {
    kernel: kernels.ARMHF_KERNEL,
    machine: 'armhf',
    platform: linux('arm', 'v7'),
    readable: 'error',
    unsaid: 'starts',
    addresses: [
      [0xb0000000n, 'starts'],
      [0xbf000000n, 'warns, ends here'],
      [0xfffff000n, 'error'],
    ],
    aligned: [
      [22, 'starts', 'starts'],
      [23, 'starts', 'warns, ends here'],
      [31, 'starts', 'warns, ends here'],
    ],
    spans: [
      [0x20000000n, 'starts', 'starts'],
      [0x80000000n, 'starts', 'warns, starts here'],
      [0xbf000000n, 'warns, ends here', 'error'],
    ],
  },
  {
    kernel: kernels.PPC64EL_KERNEL,
    machine: 'ppc64le',
    platform: linux('ppc64le'),
    readable: 'error',
    unsaid: 'error',
    addresses: [
      [bits(47), 'starts'],
      [bits(51), 'starts'],
      [bits(52), 'error'],
    ],
    aligned: [
      [29, 'starts', 'starts'],
      [40, 'starts', 'warns, ends here'],
      [46, 'starts', 'error'],
      [47, 'error', 'error'],
    ],
    spans: [
      [bits(46), 'starts', 'starts'],
      [bits(47), 'starts', 'error'],
      [bits(51), 'starts', 'error'],
      [bits(52), 'error', 'error'],
    ],
  },
  {
    kernel: kernels.RISCV64_KERNEL,
    machine: 'riscv64',
    platform: linux('riscv64'),
    readable: 'error',
    unsaid: 'error',
    addresses: [
      [bits(37), 'starts'],
      [bits(38), 'warns, ends here'],
      [bits(56), 'error'],
    ],
    aligned: [
      [37, 'starts', 'starts'],
      [38, 'warns, ends here', 'warns, ends here'],
      [47, 'error', 'error'],
    ],
    spans: [
      [bits(36), 'starts', 'starts'],
      [bits(37), 'starts', 'warns, ends here'],
      [bits(38), 'warns, ends here', 'warns, ends here'],
      [bits(46), 'warns, ends here', 'error'],
      [bits(47), 'error', 'error'],
    ],
  },
  {
    kernel: kernels.S390X_KERNEL,
    machine: 's390x',
    platform: linux('s390x'),
    readable: 'warns, ends here',
    unsaid: 'warns, ends here',
    addresses: [
      [bits(63), 'starts'],
      [bits(64) - 0x20000n, 'starts'],
      [bits(64) - 0x1000n, 'error'],
    ],
    aligned: [
      [41, 'starts', 'starts'],
      [42, 'error', 'error'],
    ],
    spans: [
      [bits(40), 'starts', 'starts'],
      [bits(41), 'starts', 'error'],
      [bits(62), 'starts', 'error'],
    ],
  },
  {
    kernel: kernels.MIPS64EL_KERNEL,
    machine: 'mips64el',
    platform: linux('mips64le'),
    readable: 'warns, starts here',
    unsaid: 'warns, starts here',
    addresses: [
      [bits(39), 'starts'],
      [bits(40), 'warns, ends here'],
      [bits(48), 'error'],
    ],
    aligned: [
      [39, 'starts', 'starts'],
      [40, 'warns, ends here', 'warns, ends here'],
      [48, 'error', 'error'],
    ],
    spans: [
      [bits(38), 'starts', 'starts'],
      [bits(39), 'starts', 'warns, ends here'],
      [bits(40), 'warns, ends here', 'warns, ends here'],
      [bits(48), 'error', 'error'],
    ],
  },
];
