/** Every table of cases from the ELF file on. */
import type { KernelCase } from '../kernel-case.ts';
import { gcompatCases } from './gcompat.ts';
import { glibcCacheCases } from './glibc-cache.ts';
import { glibcEnvironmentCases } from './glibc-environment.ts';
import { glibcFileCases } from './glibc-files.ts';
import { glibcDirectoryCases, glibcRunpathCases } from './glibc-search.ts';
import { loaderCases } from './loader.ts';
import { loaderCommandCases } from './loader-command.ts';
import { muslCases, muslFileCases, muslSymbolCases } from './musl.ts';
import { hwcapsCases, processorCases } from './processor.ts';
import { secondLoaderCases } from './second-loader.ts';
import { secureCases } from './secure.ts';
import { symbolVersionCases } from './symbol-versions.ts';
import { symbolCases, versionCases } from './versions.ts';

export const LOADING_TABLES: Readonly<Record<string, readonly KernelCase[]>> = {
  'the loader': loaderCases,
  'the loader as the program': loaderCommandCases,
  'glibc: directories': glibcDirectoryCases,
  'glibc: RPATH and RUNPATH': glibcRunpathCases,
  'glibc: environment': glibcEnvironmentCases,
  'glibc: cache': glibcCacheCases,
  'glibc: files': glibcFileCases,
  'glibc: a second loader': secondLoaderCases,
  'glibc: versions': versionCases,
  'glibc: symbols': symbolCases,
  'versions of symbols': symbolVersionCases,
  'processor levels': processorCases,
  'libraries for better processors': hwcapsCases,
  'set-uid and the like': secureCases,
  'musl: directories': muslCases,
  'musl: files': muslFileCases,
  'musl: symbols': muslSymbolCases,
  gcompat: gcompatCases,
};
