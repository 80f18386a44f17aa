/** Who the process is once the program runs: bprm_fill_uid of fs/exec.c, and AT_SECURE of cap_bprm_creds_from_file. */
import { gainsCapabilities } from './capabilities.ts';
import type { Execution } from '../execution.ts';
import { accessOf } from './file-access.ts';
import type { StepFile } from '../start-trace.ts';

const S_ISUID = 0o4000;
/** CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH. */
const OVER_MODES = 0b110n;
const S_ISGID_AND_IXGRP = 0o2010;

export function afterExec(execution: Execution, file: StepFile): Execution {
  const { mode, uid, gid, capabilities } = file.located.entry;
  const { credentials } = execution;
  const effective = {
    uid: (mode & S_ISUID) === 0 ? credentials.uid : uid,
    gid: (mode & S_ISGID_AND_IXGRP) === S_ISGID_AND_IXGRP ? gid : credentials.gid,
    // Engines list the first group among the others too, since CVE-2022-36109: a program that is set-gid keeps it.
    groups: [...new Set([...credentials.groups, credentials.gid])],
  };
  const isOther = effective.uid !== credentials.uid || effective.gid !== credentials.gid;
  const gains = capabilities !== undefined && gainsCapabilities(capabilities) && credentials.uid !== 0;
  // Before it, setpriv may still have had the capabilities of root.
  if (!isOther && !gains) return { ...execution, access: accessOf(credentials) };
  // handle_privileged_root: a set-uid program that has capabilities of its own gets no more than those.
  const isBound = credentials.uid !== 0 && capabilities !== undefined;
  const overrides = effective.uid === 0 && !(isBound && (capabilities.permitted & OVER_MODES) === 0n);
  return { ...execution, credentials: effective, access: accessOf(effective, overrides), mode: 'secure' };
}
