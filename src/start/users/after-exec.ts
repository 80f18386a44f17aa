/** Who the process is once the program runs: bprm_fill_uid of fs/exec.c, and AT_SECURE of cap_bprm_creds_from_file. */
import { gainsCapabilities } from './capabilities.ts';
import type { Execution } from '../execution.ts';
import { accessOf } from './file-access.ts';
import type { StepFile } from '../start-trace.ts';

const S_ISUID = 0o4000;
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
  return { ...execution, credentials: effective, access: accessOf(effective), mode: 'secure' };
}
