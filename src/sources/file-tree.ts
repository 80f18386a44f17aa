/** Named files that an image is kept in: a folder, or a tar that is read where it lies. */
export interface FileTree {
  /** As the user named it, for messages. */
  readonly name: string;
  /** Bytes of a regular file; null: there is none of this name. @throws {Failure} for what is there but is no file */
  sizeOf(path: string): Promise<number | null>;
  /** @throws {Failure} E_NOT_FOUND, E_FILE, E_LIMIT above `limit` bytes */
  read(path: string, limit: number): Promise<Uint8Array>;
  stream(path: string, signal: AbortSignal): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}
