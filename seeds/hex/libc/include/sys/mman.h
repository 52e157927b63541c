#ifndef SYS_MMAN_H
#define SYS_MMAN_H
#include <stddef.h>

/* linux/asm-generic/mman-common.h, mman.h */
#define PROT_READ 1
#define PROT_WRITE 2
#define PROT_EXEC 4

int mprotect(void *memory, size_t size, int protection);
#endif
