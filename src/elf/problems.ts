import type { ElfPart, ElfProblem } from './elf-facts.ts';

/** What is wrong with a file, gathered while it is parsed; each text once. */
export class Problems {
  readonly #found = new Map<string, ElfProblem>();

  add(part: ElfPart, kind: ElfProblem['kind'], text: string): void {
    this.#found.set(`${part} ${kind} ${text}`, { part, kind, text });
  }

  list(): ElfProblem[] {
    return [...this.#found.values()];
  }
}
