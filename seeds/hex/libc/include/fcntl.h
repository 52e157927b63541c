#ifndef FCNTL_H
#define FCNTL_H
/* linux/asm-generic/fcntl.h */
#define O_RDONLY 0
#define O_WRONLY 01
#define O_RDWR 02
#define O_CREAT 0100
#define O_TRUNC 01000
#define O_APPEND 02000

int open(const char *path, int flags, ...);
#endif
