#if defined __x86_64__
__asm__(".globl _start\n_start: mov $60,%eax\nxor %edi,%edi\nsyscall\n");
#else
__asm__(".globl _start\n_start: mov x8,#93\nmov x0,#0\nsvc 0\n");
#endif
