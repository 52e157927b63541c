#ifndef ERRNO_H
#define ERRNO_H
extern int errno;

/* linux/asm-generic/errno-base.h */
#define ENOENT 2
#define EINTR 4
#define ENOMEM 12
#define EINVAL 22
#define ERANGE 34
#endif
