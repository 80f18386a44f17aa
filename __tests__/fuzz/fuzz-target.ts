/** A border where bytes of strangers become types: whatever comes in, facts or a Failure come out. */
import { Failure } from '../../src/base/failure.ts';

export interface FuzzTarget {
  readonly name: string;
  /** What a well-behaved writer sends: mutation starts here. */
  readonly seeds: () => readonly (Buffer | string)[];
  /** Gives what was read. Anything thrown that is no {@link Failure} is a fault of ours. */
  readonly read: (bytes: Buffer) => unknown;
}

/** What became of one input, roughly: inputs with one outcome teach the same. @throws what is no Failure */
export async function outcomeOf({ read }: FuzzTarget, bytes: Buffer): Promise<string> {
  try {
    return shapeOf(await read(bytes), 5);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return `${error.code} ${error.message.replace(/"[^"]*"|\d+|[0-9a-f]{8}…[0-9a-f]{4}/g, '#')}`;
  }
}

/** Fields whose few words say what a value is. */
const TELLING: ReadonlySet<string> = new Set([
  'kind',
  'format',
  'role',
  'type',
  'scheme',
  'fault',
  'instruction',
]);

/** Kinds and rough sizes, not values. */
function shapeOf(value: unknown, depth: number): string {
  if (typeof value === 'string') return `s${Math.ceil(Math.log2(value.length + 1) / 2)}`;
  if (typeof value === 'number') return Number.isFinite(value) ? `n${sizeOf(Math.abs(value))}` : 'n!';
  if (typeof value === 'bigint') return `b${Math.ceil(value.toString(16).length / 4)}`;
  if (typeof value !== 'object' || value === null || depth === 0) return String(value).slice(0, 9);
  if (value instanceof Uint8Array) return `u${sizeOf(value.length)}`;
  if (Array.isArray(value) || value instanceof Set) return listShape([...value], depth);
  const members: [unknown, unknown][] = value instanceof Map ? [...value] : Object.entries(value);
  const isData = value instanceof Map;
  const shapeAt = (key: unknown, member: unknown): string =>
    typeof member === 'string' && TELLING.has(String(key)) ? member : shapeOf(member, depth - 1);
  return `{${members
    .slice(0, 40)
    .map(([key, member]) => `${isData ? '' : String(key)}${shapeAt(key, member)}`)
    .join()}}`;
}

function listShape(items: readonly unknown[], depth: number): string {
  const shapes = new Set(items.slice(0, 40).map((item) => shapeOf(item, depth - 1)));
  return `[${sizeOf(items.length)}:${[...shapes].join()}]`;
}

function sizeOf(count: number): number {
  return Math.ceil(Math.log2(count + 1) / 4);
}
