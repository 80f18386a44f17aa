/**
 * Values that wrappers take for their options and operands, and those that they refuse before they start anything.
 * What neither expression fits is not known: versions differ.
 */
export interface ValueSyntax {
  readonly takes: RegExp;
  /** Asked of what `takes` does not fit. */
  readonly refuses: RegExp;
  /** What the wrapper says, and ends; `name`: how it was called; `quote` as coreutils do. */
  readonly error: (value: string, name: string, quote: (text: string) => string) => string;
}

const SIGNAL =
  'HUP|INT|QUIT|ILL|TRAP|ABRT|IOT|BUS|FPE|KILL|USR[12]|SEGV|PIPE|ALRM|TERM|STKFLT|CHLD|CONT|STOP|TSTP|TTIN|TTOU|URG|XCPU|XFSZ|VTALRM|PROF|WINCH|IO|PWR|SYS';
const ANYTHING = /^/;
const WORD = /^[A-Za-z]/;

/** `parse_duration` of coreutils' src/timeout.c: what strtold(3) reads, in the decimals of the locale, and a unit. */
export const DURATION: ValueSyntax = {
  takes: /^\s*\+?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[iI][nN][fF](?:[iI][nN][iI][tT][yY])?)[smhd]?$/,
  refuses:
    /^(?!\s*[+-]?(?:[.,]?\d|[iI][nN]))|^(?!0[xX])\d+(?:\.\d+)?(?:[smhd].+|[a-zA-Z]{2,}|[^\d.,eEsmhd].*)$/,
  error: (value, name, quote) => `${name}: invalid time interval ${quote(value)}`,
};

/** `operand2sig` of coreutils. */
export const SIGNAL_OF_TIMEOUT: ValueSyntax = {
  takes: new RegExp(
    `^(?:(?:SIG)?(?:${SIGNAL}|CLD|POLL|UNUSED|RTMIN(?:\\+\\d+)?|RTMAX(?:-\\d+)?)|EXIT|\\d+)$`,
    'i',
  ),
  refuses: /^[A-Za-z]+$/,
  error: (value, name, quote) => `${name}: ${quote(value)}: invalid signal`,
};

/** tini's `set_pdeathsig`: names in full, and none of the real-time signals. */
export const SIGNAL_OF_TINI: ValueSyntax = {
  takes: new RegExp(`^SIG(?:${SIGNAL})$`),
  refuses: /^(?!SIG)/,
  error: (value) => `Not a valid option for -p: ${value}`,
};

/** tini's `add_expect_status`. */
export const EXIT_STATUS: ValueSyntax = {
  takes: /^(?:1?\d?\d|2[0-4]\d|25[0-5])$/,
  refuses: /^(?:\d+|[A-Za-z].*)$/,
  error: (value) => `Not a valid option for -e: ${value}`,
};

/** dumb-init's `parse_rewrite_signum`: numbers alone. */
export const REWRITTEN_SIGNALS: ValueSyntax = {
  takes: /^(?:[1-9]|[12]\d|3[01]):(?:\d|[12]\d|3[01])$/,
  refuses: /^(?:[A-Za-z].*|\d+|\d+:[A-Za-z].*|(?:3[2-9]|[4-9]\d|\d{3,}):.*)$/,
  error: () => 'Usage: -r option takes <signum>:<signum>, where <signum> is between 1 and 31.',
};

export const ADJUSTMENT: ValueSyntax = {
  takes: /^\s*[+-]?\d+$/,
  refuses: ANYTHING,
  error: (value, name, quote) => `${name}: invalid adjustment ${quote(value)}`,
};

/** stdbuf's `parse_size`: units are many, and some are of newer versions. */
export const BUFFERING: ValueSyntax = {
  takes: /^(?:L|\d{1,9}(?:[kKMG](?:i?B)?)?)$/,
  refuses: /^(?!\s*\+?\d)|^\d+[^\dEGkKMPTYZRQ]/,
  error: (value, name, quote) => `${name}: invalid mode ${quote(value)}`,
};

export const INPUT_BUFFERING: ValueSyntax = {
  ...BUFFERING,
  takes: /^\d{1,9}(?:[kKMG](?:i?B)?)?$/,
  error: (value, name, quote) =>
    value === 'L' ? `${name}: line buffering stdin is meaningless` : BUFFERING.error(value, name, quote),
};

export const SCHEDULING_CLASS: ValueSyntax = {
  takes: /^(?:[0-3]|none|realtime|best-effort|idle)$/i,
  refuses: WORD,
  error: (value, name) => `${name}: unknown scheduling class: '${value}'`,
};

export const CLASS_DATA: ValueSyntax = {
  takes: /^\d+$/,
  refuses: WORD,
  error: (value, name) => `${name}: invalid class data argument: '${value}'`,
};
