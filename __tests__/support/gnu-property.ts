/** A note of the type NT_GNU_PROPERTY_TYPE_0, and everything that may be wrong with one; as latin1 text. */

/** One property; `room`: bytes that its value takes, default a multiple of 8. */
export interface Property {
  readonly type: number;
  readonly size?: number;
  readonly value?: number;
  readonly room?: number;
}

export interface PropertyNote {
  readonly nameSize?: number;
  /** What the note claims; default what there is. */
  readonly size?: number;
  readonly type?: number;
  readonly name?: string;
  readonly properties?: readonly Property[];
}

export const FEATURE_1_AND = 0xc0000000;

export function propertyNote(note: PropertyNote = {}): string {
  const { nameSize = 4, type = 5, name = 'GNU\0', properties = [{ type: FEATURE_1_AND, value: 3 }] } = note;
  const body = Buffer.concat(properties.map(propertyBytes));
  const head = Buffer.alloc(12);
  [nameSize, note.size ?? body.length, type].forEach((value, index) => head.writeUInt32LE(value, 4 * index));
  return Buffer.concat([head, Buffer.from(name, 'latin1'), body]).toString('latin1');
}

function propertyBytes({ type, size = 4, value = 0, room = Math.ceil(size / 8) * 8 }: Property): Buffer {
  const bytes = Buffer.alloc(8 + Math.max(room, 4));
  [type, size, value].forEach((word, index) => bytes.writeUInt32LE(word, 4 * index));
  return bytes.subarray(0, 8 + room);
}
