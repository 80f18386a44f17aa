/** What a Dockerfile says, as data. Lines are 1-based and inclusive. */
export interface Dockerfile {
  readonly escape: '\\' | '`';
  readonly instructions: readonly Instruction[];
  /** The source, line by line, without line ends. */
  readonly lines: readonly string[];
}

export interface Instruction {
  /** Upper case: `COPY`. Unknown keywords are kept: a newer builder may know them. */
  readonly keyword: string;
  /** First line, and the last one with continuations and here-documents. */
  readonly line: number;
  readonly endLine: number;
  readonly flags: readonly Flag[];
  /** What follows keyword and flags, continued lines joined as the builder joins them, comments left out. */
  readonly text: string;
  /** The words of the JSON array form; null for the shell form. */
  readonly exec: readonly string[] | null;
  readonly heredocs: readonly Heredoc[];
  /** Keyword, flags and text in one line. */
  readonly original: string;
}

/** `--name=value`; value is null for a bare `--name`. */
export interface Flag {
  readonly name: string;
  readonly value: string | null;
}

export interface Heredoc {
  readonly name: string;
  /** `<<-`: leading tabs are taken off. */
  readonly chomp: boolean;
  /** With its line ends, before tabs are taken off. */
  readonly content: string;
}

/** The flag's value; null when it is absent or bare. */
export function flagOf(instruction: Instruction, name: string): string | null {
  return instruction.flags.find((flag) => flag.name === name)?.value ?? null;
}

export function hasFlag(instruction: Instruction, name: string): boolean {
  return instruction.flags.some((flag) => flag.name === name && flag.value !== 'false');
}

/** Words of an instruction whose arguments are split at blanks (COPY, ADD, FROM …), or of its JSON form. */
export function wordsOf(instruction: Instruction): readonly string[] {
  return instruction.exec ?? instruction.text.split(/[\t\v\f\r ]+/).filter((word) => word !== '');
}
