import type { FailureCode } from '../base/failure.ts';
import type { Patience } from './registry/patience.ts';

/**
 * The world as sources see it: plain data and functions, passed in at the top. One object is one run: images
 * opened with the same host share connections, tokens, log-ins and waits.
 */
export interface SourceHost {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home directory, where `.docker/config.json` lies. */
  readonly home: string;
  /** A folder for what must be spooled (`docker save`); everything in it is removed by `close()`. */
  readonly temporaryDirectory: string;
  /** Hosts, with port where it matters, that may be spoken to without TLS. Loopback always may. */
  readonly insecureRegistries: readonly string[];
  /** How long a reference that is not there yet is asked for again, in milliseconds. */
  readonly waitForImage: number;
  /** GitHub's token, used for ghcr.io when docker's configuration has no log-in for it. */
  readonly githubToken: string | null;
  readonly runProgram: RunProgram;
  /** Called with every secret before it is used, so that logs mask it. */
  readonly registerSecret: (secret: string) => void;
  /** Something to know that changes no verdict. One line, without secrets, may hold untrusted names. */
  readonly notice: (text: string) => void;
  /** The same for what weakens what a pass is worth. */
  readonly warn: (text: string) => void;
  readonly progress: (event: SourceProgress) => void;
  readonly clock: Clock;
  /** How to reach a host; left out: the network. Tests pass their own, so that no packet leaves the machine. */
  readonly dial?: Dial;
  /** Where docker keeps certificates of registries; left out: where docker and podman look. */
  readonly certificateFolders?: readonly string[];
  /** How long servers may take, where the usual is too long: in tests. */
  readonly patience?: Partial<Patience>;
}

export interface SourceProgress {
  readonly kind: 'bytes' | 'waiting';
  /** The image or host this is about. */
  readonly name: string;
  /** `bytes`: how many arrived since the last event. `waiting`: milliseconds until the next try. */
  readonly amount: number;
  readonly why?: FailureCode;
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Rejects with the signal's reason when it is aborted first. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** From 0 up to 1, for the spread of waits. */
  random(): number;
}

/** Where a connection really goes: the address policy is asked about `address` before anything is sent. */
export interface Dial {
  /** All addresses of a host name. */
  lookup(hostname: string): Promise<readonly string[]>;
  /** The address and port to connect to instead; tests send every port of the world to their own servers. */
  route(target: { readonly address: string; readonly port: number; readonly protocol: 'http:' | 'https:' }): {
    readonly address: string;
    readonly port: number;
    readonly protocol: 'http:' | 'https:';
  };
}

/** Runs a program without a shell. Rejects only when it cannot be started or was stopped. */
export type RunProgram = (
  program: string,
  args: readonly string[],
  options: {
    /** Written to its stdin, which is then closed. */
    readonly input?: string;
    /** Gets stdout as it comes; `stdout` of the outcome is empty then. */
    readonly onStdout?: (chunk: Uint8Array) => void;
    readonly signal: AbortSignal;
  },
) => Promise<ProgramOutcome>;

export interface ProgramOutcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}
