/** /etc/ld.so.cache before glibc's loader. */
import { file, symlink, type TarItem } from '../../support/layer-builder.ts';
import { amd64Line, buildLdCache, type CacheFormat, type CacheLine } from '../../support/ld-cache-builder.ts';
import type { KernelCase } from '../kernel-case.ts';
import { library } from '../loading.ts';
import { app, begins, DEFAULT, liba, mismatch, missing } from './glibc-case.ts';

const foreign = { machine: 'arm64' } as const;

function cache(lines: readonly CacheLine[], format: CacheFormat = 'new'): TarItem {
  return file('etc/ld.so.cache', Buffer.from(buildLdCache(lines, format), 'latin1'));
}

function cached(path: string): TarItem {
  return cache([amd64Line('liba.so.1', path)]);
}

export const glibcCacheCases: readonly KernelCase[] = [
  ...(['new', 'old', 'both'] as const).map((format) =>
    begins(`the cache in the ${format} format`, [
      app(),
      liba('/opt/lib'),
      cache([amd64Line('liba.so.1', '/opt/lib/liba.so.1')], format),
    ]),
  ),
  mismatch('the cache comes before the default directories', [
    app(),
    liba(DEFAULT),
    file('opt/liba.so.1', 'x'.repeat(99)),
    cached('/opt/liba.so.1'),
  ]),
  begins('RUNPATH comes before the cache', [
    app({ runpath: '/r' }),
    liba('/r'),
    file('opt/liba.so.1', 'x'.repeat(99)),
    cached('/opt/liba.so.1'),
  ]),
  begins('a stale entry falls back to the default directories', [
    app(),
    liba(DEFAULT),
    cached('/opt/gone/liba.so.1'),
  ]),
  missing('a stale entry is nothing', [app(), liba('/opt/lib'), cached('/opt/gone/liba.so.1')]),
  begins('an entry of another machine is passed over', [
    app(),
    liba(DEFAULT),
    liba('/opt/lib', foreign),
    cached('/opt/lib/liba.so.1'),
  ]),
  missing('an entry for another ABI is not this loader’s', [
    app(),
    liba('/opt/lib'),
    cache([{ name: 'liba.so.1', path: '/opt/lib/liba.so.1', flags: 3 }]),
  ]),
  missing('a cache that is cut short is ignored', [
    app(),
    liba('/opt/lib'),
    file(
      'etc/ld.so.cache',
      Buffer.from(buildLdCache([amd64Line('liba.so.1', '/opt/lib/liba.so.1')]), 'latin1').subarray(0, 60),
    ),
  ]),
  missing('a text as the cache is ignored', [
    app(),
    liba('/opt/lib'),
    file('etc/ld.so.cache', 'liba.so.1 => /opt/lib/liba.so.1\n'.repeat(9)),
  ]),
  missing('a cache elsewhere is ignored', [
    app(),
    liba('/opt/lib'),
    { ...cached('/opt/lib/liba.so.1'), name: 'usr/etc/ld.so.cache' },
  ]),
  begins('a cache behind a symlink', [
    app(),
    liba('/opt/lib'),
    { ...cached('/opt/lib/liba.so.1'), name: 'opt/cache' },
    symlink('etc/ld.so.cache', '/opt/cache'),
  ]),
  begins('names are compared by their numbers', [
    app({ needed: ['liba.so.10', 'libc.so.6'] }),
    library('/opt/liba.so.10'),
    cache(['9', '10', '11'].map((version) => amd64Line(`liba.so.${version}`, `/opt/liba.so.${version}`))),
  ]),
  missing('DF_1_NODEFLIB leaves the default directories out', [
    app({ flags1: 0x800, needed: ['liba.so.1'] }),
    liba(DEFAULT),
  ]),
  missing('DF_1_NODEFLIB leaves their entries of the cache out', [
    app({ flags1: 0x800, needed: ['liba.so.1'] }),
    liba(DEFAULT),
    cached(`${DEFAULT}/liba.so.1`),
  ]),
  begins('DF_1_NODEFLIB leaves other entries of the cache in', [
    app({ flags1: 0x800, needed: ['liba.so.1'] }),
    liba('/opt/lib'),
    cached('/opt/lib/liba.so.1'),
  ]),
];
