/**
 * What starting the container would do, step by step, as facts: execve(2) of the program, the interpreter of its
 * `#!` line, the loader in its PT_INTERP, the libraries that loader maps, the child of a wrapper. Nothing is judged
 * here but what the kernel or the loader itself would refuse; rules put names and severities to it.
 */
import type { Platform } from '../oci/platform.ts';
import type { Located } from '../rootfs/entry.ts';
import type { Hop } from '../rootfs/resolve.ts';
import type { ConfigRefusal, Refusal } from './refusal.ts';
import type { Quotes } from './programs/quotation.ts';
import type { ShellPlace } from './shell/shell-place.ts';
import type { Credentials } from './users/users.ts';

export interface StartTrace {
  readonly platform: Platform;
  /** ENTRYPOINT and CMD joined; empty when the image has neither. */
  readonly argv: readonly string[];
  readonly workingDir: string;
  /** As the config writes it. */
  readonly user: string;
  /** USER as numbers; null when the runtime refuses it. */
  readonly credentials: Credentials | null;
  /** In order of discovery; the first is the program. */
  readonly steps: readonly StartStep[];
  /** What is wrong before any file is looked up: no command, unknown user, unusable WORKDIR. */
  readonly refusals: readonly ConfigRefusal[];
  /** What cannot be known without running, in words: a script that decides by itself what to start. */
  readonly leftOut: readonly string[];
  /** What the verdict rests on and could not be read: the platform is then not verified. */
  readonly unreadable: readonly Unreadable[];
  /** Only where engines unpack differently what the trace looked at. */
  readonly otherwise?: OtherUnpacking;
}

/** The start where docker's own store or podman unpacked the image, and not containerd. */
export interface OtherUnpacking {
  /** Of these the layer has no entry: they are root's and 0755 there. */
  readonly directories: readonly string[];
  readonly trace: StartTrace;
}

export interface Unreadable {
  readonly path: string;
  /** In words: "it is larger than 64 MiB". */
  readonly why: string;
}

export type StepRole = 'program' | 'interpreter' | 'loader' | 'preload' | 'library' | 'child';

/** HEALTHCHECK's own chain never stops the container from starting. */
export type Chain = 'start' | 'healthcheck';

/** `possible`: only if something that happens at run time leads there. */
export type Reach = 'certain' | 'possible';

export interface StartStep {
  /** Position in `steps`, and of the step that asked for this one (null: the config did). */
  readonly index: number;
  readonly by: number | null;
  readonly role: StepRole;
  readonly chain: Chain;
  readonly reach: Reach;
  /** Of the process that asks for it; null: not of Linux. */
  readonly credentials: Credentials | null;
  /** As asked for: `tini`, `/bin/sh`, `libc.so.6`. */
  readonly name: string;
  /** How it was asked for or found: `ENTRYPOINT`, `#!`, `PT_INTERP`, `DT_NEEDED`, `exec "$@"`, `RUNPATH` … */
  readonly via: string;
  /** Who executes it, where that is not the runtime: `tini`, `sh`; errors read as it writes them. */
  readonly caller?: string;
  /** Which marks the caller puts around names. */
  readonly quotes?: Quotes;
  /** The search for it ended with EACCES, whatever the file itself would have ended with. */
  readonly isDenied?: true;
  /** Where the shell stood that asked for it. */
  readonly at?: ShellPlace;
  /** Directories or files that were tried, in order. */
  readonly searched: readonly string[];
  /** What was found; null when nothing was. */
  readonly file: StepFile | null;
  /** Why this step does not work; empty when it does. */
  readonly refusals: readonly Refusal[];
}

export interface StepFile {
  /** As reached (`/bin/sh`), before symlinks. */
  readonly path: string;
  /** After symlinks, with the layer. */
  readonly located: Located;
  readonly hops: readonly Hop[];
}
