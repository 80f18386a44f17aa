/** Addresses by the pages that they lie in. */

/** The smallest page that any kernel has. */
export const PAGE = 4096n;

export function pageDown(address: bigint): bigint {
  return address - (address % PAGE);
}

export function pageUp(address: bigint): bigint {
  return pageDown(address + PAGE - 1n);
}

export function smaller(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}

export function larger(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}
