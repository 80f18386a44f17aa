/** Every table of cases. */
import type { KernelCase } from '../kernel-case.ts';
import { findingCases } from './finding.ts';

export const TABLES: Readonly<Record<string, readonly KernelCase[]>> = {
  'finding the program': findingCases,
};
