/* The program of the example images: says hello and ends. Freestanding, so that one file of about 1 KB starts on a
 * bare root file system (FROM scratch) of its machine and on no other. */
static long sys(long number, long a, long b, long c) {
#if defined(__x86_64__)
  long result;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
  return result;
#elif defined(__aarch64__)
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
  return x0;
#endif
}

#if defined(__x86_64__)
enum { WRITE = 1, EXIT = 60 };
#define MACHINE "x86-64"
#elif defined(__aarch64__)
enum { WRITE = 64, EXIT = 93 };
#define MACHINE "AArch64"
#endif

static const char message[] = "hello from " MACHINE "\n";

void _start(void) {
  sys(WRITE, 1, (long)message, sizeof message - 1);
  sys(EXIT, 0, 0, 0);
  for (;;) {
  }
}
