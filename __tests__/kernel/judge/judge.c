/*
 * Puts a root file system before the kernel that runs here, as runc does (libcontainer/standard_init_linux.go):
 * overlay of the layer directories, own mount, pid, network, ipc and uts namespaces, /proc and a small /dev, chroot,
 * WORKDIR made and entered, the capabilities bounded to docker's default set, groups, group and user set, the program looked up as Go's exec.LookPath does, execve
 * with its errno sent back over a close-on-exec pipe.
 *
 * The question comes on stdin, every field ended by NUL:
 *   scratch directory, lower directories (relative to it, top first, joined by ':'), WORKDIR, uid, gid, seconds,
 *   count and supplementary groups, count and arguments, count and environment.
 * The answer goes to stdout: `phase errno status signal running\n`, then what the program wrote.
 * `judge serve` answers one question after another: a length of four bytes in the machine's order before each of them,
 * and before each answer, which is empty where the judge itself failed. So a large process need not fork for each.
 * `judge opaque DIR...` marks directories of a layer as opaque; `judge cap HEX FILE...` sets the attribute security.capability,
 * `judge acl HEX FILE...` system.posix_acl_access.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

struct report { char phase[16]; int error; };

static int reportFd;

static void fail(const char *phase) {
  struct report report = { .error = errno };
  strncpy(report.phase, phase, sizeof report.phase - 1);
  if (write(reportFd, &report, sizeof report) != sizeof report) _exit(99);
  _exit(98);
}

static void broken(const char *what) {
  perror(what);
  exit(97);
}

static char *cursor, *inputEnd;

static char *field(void) {
  if (cursor >= inputEnd) { fputs("judge: question too short\n", stderr); exit(97); }
  char *start = cursor;
  cursor += strlen(cursor) + 1;
  return start;
}

static char **list(int *count) {
  *count = atoi(field());
  char **items = calloc(*count + 1, sizeof *items);
  for (int i = 0; i < *count; i++) items[i] = field();
  return items;
}

static void readQuestion(void) {
  size_t size = 0, room = 1 << 16;
  char *buffer = malloc(room);
  for (ssize_t got; (got = read(0, buffer + size, room - size)) > 0;) {
    size += got;
    if (size == room) buffer = realloc(buffer, room *= 2);
  }
  cursor = buffer;
  inputEnd = buffer + size;
}

/* os.MkdirAll: what exists and is a directory is enough. */
static int makeAll(char *path) {
  struct stat st;
  if (stat(path, &st) == 0) {
    if (S_ISDIR(st.st_mode)) return 0;
    errno = ENOTDIR;
    return -1;
  }
  char *slash = strrchr(path, '/');
  if (slash != NULL && slash != path) {
    *slash = 0;
    int made = makeAll(path);
    *slash = '/';
    if (made != 0) return -1;
  }
  if (mkdir(path, 0755) == 0) return 0;
  if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode)) return 0;
  errno = EEXIST;
  return -1;
}

/* findExecutable of os/exec/lp_unix.go. */
static int findExecutable(const char *file) {
  struct stat st;
  if (stat(file, &st) != 0) return -1;
  if (S_ISDIR(st.st_mode)) { errno = EISDIR; return -1; }
  return syscall(439 /* faccessat2 */, AT_FDCWD, file, X_OK, AT_EACCESS);
}

/* filepath.Clean, in place, for paths that are not empty. */
static char *clean(char *path) {
  int rooted = path[0] == '/';
  char *copy = strdup(path), *out = calloc(1, strlen(path) + 2), *save = NULL;
  int depth = 0;
  if (rooted) strcpy(out, "/");
  for (char *part = strtok_r(copy, "/", &save); part != NULL; part = strtok_r(NULL, "/", &save)) {
    if (strcmp(part, ".") == 0) continue;
    if (strcmp(part, "..") == 0) {
      if (depth > 0) {
        char *slash = strrchr(out, '/');
        if (slash == NULL) out[0] = 0;
        else slash[slash == out && rooted ? 1 : 0] = 0;
        depth--;
        continue;
      }
      if (rooted) continue;
    } else depth++;
    if (out[0] != 0 && strcmp(out, "/") != 0) strcat(out, "/");
    strcat(out, part);
    if (strcmp(part, "..") == 0) depth = 0;
  }
  if (out[0] == 0) strcpy(out, ".");
  free(copy);
  return out;
}

/* exec.LookPath. */
static char *lookPath(char *file, char **environment) {
  if (strchr(file, '/') != NULL) {
    if (findExecutable(file) == 0) return file;
    fail("lookup");
  }
  const char *path = NULL;
  for (char **entry = environment; *entry != NULL; entry++)
    if (strncmp(*entry, "PATH=", 5) == 0) path = *entry + 5;
  char *rest = strdup(path == NULL ? "" : path);
  if (rest[0] != 0 && file[0] != 0 && strcmp(file, ".") != 0 && strcmp(file, "..") != 0)
    for (char *directory; (directory = strsep(&rest, ":")) != NULL;) {
      char *joined;
      if (asprintf(&joined, "%s/%s", directory[0] == 0 ? "." : directory, file) < 0) fail("memory");
      joined = clean(joined);
      if (findExecutable(joined) != 0) continue;
      if (joined[0] == '/') return joined;
      errno = EXDEV; /* exec.ErrDot: found relative to the current directory */
      fail("lookup");
    }
  errno = ENOENT;
  fail("lookup");
  return NULL;
}

static void device(const char *path, int major, int minor) {
  if (mknod(path, S_IFCHR | 0666, makedev(major, minor)) != 0 && errno != EEXIST) fail("dev");
  chmod(path, 0666);
}

static void becomeRoot(const char *scratch, const char *lower) {
  char *options;
  if (chdir(scratch) != 0) fail("scratch");
  mkdir("upper", 0755); mkdir("work", 0755); mkdir("merged", 0755);
  if (asprintf(&options, "lowerdir=%s,upperdir=upper,workdir=work", lower) < 0) fail("memory");
  if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) fail("private");
  if (mount("overlay", "merged", "overlay", 0, options) != 0) fail("overlay");
  if (chdir("merged") != 0) fail("scratch");
  mkdir("proc", 0755); mkdir("dev", 0755); mkdir("sys", 0755);
  if (mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0) fail("proc");
  if (mount("tmpfs", "dev", "tmpfs", MS_NOSUID, "mode=755") != 0) fail("dev");
  if (chroot(".") != 0 || chdir("/") != 0) fail("chroot");
  device("/dev/null", 1, 3); device("/dev/zero", 1, 5); device("/dev/full", 1, 7);
  device("/dev/random", 1, 8); device("/dev/urandom", 1, 9); device("/dev/tty", 5, 0);
  if (symlink("/proc/self/fd", "/dev/fd") != 0) fail("dev");
  int null = open("/dev/null", O_RDONLY);
  dup2(null, 0);
  close(null);
}

struct question {
  char *scratch, *lower, *workdir, **args, **environment;
  uid_t uid; gid_t gid; int seconds, groupCount; gid_t *groups;
};

static struct question parse(void) {
  struct question q = { .scratch = field(), .lower = field(), .workdir = field() };
  int count;
  q.uid = strtoul(field(), NULL, 10);
  q.gid = strtoul(field(), NULL, 10);
  q.seconds = atoi(field());
  char **groups = list(&q.groupCount);
  q.groups = calloc(q.groupCount + 1, sizeof *q.groups);
  for (int i = 0; i < q.groupCount; i++) q.groups[i] = strtoul(groups[i], NULL, 10);
  q.args = list(&count);
  q.environment = list(&count);
  return q;
}

/* DefaultCapabilities of moby's oci/caps/defaults.go: chown, dac_override, fowner, fsetid, kill, setgid, setuid,
   setpcap, net_bind_service, net_raw, sys_chroot, mknod, audit_write, setfcap. */
static void boundCapabilities(void) {
  const uint64_t kept = 0xa80425fb;
  for (int capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++)
    if ((kept >> capability & 1) == 0 && prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0) fail("capability");
}

static void start(struct question q) {
  becomeRoot(q.scratch, q.lower);
  if (makeAll(q.workdir) != 0 || chdir(q.workdir) != 0) fail("workdir");
  boundCapabilities();
  if (setgroups(q.groupCount, q.groups) != 0) fail("setgroups");
  if (setgid(q.gid) != 0) fail("setgid");
  if (setuid(q.uid) != 0) fail("setuid");
  char *program = lookPath(q.args[0], q.environment);
  execve(program, q.args, q.environment);
  fail("execve");
}

static int setAttribute(char **files, const char *name, const void *value, size_t size) {
  for (; *files != NULL; files++)
    if (setxattr(*files, name, value, size, 0) != 0) broken(*files);
  return 0;
}

/* The mode stays: engines set it after the attributes. */
static int setHex(char **files, const char *name, const char *digits) {
  static unsigned char value[4096];
  size_t size = 0;
  for (; size < sizeof value && sscanf(digits + 2 * size, "%2hhx", value + size) == 1; size++);
  for (; *files != NULL; files++) {
    struct stat st;
    if (stat(*files, &st) != 0 || setxattr(*files, name, value, size, 0) != 0) broken(*files);
    if (strcmp(name, "security.capability") != 0 && chmod(*files, st.st_mode & 07777) != 0) broken(*files);
  }
  return 0;
}

static int answerQuestion(void) {
  struct question q = parse();
  int report[2], output[2];
  if (pipe2(report, O_CLOEXEC) != 0 || pipe2(output, O_CLOEXEC) != 0) broken("pipe");
  if (unshare(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS) != 0) broken("unshare");
  struct rlimit none = { 0, 0 };
  setrlimit(RLIMIT_CORE, &none);
  pid_t child = fork();
  if (child < 0) broken("fork");
  if (child == 0) {
    reportFd = report[1];
    umask(022);
    dup2(output[1], 1);
    dup2(output[1], 2);
    start(q);
  }
  close(report[1]);
  close(output[1]);

  struct report answer = { .phase = "ran" };
  if (read(report[0], &answer, sizeof answer) < 0) broken("report");
  static char text[1 << 14];
  size_t length = 0;
  int status = 0, running = 0;
  struct timespec now, end;
  clock_gettime(CLOCK_MONOTONIC, &end);
  end.tv_sec += q.seconds;
  for (;;) {
    clock_gettime(CLOCK_MONOTONIC, &now);
    long left = (end.tv_sec - now.tv_sec) * 1000 + (end.tv_nsec - now.tv_nsec) / 1000000;
    struct pollfd ready = { .fd = output[0], .events = POLLIN };
    if (left <= 0 || poll(&ready, 1, left) == 0) { running = 1; break; }
    char spill[4096];
    int full = length == sizeof text;
    ssize_t got = read(output[0], full ? spill : text + length, full ? sizeof spill : sizeof text - length);
    if (got <= 0) break;
    if (!full) length += got;
  }
  if (running && waitpid(child, &status, WNOHANG) == child) running = 0;
  else {
    if (running) kill(child, SIGKILL);
    waitpid(child, &status, 0);
  }
  printf("%s %d %d %d %d\n", answer.phase, answer.error, WIFEXITED(status) ? WEXITSTATUS(status) : -1,
         WIFSIGNALED(status) ? WTERMSIG(status) : 0, running);
  fwrite(text, 1, length, stdout);
  return 0;
}

static int readFully(int file, void *into, size_t size) {
  for (size_t done = 0; done < size;) {
    ssize_t got = read(file, (char *)into + done, size - done);
    if (got <= 0) return 0;
    done += got;
  }
  return 1;
}

static void writeFully(int file, const void *from, size_t size) {
  for (size_t done = 0; done < size;) {
    ssize_t put = write(file, (const char *)from + done, size - done);
    if (put <= 0) broken("answer");
    done += put;
  }
}

static int serve(void) {
  static char text[1 << 16];
  for (uint32_t size; readFully(0, &size, sizeof size);) {
    char *question = malloc(size);
    int answer[2], status = 0;
    if (!readFully(0, question, size)) return 1;
    if (pipe2(answer, O_CLOEXEC) != 0) broken("pipe");
    pid_t child = fork();
    if (child < 0) broken("fork");
    if (child == 0) {
      dup2(answer[1], 1);
      cursor = question;
      inputEnd = question + size;
      exit(answerQuestion());
    }
    close(answer[1]);
    free(question);
    uint32_t length = 0;
    for (ssize_t got; (got = read(answer[0], text + length, sizeof text - length)) > 0;) length += got;
    close(answer[0]);
    waitpid(child, &status, 0);
    if (status != 0) length = 0;
    writeFully(1, &length, sizeof length);
    writeFully(1, text, length);
  }
  return 0;
}

int main(int argc, char **argv) {
  if (argc > 2 && strcmp(argv[1], "opaque") == 0)
    return setAttribute(argv + 2, "trusted.overlay.opaque", "y", 1);
  if (argc > 3 && strcmp(argv[1], "cap") == 0) return setHex(argv + 3, "security.capability", argv[2]);
  if (argc > 3 && strcmp(argv[1], "acl") == 0) return setHex(argv + 3, "system.posix_acl_access", argv[2]);

  if (argc > 1 && strcmp(argv[1], "serve") == 0) return serve();
  readQuestion();
  return answerQuestion();
}
