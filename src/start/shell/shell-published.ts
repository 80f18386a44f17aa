/**
 * What users of a container may bring: a variable that the image does not set, a file that it does not have. As the
 * image is published the one is empty and the other is not there, which conditions take for granted. Words of commands
 * do not: whose image needs a variable is going to set it.
 */
export class Published {
  #isAsking = false;
  #isOpen = false;
  #taken = 0;

  /** While this runs, what is not set is empty. */
  ask<Result>(run: () => Result): Result {
    const kept = this.#isAsking;
    this.#isAsking = true;
    const result = run();
    this.#isAsking = kept;
    return result;
  }

  /** `isPublished`: the answer is another one where users bring what it asks for. */
  watch<Answer>(run: () => Answer): { readonly answer: Answer; readonly isPublished: boolean } {
    const before = this.#taken;
    const answer = run();
    return { answer, isPublished: this.#taken > before };
  }

  /** The value of a variable that nobody has set; null where it is not asked for, or something may have set it. */
  unsetVariable(): string | null {
    if (!this.#isAsking || this.#isOpen) return null;
    this.#taken++;
    return '';
  }

  /** Whether a file is there that the image does not have. */
  missingFile(): boolean {
    this.#taken++;
    return false;
  }

  /** Something has run that sets what it likes. */
  forget(): void {
    this.#isOpen = true;
  }
}
