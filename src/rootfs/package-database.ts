/**
 * The installed packages with their architectures, read line by line from dpkg's `status` (deb822 paragraphs,
 * dpkg(1)) or apk's `installed` (one letter a field). The databases are megabytes; only names and architectures stay.
 */
import type { InstalledPackage, PackagesFacts } from './content-facts.ts';

const FIELDS = {
  dpkg: { name: 'Package: ', architecture: 'Architecture: ', status: 'Status: ' },
  apk: { name: 'P:', architecture: 'A:', status: null },
} as const;

export class PackageDatabaseReader {
  readonly #database: 'dpkg' | 'apk';
  readonly #packages: InstalledPackage[] = [];
  #rest = '';
  #name: string | null = null;
  #architecture: string | null = null;
  #installed = true;

  constructor(database: 'dpkg' | 'apk') {
    this.#database = database;
  }

  write(piece: Buffer): void {
    const lines = (this.#rest + piece.toString('latin1')).split('\n');
    // A line longer than any field that counts is cut: its start is all that is looked at.
    this.#rest = (lines.pop() ?? '').slice(0, 1_024);
    for (const line of lines) this.#line(line);
  }

  finish(): PackagesFacts {
    this.#line(this.#rest);
    this.#line('');
    return { kind: 'packages', database: this.#database, packages: this.#packages };
  }

  #line(line: string): void {
    const fields = FIELDS[this.#database];
    if (line === '') this.#endParagraph();
    else if (line.startsWith(fields.name)) this.#name = line.slice(fields.name.length).trim();
    else if (line.startsWith(fields.architecture)) {
      this.#architecture = line.slice(fields.architecture.length).trim();
    } else if (fields.status !== null && line.startsWith(fields.status)) {
      this.#installed = line.trimEnd().endsWith(' installed');
    }
  }

  #endParagraph(): void {
    if (this.#name !== null && this.#architecture !== null && this.#installed) {
      this.#packages.push({ name: this.#name, architecture: this.#architecture });
    }
    this.#name = null;
    this.#architecture = null;
    this.#installed = true;
  }
}
