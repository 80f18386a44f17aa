/* The shell of the test images: `sh -c TEXT` or `sh FILE`, commands separated by && ; or line ends, $NAME from the
   environment. It knows cp, write TEXT FILE, chmod, mkdir and ln; any command with `-o FILE` (go build, curl) writes a
   program there: for arm64 when the command or GOARCH says so, for amd64 when they say that, else for its own machine.
   Everything else does nothing and succeeds. */
static long sys(long n, long a, long b, long c, long d) {
#if defined __x86_64__
  long r; register long r10 __asm__("r10") = d;
  __asm__ volatile("syscall" : "=a"(r) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10) : "rcx", "r11", "memory"); return r;
#else
  register long x8 __asm__("x8") = n; register long x0 __asm__("x0") = a; register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c; register long x3 __asm__("x3") = d;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory"); return x0;
#endif
}
#if defined __x86_64__
enum { READ = 0, WRITE = 1, OPENAT = 257, CLOSE = 3, MKDIRAT = 258, SYMLINKAT = 266, FCHMODAT = 268, EXIT = 60, FSTAT = 5 };
#else
enum { READ = 63, WRITE = 64, OPENAT = 56, CLOSE = 57, MKDIRAT = 34, SYMLINKAT = 36, FCHMODAT = 53, EXIT = 93, FSTAT = 80 };
#endif
#include "apps.h" /* app_amd64 and app_arm64: the programs of app.c */
static char text[65536], copy[65536];
static int same(const char *a, const char *b) { while (*a && *a == *b) a++, b++; return *a == *b; }
static void die(long code) { for (;;) sys(EXIT, code, 0, 0, 0); }
static char **env;
static int starts(const char *a, const char *b) { while (*b && *a == *b) a++, b++; return !*b; }
static int has(const char *a, const char *b) { for (; *a; a++) if (starts(a, b)) return 1; return 0; }
static long length(const char *a) { long n = 0; while (a[n]) n++; return n; }
static const char *value(const char *name, long n) {
  for (char **e = env; *e; e++) { long k = 0; while (k < n && (*e)[k] == name[k]) k++; if (k == n && (*e)[n] == '=') return *e + n + 1; }
  return "";
}
static void make(const char *path, int whole) {
  char part[512]; long k = 0;
  for (; path[k] && k < 500; k++) { if (path[k] == '/' && k) { part[k] = 0; sys(MKDIRAT, -100, (long)part, 0755, 0); } part[k] = path[k]; }
  if (whole) { part[k] = 0; sys(MKDIRAT, -100, (long)part, 0755, 0); }
}
static void output(const char *to, const void *bytes, long size) {
  make(to, 0);
  long out = sys(OPENAT, -100, (long)to, 01101, 0755);
  if (out < 0) die(2);
  sys(WRITE, out, (long)bytes, size, 0); sys(CLOSE, out, 0, 0, 0);
}
static void command(char **w, int n) {
  char *plain[64]; int count = 0, isArm = has(value("GOARCH", 6), "arm64"), isAmd = has(value("GOARCH", 6), "amd64");
  char *to = 0;
  for (int i = 0; i < n; i++) {
    isArm |= has(w[i], "arm64") || has(w[i], "aarch64"); isAmd |= has(w[i], "amd64") || has(w[i], "x86_64");
    if (count == 0 && has(w[i], "=")) continue;
    if (w[i][0] == '-' && w[i][length(w[i]) - 1] == 'o' && i + 1 < n) to = w[++i];
    else if (w[i][0] != '-') plain[count++] = w[i];
  }
  if (count == 0) return;
  w = plain; n = count;
  if (to) {
#if defined __x86_64__
    int arm = isArm;
#else
    int arm = !isAmd || isArm;
#endif
    if (arm) output(to, app_arm64, sizeof app_arm64); else output(to, app_amd64, sizeof app_amd64);
  } else if (n >= 3 && same(w[0], "cp")) {
    long in = sys(OPENAT, -100, (long)w[1], 0, 0), got = 0, at = 0;
    if (in < 0) die(1);
    while (at < 65536 && (got = sys(READ, in, (long)(copy + at), 65536 - at, 0)) > 0) at += got;
    output(w[2], copy, at);
  } else if (n >= 3 && same(w[0], "write")) output(w[2], w[1], length(w[1]));
  else if (n >= 3 && same(w[0], "chmod")) {
    long mode = 0; if (w[1][0] == '+') mode = 0755; else for (char *p = w[1]; *p; p++) mode = mode * 8 + (*p - '0');
    if (sys(FCHMODAT, -100, (long)w[2], mode, 0) < 0) die(3);
  } else if (n >= 2 && same(w[0], "mkdir")) for (int i = 1; i < n; i++) make(w[i], 1);
  else if (n >= 3 && same(w[0], "ln")) sys(SYMLINKAT, (long)w[1], -100, (long)w[2], 0);
  else if (same(w[0], "false")) die(1);
}
static char expanded[65536];
static char *expand(const char *p) {
  long k = 0;
  while (*p && k < 65000) {
    if (*p == '$') {
      const char *name = p + 1; int brace = *name == '{'; if (brace) name++;
      long n = 0; while (name[n] == '_' || (name[n] >= 'A' && name[n] <= 'Z') || (name[n] >= '0' && name[n] <= '9')) n++;
      if (n) { for (const char *v = value(name, n); *v;) expanded[k++] = *v++; p = name + n + brace; continue; }
    }
    if (*p == '"' || *p == '\'') { p++; continue; }
    if (*p == '\\' && p[1] == '\n') { p += 2; continue; }
    expanded[k++] = *p++;
  }
  expanded[k] = 0; return expanded;
}
static void run(char *p) {
  char *w[64]; int n = 0;
  for (;;) {
    while (*p == ' ' || *p == '\t' || *p == '\r') p++;
    if (*p == '&' && p[1] == '&') { command(w, n); n = 0; p += 2; continue; }
    if (*p == ';' || *p == '\n') { command(w, n); n = 0; p++; continue; }
    if (!*p) { command(w, n); return; }
    if (n < 63) w[n++] = p;
    while (*p && *p != ' ' && *p != '\t' && *p != '\n' && *p != ';' && *p != '\r') p++;
    if (*p == '\n' || *p == ';') { *p = 0; command(w, n); n = 0; p++; }
    else if (*p) *p++ = 0;
  }
}
void body(long *stack) {
  long argc = stack[0]; char **argv = (char **)(stack + 1); env = argv + argc + 1;
  for (long i = 1; i < argc; i++) if (argv[i][0] == '-' && argv[i][1] && i + 1 < argc) {
    char *from = argv[argc - 1]; long k = 0; while (from[k] && k < 65000) { text[k] = from[k]; k++; } text[k] = 0; run(expand(text)); die(0);
  }
  long in = argc > 1 ? sys(OPENAT, -100, (long)argv[1], 0, 0) : 0, at = 0, got;
  while (in >= 0 && at < 65000 && (got = sys(READ, in, (long)(text + at), 65000 - at, 0)) > 0) at += got;
  run(expand(text)); die(0);
}
#if defined __x86_64__
__asm__(".globl _start\n_start: mov %rsp,%rdi\nand $-16,%rsp\ncall body\n");
#else
__asm__(".globl _start\n_start: mov x0,sp\nbl body\n");
#endif
