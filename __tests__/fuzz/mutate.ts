/** Mutation without knowledge of any format: bits, edge values, cuts, repeats, and pieces of other inputs. */

/** A number in [0, below); seeded, so that a run can be repeated. */
export type Random = (below: number) => number;

/** Mulberry32. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const EDGES = ['00', 'ff', '7f', '80', 'ffff', 'ffffffff', '7fffffff', '00000080', 'ffffffffffffffff'];
const WORDS = [
  ...Array.from('{}[]":,/.%@#\\\n\r\t\0 =-'),
  'null',
  '-1',
  '1e999',
  '9007199254740993',
  '../',
  '\u202e',
];
const LARGEST = 64 * 1024;

export function mutate(bytes: Buffer, others: readonly Buffer[], random: Random): Buffer {
  let mutant: Buffer = Buffer.from(bytes);
  for (let left = 1 + random(4); left > 0; left--) mutant = changed(mutant, others, random);
  return mutant.subarray(0, LARGEST);
}

function changed(bytes: Buffer, others: readonly Buffer[], random: Random): Buffer {
  const at = random(bytes.length + 1);
  const length = random(2) === 0 ? random(16) : random(bytes.length + 1);
  const put = (piece: Buffer, instead: number): Buffer =>
    Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at + instead)]);
  switch (random(8)) {
    case 0:
      return put(Buffer.from([(bytes[at] ?? 0) ^ (1 << random(8))]), 1);
    case 1:
      return put(Buffer.from([random(256)]), 1);
    case 2: {
      const edge = Buffer.from(EDGES[random(EDGES.length)] ?? '', 'hex');
      return put(edge, edge.length);
    }
    case 3:
      return put(Buffer.from(WORDS[random(WORDS.length)] ?? ''), random(2));
    case 4:
      return put(Buffer.alloc(0), length);
    case 5:
      return put(bytes.subarray(at, at + length), 0);
    case 6:
      return bytes.subarray(0, at);
    default: {
      const other = others[random(others.length)] ?? bytes;
      const from = random(other.length + 1);
      return put(other.subarray(from, from + length), random(2) * length);
    }
  }
}

/** The shortest bytes found that still come out the same; tries grow with the logarithm of the length. */
export async function minimise(
  bytes: Buffer,
  same: (candidate: Buffer) => Promise<boolean>,
): Promise<Buffer> {
  let least = bytes;
  for (let step = Math.ceil(bytes.length / 2); step >= 1; step = step === 1 ? 0 : Math.ceil(step / 2)) {
    for (let at = 0, tries = 0; at < least.length && tries < 24; tries++) {
      const candidate = Buffer.concat([least.subarray(0, at), least.subarray(at + step)]);
      if (await same(candidate)) least = candidate;
      else at += step;
    }
  }
  return least;
}
