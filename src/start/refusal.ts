/** Why a step of the start does not work, as a fact: one `kind` for each way the kernel or a loader refuses. */
export interface Refusal {
  readonly kind: string;
}
