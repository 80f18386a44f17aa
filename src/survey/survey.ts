/** Every binary of the image, grouped: what the start trace never touches. */
export interface Survey {
  /** Regular files of the merged root file system. */
  readonly files: number;
}
