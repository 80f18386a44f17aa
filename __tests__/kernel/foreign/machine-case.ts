/** What questions to other machines are made of: small programs, each beside a loader, and what is to be said of them. */
import { CODE_AT, type Segment, segmentsOnly, TEXT_AT } from '../../support/segments.ts';
import { kernelCase, type KernelCase, program } from '../kernel-case.ts';
import type { Machine, Says } from './machines.ts';

export const FIXED = 0x401000;
const BAD = 'malformed-elf';

export function code(address: number | bigint, more: Partial<Segment> = {}): Segment {
  return { type: 1, offset: CODE_AT, address, fileSize: 0x100, ...more };
}

export const INTERPRETER: Segment = { type: 3, flags: 4, offset: TEXT_AT, fileSize: 7 };
/** Kernels before 6.6 clear the rest of the last page of a loader, which must be writable. */
const LOADER = [code(0x1000), code(0x22000, { flags: 6, offset: TEXT_AT })];

/** `/app`, beside a loader that ends with status 0. */
export function machineCase(
  { machine, platform }: Machine,
  name: string,
  app: Buffer,
  says: Says,
  rule = BAD,
): KernelCase {
  const loader = segmentsOnly('ET_DYN', 0x1000, LOADER, '', machine);
  const items = [program('app', app), program('ld.so', loader)];
  const question = kernelCase(`${machine}: ${name}`, items, '/app', 'starts', { platform });
  if (says === 'starts') return question;
  if (says === 'error') return { ...question, expect: { error: rule } };
  const warned = { ...question, expect: { warning: rule } } as const;
  return says === 'warns, ends here' ? { ...warned, here: 'ends' } : warned;
}
