/** Notes that an arm64 kernel takes, and those that it refuses. */
import { FEATURE_1_AND, propertyNote } from './gnu-property.ts';

export interface PropertyCase {
  readonly name: string;
  readonly text: string;
  /** p_filesz; default the length of the text. */
  readonly size?: number;
  readonly errno: 'EIO' | 'ENOEXEC' | null;
}

const WHOLE = propertyNote();
const features = (...sizes: readonly number[]) =>
  propertyNote({
    properties: sizes.map((size) => ({ type: FEATURE_1_AND, size, room: 8 * Math.ceil(size / 8) })),
  });
const types = (...all: readonly number[]) => propertyNote({ properties: all.map((type) => ({ type })) });

export const PROPERTY_CASES: readonly PropertyCase[] = [
  { name: 'a note of features', text: WHOLE, errno: null },
  { name: 'a note and zeros up to the largest size', text: WHOLE, size: 1024, errno: null },
  { name: 'a note and more than the largest size', text: WHOLE, size: 1025, errno: 'ENOEXEC' },
  { name: 'a property that no kernel knows', text: types(0x12345), errno: null },
  { name: 'a note without properties', text: propertyNote({ properties: [] }), errno: null },
  { name: 'nothing', text: '', errno: 'EIO' },
  { name: 'less than a note', text: WHOLE, size: 12, errno: 'EIO' },
  { name: 'zeros', text: '', size: 64, errno: 'ENOEXEC' },
  { name: 'a note of another type', text: propertyNote({ type: 1 }), errno: 'ENOEXEC' },
  { name: 'a note of another name', text: propertyNote({ name: 'GNX\0' }), errno: 'ENOEXEC' },
  { name: 'a longer name', text: propertyNote({ nameSize: 5 }), errno: 'ENOEXEC' },
  { name: 'a note that claims more', text: propertyNote({ size: 100 }), errno: 'ENOEXEC' },
  { name: 'a note that claims less', text: propertyNote({ size: 4 }), errno: 'ENOEXEC' },
  { name: 'a note that is cut off', text: WHOLE, size: 20, errno: 'ENOEXEC' },
  { name: 'falling types', text: types(FEATURE_1_AND + 1, FEATURE_1_AND), errno: 'ENOEXEC' },
  { name: 'the same type twice', text: types(FEATURE_1_AND, FEATURE_1_AND), errno: 'ENOEXEC' },
  { name: 'rising types', text: types(FEATURE_1_AND, FEATURE_1_AND + 1), errno: null },
  { name: 'features of 8 bytes', text: features(8), errno: 'ENOEXEC' },
  { name: 'features of no byte', text: features(0), errno: 'ENOEXEC' },
  {
    name: 'a property that claims four gigabytes',
    text: propertyNote({ properties: [{ type: 1, size: 0xffffffff, room: 8 }] }),
    errno: 'ENOEXEC',
  },
  {
    name: 'a property at a multiple of 4, as 32-bit files have them',
    text: propertyNote({ properties: [{ type: FEATURE_1_AND, room: 4 }] }),
    errno: 'ENOEXEC',
  },
];
