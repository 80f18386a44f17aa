/** Whether it is options and more that the kernel handed over as one word: no program has an option that is a blank. */
export function isOneWord(word: string): boolean {
  return /^-[^= \t]*[ \t]/.test(word);
}
