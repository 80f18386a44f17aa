/** A file for another architecture than the platform's; GOARCH names. */
export interface Mismatch {
  readonly found: string;
  readonly wanted: string;
  /** `linux/amd64`: where the build ran; null when nobody told. */
  readonly builderPlatform: string | null;
}
