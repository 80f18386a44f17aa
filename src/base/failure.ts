/**
 * A failure: we could not look. It is data in the report, never a stack trace, and never looks like a
 * finding (the image is wrong) or a defect (our bug, which escapes as an ordinary error).
 */

/** Stable codes; the text after each says when it is used. Never renamed. */
export type FailureCode =
  | 'E_USAGE' // wrong option, input or combination of them
  | 'E_CONFIG' // the config file, docker's config.json or an ignore entry is wrong
  | 'E_REFERENCE' // the text is not an image reference
  | 'E_NOT_FOUND' // the reference, manifest, blob or file does not exist
  | 'E_AMBIGUOUS_REFERENCE' // several images fit and none was chosen
  | 'E_AUTH' // the registry wants a log-in, or refuses the one it got
  | 'E_CREDENTIALS' // a credential helper failed
  | 'E_TOKEN' // the token service answered something that is not a token
  | 'E_REALM' // the token service's address is not one we may talk to
  | 'E_REDIRECT' // a redirect that must not be followed
  | 'E_TLS' // the certificate is not trusted
  | 'E_NETWORK' // could not connect, or the connection kept breaking
  | 'E_TIMEOUT' // no answer in time, or the deadline passed
  | 'E_RATE_LIMIT' // the registry wants us to wait longer than we may
  | 'E_HTTP' // an unexpected answer of a registry
  | 'E_NOT_A_REGISTRY' // the answer is a web page or something else that no registry says
  | 'E_DIGEST' // bytes do not match their digest or diffID
  | 'E_SIZE' // more or fewer bytes than the descriptor says
  | 'E_JSON' // not JSON, or not of the shape the specification demands
  | 'E_JSON_AMBIGUOUS' // keys that are equal, or equal but for case: readers disagree about them
  | 'E_AMBIGUOUS_MANIFEST' // an index and a manifest at once, or media types that disagree
  | 'E_UNSUPPORTED' // a media type or feature that we do not read
  | 'E_FOREIGN_LAYER' // a layer that lives outside the registry
  | 'E_LIMIT' // over one of the limits in limits.ts
  | 'E_COMPRESSION' // gzip or zstd data is broken or cut
  | 'E_TRAILING_DATA' // bytes after the compressed stream, about which runtimes disagree
  | 'E_TAR' // the layer's tar is broken
  | 'E_SPARSE' // a sparse tar entry that runtimes refuse
  | 'E_FILE' // a local file could not be read
  | 'E_ENGINE' // the docker engine or its command line failed
  | 'E_ELF' // a binary that the verdict rests on could not be read
  | 'E_EMPTY' // nothing was examined: no platform or no file
  | 'E_CANCELLED'; // stopped from outside

const USAGE_CODES: ReadonlySet<FailureCode> = new Set([
  'E_USAGE',
  'E_CONFIG',
  'E_REFERENCE',
  'E_AMBIGUOUS_REFERENCE',
]);

/** Plain-data view of a failure, as it stands in the report. */
export interface FailureRecord {
  readonly code: FailureCode;
  readonly message: string;
  readonly hint: string;
}

/**
 * What every part of the program throws when it cannot look. `message` is one line: what, where, why;
 * `hint` is one thing to do. Neither holds a secret. Texts may hold untrusted names: printers escape them.
 */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: FailureCode;
  readonly hint: string;

  constructor(code: FailureCode, message: string, hint: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.hint = hint;
  }
}

export function recordOf(failure: Failure): FailureRecord {
  return { code: failure.code, message: failure.message, hint: failure.hint };
}

/** 2 for wrong usage or configuration, 3 ("not verified") for everything else. */
export function exitStatusOfFailure(code: FailureCode): 2 | 3 {
  return USAGE_CODES.has(code) ? 2 : 3;
}
