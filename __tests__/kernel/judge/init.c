/*
 * The first process of an emulated machine: lets the judge put every case of the initramfs before its kernel, and
 * turns the machine off. /cases/N/question is the judge's question; /cases/N/marks, each ended by NUL, what it is to
 * mark first: `opaque` or `cap HEX`, and a path, as often as needed. On the console: `case N `, the answer, `end N`.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static void run(int number, char *const arguments[]) {
  char path[64];
  pid_t child = fork();
  if (child != 0) {
    waitpid(child, NULL, 0);
    return;
  }
  snprintf(path, sizeof path, "/cases/%d/question", number);
  int question = open(path, O_RDONLY);
  dup2(question, 0);
  close(question);
  execv("/judge", arguments);
  _exit(97);
}

static void mark(int number) {
  static char marks[1 << 16];
  char path[64];
  snprintf(path, sizeof path, "/cases/%d/marks", number);
  int file = open(path, O_RDONLY);
  memset(marks, 0, sizeof marks);
  if (file < 0 || read(file, marks, sizeof marks - 1) < 0) return;
  close(file);
  for (char *kind = marks; *kind != 0;) {
    char *target = kind + strlen(kind) + 1;
    char *next = target + strlen(target) + 1, *value = strchr(kind, ' ');
    if (value != NULL) *value++ = 0;
    if (value == NULL) run(number, (char *[]){ "judge", kind, target, NULL });
    else run(number, (char *[]){ "judge", kind, value, target, NULL });
    kind = next;
  }
}

static void ask(int number) {
  char scratch[64];
  snprintf(scratch, sizeof scratch, "/scratch/%d", number);
  mkdir(scratch, 0755);
  mark(number);
  printf("case %d ", number);
  fflush(stdout);
  run(number, (char *[]){ "judge", NULL });
  printf("\nend %d\n", number);
  fflush(stdout);
}

int main(void) {
  struct stat st;
  struct termios terminal;
  char directory[48];
  mkdir("/dev", 0755);
  mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
  mkdir("/scratch", 0755);
  mount("tmpfs", "/scratch", "tmpfs", 0, "mode=755");
  tcgetattr(1, &terminal);
  cfmakeraw(&terminal);
  tcsetattr(1, TCSANOW, &terminal);
  int module = open("/overlay.ko", O_RDONLY);
  if (syscall(SYS_finit_module, module, "", 0) != 0) perror("overlay.ko");
  close(module);
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
