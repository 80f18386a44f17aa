/** Which entry of ld.so.cache a glibc loader takes: `search_cache` of elf/dl-cache.c, flags of ldconfig.h. */
import { EF_ARM_ABI_FLOAT_HARD, EF_RISCV_FLOAT_ABI } from '../../elf/constants.ts';
import type { ElfFacts } from '../../elf/elf-facts.ts';
import {
  EM_AARCH64,
  EM_ARM,
  EM_LOONGARCH,
  EM_MIPS,
  EM_PPC64,
  EM_RISCV,
  EM_S390,
  EM_X86_64,
} from '../../elf/machines.ts';
import type { HostProfile } from '../kernel/host-profile.ts';
import type { LdCache } from './ld-cache.ts';

/** What is 1 for any ELF library and 3 for one of glibc 2, with the bits of the ABI above. */
interface CacheFlags {
  readonly best: number;
  readonly accepted: readonly number[];
}

const EF_MIPS_NAN2008 = 0x400;
const EF_LOONGARCH_ABI = 7;
const LOONGARCH_DOUBLE = 3;

function only(flags: number): CacheFlags {
  return { best: flags, accepted: [flags] };
}

/** `_DL_CACHE_DEFAULT_ID` and `_dl_cache_check_flags` of the loader's architecture. */
function flagsOf(loader: ElfFacts): CacheFlags {
  const wide = loader.class === 64;
  switch (loader.machine) {
    case EM_X86_64:
      return only(wide ? 0x303 : 0x803);
    case EM_AARCH64:
      return only(0xa03);
    case EM_ARM:
      return { best: 3, accepted: [3, (loader.flags & EF_ARM_ABI_FLOAT_HARD) === 0 ? 0xb03 : 0x903] };
    case EM_PPC64:
      return only(0x503);
    case EM_S390:
      return wide ? only(0x403) : { best: 3, accepted: [1, 3] };
    case EM_RISCV:
      return only((loader.flags & EF_RISCV_FLOAT_ABI) === 0 ? 0xf03 : 0x1003);
    case EM_LOONGARCH:
      return only((loader.flags & EF_LOONGARCH_ABI) === LOONGARCH_DOUBLE ? 0x1203 : 0x1103);
    case EM_MIPS: {
      const is2008 = (loader.flags & EF_MIPS_NAN2008) !== 0;
      if (wide) return only(is2008 ? 0xe03 : 0x703);
      return is2008 ? only(0xc03) : { best: 3, accepted: [1, 3] };
    }
    default:
      return { best: 3, accepted: [1, 3] };
  }
}

export interface CacheAnswer {
  /** Null when the cache does not know the name. */
  readonly path: string | null;
  /** Whether another host would perhaps get another answer. */
  readonly asksHost: boolean;
}

export function lookUpCache(cache: LdCache, name: string, loader: ElfFacts, host: HostProfile): CacheAnswer {
  const { best, accepted } = flagsOf(loader);
  const entries = cache.find(name, (flags) => accepted.includes(flags));
  const named = host.hwcaps
    .map((hwcap) => entries.find(({ level }) => level.kind === 'named' && level.name === hwcap))
    .find((entry) => entry !== undefined);
  const plain = entries.filter(({ level }) => level.kind === 'baseline');
  // The first entry of exactly its own kind ends the search; each one before it is only the best so far.
  const chosen = named ?? plain.find(({ flags }) => flags === best) ?? plain.at(-1);
  return { path: chosen?.path ?? null, asksHost: plain.length < entries.length };
}
