/** What a file is taken for that is neither an ELF file nor a script. */
import type { EmptyFacts, OtherFacts } from '../rootfs/content-facts.ts';
import type { Launcher } from './execution.ts';
import type { FormatRefusal, ScriptRefusal } from './refusal.ts';

/** Shells read an empty file and any text; of the rest they see that it is binary, or choke on it. */
export function mayBeShellText(
  refusal: FormatRefusal | ScriptRefusal,
  emptyFile: Launcher['emptyFile'],
): boolean {
  if (refusal.kind === 'unknown-format') return refusal.content.kind === 'empty' && emptyFile === undefined;
  return refusal.kind === 'no-shebang' || refusal.kind === 'malformed-shebang';
}

export function noProgram(content: OtherFacts | EmptyFacts): FormatRefusal | ScriptRefusal {
  if (content.kind === 'empty') return { kind: 'unknown-format', content };
  switch (content.format) {
    case 'text':
      return { kind: 'no-shebang', content };
    case 'script-after-bom':
      return { kind: 'malformed-shebang', fault: 'byte-order-mark' };
    case 'script-after-blank':
      return { kind: 'malformed-shebang', fault: 'blank-before' };
    default:
      return { kind: 'unknown-format', content };
  }
}
