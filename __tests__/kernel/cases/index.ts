/** Every table of cases. */
import type { KernelCase } from '../kernel-case.ts';
import { findingCases } from './finding.ts';
import { LOADING_TABLES } from './loading.ts';
import { permissionCases } from './permissions.ts';
import { scriptCases } from './scripts.ts';

export const TABLES: Readonly<Record<string, readonly KernelCase[]>> = {
  'finding the program': findingCases,
  permissions: permissionCases,
  scripts: scriptCases,
  ...LOADING_TABLES,
};
