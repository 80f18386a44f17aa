import type { ElfFacts } from '../../elf/elf-facts.ts';

/** Names that a busybox may run itself, whether or not a file has them (FEATURE_SH_STANDALONE and FEATURE_PREFER_APPLETS). */
const NAMES =
  '[ [[ acpid add-shell addgroup adduser adjtimex ar arch arp arping ascii ash awk base64 basename ' +
  'bc beep blkdiscard blkid blockdev bootchartd brctl bunzip2 bzcat bzip2 cal cat chat chattr chcon ' +
  'chgrp chmod chown chpasswd chpst chroot chrt chvt cksum clear cmp comm conspy cp cpio crc32 ' +
  'crond crontab cryptpw cttyhack cut date dc dd deallocvt delgroup deluser depmod devmem df ' +
  'dhcprelay diff dirname dmesg dnsd dnsdomainname dos2unix dpkg dpkg-deb du dumpe2fs dumpkmap ' +
  'dumpleases echo ed egrep eject env envdir envuidgid ether-wake expand expr factor fakeidentd ' +
  'fallocate false fatattr fbset fbsplash fdflush fdformat fdisk fgconsole fgrep find findfs ' +
  'flash_eraseall flock fold free freeramdisk fsck fsfreeze fstrim fsync ftpd ftpget ftpput fuser ' +
  'getopt getty grep groups gunzip gzip halt hd hdparm head hexdump hostid hostname httpd hush ' +
  'hwclock i2cdetect i2cdump i2cget i2cset i2ctransfer id ifconfig ifdown ifup inetd init inotifyd ' +
  'insmod ionice iostat ip ipaddr ipcalc ipcrm ipcs iplink ipneigh iproute iprule iptunnel kbd_mode ' +
  'kill killall killall5 klogd last less link linux32 linux64 ln loadfont loadkmap logger login ' +
  'logname logread losetup lpd lpq lpr ls lsattr lsmod lsof lspci lsscsi lsusb lzcat lzma lzop ' +
  'makedevs makemime man md5sum mdev mesg microcom mim minips mkdir mkdosfs mke2fs mkfifo mkfs.ext2 ' +
  'mkfs.vfat mknod mkpasswd mkswap mktemp modinfo modprobe more mount mountpoint mpstat mt mv ' +
  'nameif nbd-client nc netstat nice nl nmeter nohup nologin nproc nsenter nslookup ntpd nuke od ' +
  'openvt partprobe passwd paste patch pgrep pidof ping ping6 pipe_progress pivot_root pkill pmap ' +
  'popmaildir poweroff powertop printf ps pscan pstree pwd pwdx rdate rdev readahead readlink ' +
  'readprofile realpath reboot reformime remove-shell renice reset resize resume rev rfkill rm ' +
  'rmdir rmmod route rpm rpm2cpio rtcwake run-init run-parts runsv runsvdir rx script scriptreplay ' +
  'sed sendmail seq setarch setfattr setfont setkeycodes setlogcons setpriv setserial setsid ' +
  'setuidgid sh sha1sum sha256sum sha3sum sha512sum showkey shred shuf slattach sleep smemcap ' +
  'softlimit sort split ssl_client start-stop-daemon stat strings stty su sulogin sum sv svc svlogd ' +
  'svok swapoff swapon switch_root sync sysctl syslogd tac tail tar taskset tc tcpsvd tee telnet ' +
  'telnetd test tftp time timeout top touch tr traceroute traceroute6 tree true truncate ts tty ' +
  'ttyname ttysize tunctl tune2fs ubiattach ubirename udhcpc udhcpd udpsvd uevent umount uname ' +
  'uncompress unexpand uniq unix2dos unlink unlzma unshare unxz unzip uptime users usleep uudecode ' +
  'uuencode uuidgen vconfig vi vlock volname w wall watch watchdog wc wget which who whoami xargs ' +
  'xxd xz xzcat yes zcat zcip ';

/** Of this one, or of any where it does not show them. */
export function appletsOf({ applets }: Pick<ElfFacts, 'applets'>): ReadonlySet<string> {
  return applets === null ? BUSYBOX_APPLETS : new Set(applets);
}

export const BUSYBOX_APPLETS: ReadonlySet<string> = new Set(NAMES.trimEnd().split(' '));
