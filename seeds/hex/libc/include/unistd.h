#ifndef UNISTD_H
#define UNISTD_H
#include <stddef.h>

typedef long ssize_t;
typedef long off_t;

extern char **environ;

ssize_t read(int descriptor, void *data, size_t size);
ssize_t write(int descriptor, const void *data, size_t size);
int close(int descriptor);
off_t lseek(int descriptor, off_t offset, int whence);
int unlink(const char *path);
char *getcwd(char *path, size_t size);
int execvp(const char *file, char **arguments);
#endif
