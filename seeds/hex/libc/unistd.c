/* System calls under their POSIX names. */

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <unistd.h>

#include "system.h"

int errno;

long __answer(long answer) {
    if (answer < 0 && answer >= -4095) {
        errno = (int)-answer;
        return -1;
    }
    return answer;
}

int open(const char *path, int flags, ...) {
    int mode = 0;

    if (flags & O_CREAT) {
        va_list arguments;

        va_start(arguments, flags);
        mode = va_arg(arguments, int);
        va_end(arguments);
    }
    return (int)__answer(__syscall(SYS_OPEN, (long)path, flags, mode, 0, 0, 0));
}

ssize_t read(int descriptor, void *data, size_t size) {
    return __answer(__syscall(SYS_READ, descriptor, (long)data, (long)size, 0, 0, 0));
}

ssize_t write(int descriptor, const void *data, size_t size) {
    return __answer(__syscall(SYS_WRITE, descriptor, (long)data, (long)size, 0, 0, 0));
}

int close(int descriptor) {
    return (int)__answer(__syscall(SYS_CLOSE, descriptor, 0, 0, 0, 0, 0));
}

off_t lseek(int descriptor, off_t offset, int whence) {
    return __answer(__syscall(SYS_LSEEK, descriptor, offset, whence, 0, 0, 0));
}

int unlink(const char *path) {
    return (int)__answer(__syscall(SYS_UNLINK, (long)path, 0, 0, 0, 0, 0));
}

char *getcwd(char *path, size_t size) {
    return __answer(__syscall(SYS_GETCWD, (long)path, (long)size, 0, 0, 0, 0)) < 0 ? NULL : path;
}

int mprotect(void *memory, size_t size, int protection) {
    return (int)__answer(__syscall(SYS_MPROTECT, (long)memory, (long)size, protection, 0, 0, 0));
}

/* Unlike POSIX's, it takes `file` for a path: TinyCC starts itself as another target's compiler, if asked to. */
int execvp(const char *file, char **arguments) {
    return (int)__answer(__syscall(SYS_EXECVE, (long)file, (long)arguments, (long)environ, 0, 0, 0));
}
