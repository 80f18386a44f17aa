/*
 * The first and only process of an emulated machine: puts every case of the initramfs before its kernel and turns the
 * machine off. /cases/N/question holds, each ended by NUL: WORKDIR, uid, count and arguments, count and environment;
 * /cases/N/root is the root file system. One line a case on the console: `case N phase errno status signal`.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char question[1 << 16];
static char *cursor;

static char *field(void) {
  char *start = cursor;
  cursor += strlen(cursor) + 1;
  return start;
}

static char **list(void) {
  int count = atoi(field());
  char **items = calloc(count + 1, sizeof *items);
  for (int i = 0; i < count; i++) items[i] = field();
  return items;
}

static void start(const char *directory, int report) {
  char root[64];
  snprintf(root, sizeof root, "%s/root", directory);
  char *workingDir = field();
  int uid = atoi(field());
  char **arguments = list(), **environment = list();
  int silence = open("/dev/null", O_RDWR);
  for (int fd = 0; fd < 3; fd++) dup2(silence, fd);
  if (chroot(root) != 0 || chdir(workingDir) != 0) _exit(97);
  if (uid != 0 && (setgroups(0, NULL) != 0 || setgid(uid) != 0 || setuid(uid) != 0)) _exit(97);
  execve(arguments[0], arguments, environment);
  int error = errno;
  if (write(report, &error, sizeof error) != sizeof error) _exit(97);
  _exit(98);
}

static void ask(int number) {
  char path[64], directory[48];
  snprintf(directory, sizeof directory, "/cases/%d", number);
  snprintf(path, sizeof path, "%s/question", directory);
  int file = open(path, O_RDONLY), ends[2], error = 0, status = 0;
  memset(question, 0, sizeof question);
  if (file < 0 || read(file, question, sizeof question - 1) < 0 || pipe2(ends, O_CLOEXEC) != 0) return;
  close(file);
  cursor = question;
  pid_t child = fork();
  if (child == 0) start(directory, ends[1]);
  close(ends[1]);
  int failed = read(ends[0], &error, sizeof error) == sizeof error;
  close(ends[0]);
  waitpid(child, &status, 0);
  printf("case %d %s %d %d %d\n", number, failed ? "execve" : "ran", error,
         WIFEXITED(status) ? WEXITSTATUS(status) : 0, WIFSIGNALED(status) ? WTERMSIG(status) : 0);
  fflush(stdout);
}

int main(void) {
  struct stat st;
  char directory[48];
  mkdir("/dev", 0755);
  mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
  for (int number = 0;; number++) {
    snprintf(directory, sizeof directory, "/cases/%d", number);
    if (stat(directory, &st) != 0) break;
    ask(number);
  }
  puts("done");
  fflush(stdout);
  reboot(RB_POWER_OFF);
  return 0;
}
