/**
 * Why a step of the start does not work, as facts: one `kind` for each way in which the runtime, the kernel, a shell
 * or a loader refuses. Rules give them names and severities.
 */
import type { EmptyFacts, OtherFacts } from '../rootfs/content-facts.ts';
import type { FileType } from '../rootfs/entry.ts';
import type { Hop } from '../rootfs/resolve.ts';
import type { Abi } from './kernel/abi.ts';
import type { LibraryRefusal } from './loader/library-refusal.ts';
import type { ShellPlace } from './shell/shell-place.ts';
import type { UserFileFault } from './users/user-files.ts';

export type Refusal =
  | LookupRefusal
  | AccessRefusal
  | FormatRefusal
  | ScriptRefusal
  | UserRefusal
  | UsageRefusal
  | LoaderRefusal
  | LibraryRefusal;

/** What is wrong before any file is looked up. */
export type ConfigRefusal =
  /** Neither ENTRYPOINT nor CMD. */
  | { readonly kind: 'no-command' }
  | UserRefusal
  | UnusableWorkingDir
  | ContainerFault
  /** A file of the program's name, earlier in PATH, which some runtimes take although this user may not execute it. */
  | { readonly kind: 'taken-by-some'; readonly path: string; readonly owner: Ownership };

/** WORKDIR is relative, or leads to something that is no directory; `possible`: not every runtime minds. */
export interface UnusableWorkingDir {
  readonly kind: 'unusable-working-dir';
  readonly at: string;
  readonly why: string;
  /** In the runtime's words. */
  readonly error: string;
  readonly certainty: 'certain' | 'possible';
}

/** The container cannot be made. */
export type ContainerFault =
  /** An environment variable without a name, a NUL where C ends its texts, or more text than execve(2) takes. */
  | {
      readonly kind: 'malformed-setting';
      readonly setting: 'ENV' | 'an argument' | 'WORKDIR';
      /** How it begins. */
      readonly value: string;
      readonly fault: 'no-name' | 'nul' | 'too-long' | 'too-much';
      readonly certainty: 'certain' | 'possible';
    }
  /** Where the runtime mounts something lies something that cannot be mounted on. */
  | { readonly kind: 'unusable-mount-point'; readonly at: string; readonly wanted: 'file' | 'directory' }
  /** `at`: what is there instead of a directory, or is to be hidden. */
  | {
      readonly kind: 'unusable-volume';
      readonly volume: string;
      readonly at: string;
      readonly because:
        'no-directory' | 'no-directory-above' | 'symlink-loop' | 'whole-root' | 'runtime-mount';
    };

export type UserRefusal =
  | UnknownName
  | UnusableUserFile
  /** A number outside 0…2^31-1; `possible`: it stands in a file, and only some runtimes refuse it. */
  | {
      readonly kind: 'user-out-of-range';
      readonly name: string;
      readonly certainty: 'certain' | 'possible';
    }
  /** `user:group:more`, of which some runtimes ignore the end, and which others refuse. */
  | { readonly kind: 'too-many-colons'; readonly name: string };

/** /etc/passwd or /etc/group that runtimes cannot read, which ends every start. */
export interface UnusableUserFile {
  readonly kind: 'unusable-user-file';
  readonly path: string;
  readonly fault: UserFileFault;
  readonly certainty: 'certain' | 'possible';
}

/** A wrapper without a command to start, or with words that it does not take; `error` as it says so. */
export type UsageRefusal =
  | { readonly kind: 'nothing-to-start'; readonly error: string }
  | { readonly kind: 'malformed-command'; readonly error: string };

/** USER names somebody whom /etc/passwd (user) or /etc/group (group) of the image does not know. */
export interface UnknownName {
  readonly kind: 'unknown-user' | 'unknown-group';
  readonly name: string;
  /** Whether the image has that file at all. */
  readonly file: 'found' | 'missing';
  /** In the words of who asks for it, where they are its own. */
  readonly error?: string;
}

/** Nothing was found: ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG. */
export type LookupRefusal =
  /** `link`: the last symlink on the way, when it dangles; `mount`: what runtimes mount there, and hide the image's files with. */
  | {
      readonly kind: 'missing';
      readonly at: string;
      readonly link: Hop | null;
      readonly mount?: string;
      /** In the words of who wants to read it. */
      readonly error?: string;
      /** The busybox that has no such applet, and says so. */
      readonly busybox?: string;
    }
  | { readonly kind: 'not-a-directory'; readonly at: string; readonly error?: string }
  | { readonly kind: 'symlink-loop'; readonly at: string }
  | { readonly kind: 'name-too-long'; readonly at: string }
  | InRelativePath
  /** No directory of PATH has an executable file of that name; `passedOver`: files of that name all the same. */
  | {
      readonly kind: 'not-in-path';
      readonly path: string | null;
      readonly passedOver: readonly PassedOver[];
    };

/** LookPath found it through a relative entry of PATH, which it then refuses (exec.ErrDot). */
export interface InRelativePath {
  readonly kind: 'in-relative-path';
  readonly directory: string;
  readonly path: string;
}

export interface PassedOver {
  readonly path: string;
  readonly refusal: AccessRefusal | LookupRefusal;
}

/** Found, but the user may not use it so: EACCES. */
export type AccessRefusal =
  /** A directory on the way may not be searched. */
  | { readonly kind: 'not-searchable'; readonly at: string; readonly owner: Ownership }
  /** A directory, device, fifo … */
  | { readonly kind: 'not-a-file'; readonly type: Exclude<FileType, 'file' | 'symlink'> }
  /** No x bit for this user. */
  | { readonly kind: 'no-execute-permission'; readonly owner: Ownership }
  | MayNotSwitch
  /** A script that its interpreter cannot open; `reader`: a shell, as it calls itself; `error`: in the words of another. */
  | {
      readonly kind: 'no-read-permission';
      readonly owner: Ownership;
      readonly reader?: ShellPlace;
      readonly error?: string;
    }
  | CapabilityRefusal;

/** Only root may become somebody else. */
export interface MayNotSwitch {
  readonly kind: 'may-not-switch-user';
  readonly uid: number;
  readonly wanted: string;
  /** In the words of who is asked to. */
  readonly error?: string;
}

/** File capabilities that are in effect at once, and that containers do not have: EPERM. */
export interface CapabilityRefusal {
  readonly kind: 'capabilities-not-granted';
  /** `cap_net_admin`. */
  readonly capabilities: readonly string[];
  /** `certain`: not even docker grants them by default; `possible`: only docker and containerd do. */
  readonly certainty: 'certain' | 'possible';
}

/** Mode, owner and group of the file that refuses. */
export interface Ownership {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** An access control list decides too. */
  readonly isListed?: true;
}

/** Found and executable, but no program for this kernel: ENOEXEC, or a death in execve itself. */
export type FormatRefusal =
  | ({
      readonly kind: 'wrong-abi';
      readonly abi: Exclude<Abi, { readonly kind: 'native' | 'unknown-platform' }>;
    } & ReadAllTheSame)
  /** Neither ELF nor `#!`. */
  | ({ readonly kind: 'unknown-format'; readonly content: OtherFacts | EmptyFacts } & ReadAllTheSame)
  /** Readable text without `#!`, or with something before it. */
  | ({ readonly kind: 'no-shebang'; readonly content: OtherFacts } & ReadAllTheSame)
  | ({ readonly kind: 'malformed-elf'; readonly fault: ElfFault } & ReadAllTheSame);

/** A file that is handed to a shell, or whose script is. */
interface ReadAllTheSame {
  /** In the words of who reads it. */
  readonly error?: string;
  /** It says what it says; ENOENT: that shell is not there. */
  readonly reader?: 'shell' | 'absent';
}

/** What of an ELF file the kernel refuses, and how that ends. */
export interface ElfFault {
  /** In words: "the program header table lies after the end of the file". */
  readonly text: string;
  readonly outcome: Outcome;
  /** `possible`: the program may never touch what is broken, or some hosts take it. */
  readonly certainty: 'certain' | 'possible';
}

/** How people see it: an errno of execve(2), or a signal after the point of no return. */
export type Outcome =
  | {
      readonly kind: 'errno';
      readonly errno: 'ENOEXEC' | 'EINVAL' | 'EIO' | 'ENOMEM' | 'ELIBBAD' | 'EACCES' | 'ENOENT';
    }
  | {
      readonly kind: 'signal';
      readonly signal: 'SIGSEGV' | 'SIGBUS' | 'SIGKILL' | 'SIGILL';
      /** Where kernels before Linux 6.7 let it come to another one. */
      readonly once?: 'SIGBUS';
    }
  /** A loader says this, and ends the process. */
  | { readonly kind: 'words'; readonly error: string };

export type ScriptRefusal =
  /** A `#!` line that fs/binfmt_script.c refuses (ENOEXEC), or its interpreter, with what that says of it. */
  | ({ readonly kind: 'malformed-shebang'; readonly fault: ShebangFault } & ReadAllTheSame)
  /** The CR of a Windows line end became part of the interpreter's name or argument; `word` has it. */
  | {
      readonly kind: 'crlf';
      readonly where: 'interpreter' | 'command' | 'lines';
      readonly word: string;
      readonly certainty: 'certain' | 'possible';
      /** As the shell says so. */
      readonly error?: string;
    }
  /** A shell cannot read what begins in a line, and ends there; `error` as it says so, where that is known. */
  | { readonly kind: 'malformed-script'; readonly line: number; readonly error?: string }
  /** More than five interpreters in a row: ELOOP. */
  | { readonly kind: 'interpreter-loop'; readonly chain: readonly string[] };

export type ShebangFault =
  /** Nothing but blanks after `#!`. */
  | 'empty'
  /** The name of the interpreter does not end within 256 bytes. */
  | 'too-long'
  /** A byte order mark before `#!`. */
  | 'byte-order-mark'
  /** Blank lines or spaces before `#!`. */
  | 'blank-before'
  /** The interpreter is a shell, and has no such option. */
  | 'unknown-option'
  /** `#!/usr/bin/env -S …`, but the image's env (busybox) has no -S. */
  | 'env-without-split'
  /** `#!/usr/bin/env -S "…`: an open quote, an unknown escape, a `$` without braces. */
  | 'split-string'
  /** `#!/usr/bin/env -i NAME`: the kernel hands everything behind the name over as one word. */
  | 'options-in-one-word';

/** What the kernel says of the file in PT_INTERP. */
export type LoaderRefusal =
  | { readonly kind: 'loader-not-found'; readonly because: LookupRefusal }
  /** It is there, but no loader for this program; `text` goes on after "the loader …": "is not an ELF file". */
  | { readonly kind: 'loader-mismatch'; readonly text: string; readonly outcome: Outcome };
