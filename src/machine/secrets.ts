/** Secrets of this run, so that nothing we write holds one, however it got into a text. */
export class Secrets {
  readonly #secrets = new Set<string>();

  /**
   * Shorter ones would make our own texts unreadable and break the JSON of reports (G18), and no password or token is
   * that short: SECURITY.md says so.
   */
  static readonly minimum = 4;

  register(secret: string): void {
    if (secret.length >= Secrets.minimum) this.#secrets.add(secret);
  }

  /** The text with `***` for every secret, as it is, in a JSON string, and in an address. */
  redact(text: string): string {
    let result = text;
    for (const secret of this.#secrets) {
      for (const form of new Set([secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])) {
        result = result.replaceAll(form, '***');
      }
    }
    return result;
  }
}
