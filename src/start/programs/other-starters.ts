/** Programs that start others in ways that their words alone do not tell, or that are not followed here. */
const NAMES =
  'bwrap catchsegv cgexec chaperone choom chroot chrt circusd confd containerpilot dbus-run-session ' +
  'dockerize doas dotenvx entr envconsul envdir envuidgid fakeroot fghack firejail flock foreman forego goreman ' +
  'hivemind honcho init ltrace monit multirun newgrp nsenter numactl overmind parallel pgrphack pid1 prlimit ' +
  'proot runcon runit runit-init runsv runsvdir runuser script setarch setlock sg softlimit ssh-agent ' +
  'start-stop-daemon strace su sudo supervise supervisord svscan svscanboot systemd-run time uclampset unshare ' +
  'watch watchexec xargs capsh aws-vault chamber doppler s6-applyuidgid s6-envdir s6-envuidgid s6-fghack ' +
  's6-notifyoncheck s6-setlock s6-setsid s6-softlimit s6-supervise s6-svscan';

export const OTHER_STARTERS: ReadonlySet<string> = new Set(NAMES.split(' '));

/** They have their commands from files of theirs, so that they start something without any words too. */
export const SUPERVISORS: ReadonlySet<string> = new Set(
  'circusd confd foreman forego goreman hivemind honcho monit overmind s6-svscan supervisord svscan svscanboot'.split(
    ' ',
  ),
);
