/**
 * File capabilities against what containers have: `bprm_caps_from_vfs_caps` of security/commoncap.c gives EPERM, to
 * root too, when capabilities that are in effect at once are not all in the bounding set.
 */
import type { FileCapabilities } from '../../rootfs/file-capabilities.ts';
import type { CapabilityRefusal } from '../refusal.ts';

/** include/uapi/linux/capability.h, in order. */
const NAMES =
  'chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable net_bind_service ' +
  'net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct ' +
  'sys_admin sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease audit_write audit_control setfcap ' +
  'mac_override mac_admin syslog wake_alarm block_suspend audit_read perfmon bpf checkpoint_restore';

const CAPABILITIES: readonly string[] = NAMES.split(' ');

/** CAP_VALID_MASK: the kernel drops other bits. */
const KNOWN = (1n << BigInt(CAPABILITIES.length)) - 1n;
/** In the default set of docker and containerd (oci/caps/defaults.go of moby), of podman and of CRI-O. */
const GRANTED_EVERYWHERE = setOf(
  'chown dac_override fowner fsetid kill setgid setuid setpcap net_bind_service',
);
/** Docker's and containerd's alone. */
const GRANTED_BY_DOCKER = GRANTED_EVERYWHERE | setOf('net_raw sys_chroot mknod audit_write setfcap');

export function capabilityRefusalOf({ permitted, effective }: FileCapabilities): CapabilityRefusal | null {
  if (!effective) return null;
  const lacking = permitted & KNOWN & ~GRANTED_BY_DOCKER;
  if (lacking !== 0n) return refusal(lacking, 'certain');
  const rare = permitted & KNOWN & ~GRANTED_EVERYWHERE;
  return rare === 0n ? null : refusal(rare, 'possible');
}

/** Whether the process has more than before: it is then AT_SECURE. */
export function gainsCapabilities({ permitted, effective }: FileCapabilities): boolean {
  return effective || (permitted & GRANTED_BY_DOCKER) !== 0n;
}

function refusal(lacking: bigint, certainty: CapabilityRefusal['certainty']): CapabilityRefusal {
  return { kind: 'capabilities-not-granted', capabilities: namesOf(lacking), certainty };
}

function setOf(names: string): bigint {
  return names.split(' ').reduce((set, name) => set | (1n << BigInt(CAPABILITIES.indexOf(name))), 0n);
}

function namesOf(set: bigint): readonly string[] {
  return Array.from({ length: 64 }, (_, bit) => bit)
    .filter((bit) => (set & (1n << BigInt(bit))) !== 0n)
    .map((bit) => `cap_${CAPABILITIES[bit] ?? bit}`);
}
