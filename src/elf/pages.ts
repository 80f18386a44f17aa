/** Addresses by the pages that they lie in. */

/** The smallest page that any kernel has. */
export const PAGE = 4096n;

export function pageDown(address: bigint): bigint {
  return address - (address % PAGE);
}

export function pageUp(address: bigint): bigint {
  return pageDown(address + PAGE - 1n);
}

/** Further than this from a file's segments nothing lies that the process has besides. */
const NEIGHBOURHOOD = 1n << 30n;

/** Whether the address is in no neighbourhood of the segments. One below a file that lies anywhere is a number of 64 bits. */
export function isFarFrom(start: bigint, end: bigint, address: bigint): boolean {
  const distance = smaller(BigInt.asUintN(64, address - end), BigInt.asUintN(64, start - address));
  return distance >= NEIGHBOURHOOD;
}

export function smaller(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}

export function larger(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}

/** As messages name addresses. */
export function hexOf(address: bigint): string {
  return `0x${address.toString(16)}`;
}
