/**
 * A program or library that was linked with the vDSO (DT_NEEDED `linux-vdso.so.1`). The kernel's own copy lies right
 * behind the program in the loader's chain of files, wherever it is asked for, and `dl_main` of glibc's elf/rtld.c
 * asserts that the loader has the same neighbours there as in the order of the search for symbols. Seen on x86-64 with
 * 2.31, 2.36, 2.41 and 2.43.
 */
import { EM_X86_64 } from '../../elf/machines.ts';
import type { GlibcLoader } from '../../elf/loader-facts.ts';
import type { LinkedObject, UnlinkedObject } from './link-map.ts';
import { isAtLeast } from '../../base/compare-versions.ts';

/** The first who asks for the vDSO, and how many objects come before it in the search for symbols. */
export interface VdsoRequest extends Pick<UnlinkedObject, 'role' | 'name' | 'by'> {
  readonly at: number;
}

/** Since then the loader has a place in the order, the last, where nobody asks for it; its symbols count no more. */
const LOADER_HAS_PLACE = '2.41';

/** Null where the assertion holds. */
export function misplacedVdso(
  { at, ...request }: VdsoRequest,
  objects: readonly LinkedObject[],
  loader: LinkedObject,
  { version }: GlibcLoader,
): UnlinkedObject | null {
  if (loader.elf.machine !== EM_X86_64 || request.name !== 'linux-vdso.so.1') return null;
  const isNew = isAtLeast(version, LOADER_HAS_PLACE);
  const searched: (LinkedObject | typeof VDSO)[] = [...objects.slice(0, at), VDSO, ...objects.slice(at)];
  if (isNew && !objects.includes(loader)) searched.push(loader);
  const place = searched.indexOf(loader);
  if (place < 0) return null;
  const [program, ...others] = searched.filter((object) => object !== loader && object !== VDSO);
  const chain = [program, VDSO, ...others];
  const next = searched[place + 1];
  const before = chain.indexOf(searched[place - 1] ?? program);
  const behind = chain[before + 1] === VDSO && next !== VDSO ? chain[before + 2] : chain[before + 1];
  if (behind === next) return null;
  const map = isNew ? '_dl_rtld_map' : 'GL(dl_rtld_map)';
  return {
    ...request,
    file: null,
    via: 'DT_NEEDED',
    searched: [],
    refusal: {
      kind: 'library-mismatch',
      error: `dl_main: Assertion \`${map}.l_prev->l_next == ${map}.l_next' failed!`,
      passedOver: [],
      hosts: { on: 'all' },
      effect: 'stops',
      reason:
        'the kernel maps it itself, and glibc’s loader fails where it is needed at this place in the order',
    },
  };
}

const VDSO = 'vdso';
