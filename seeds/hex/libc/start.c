/* The beginning and the end of a program. */

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "system.h"

char **environ;

int main(int argc, char **argv);

/* Called by _start with the stack as the kernel leaves it (System V ABI for AMD64, 3.4.1): the number of
   arguments; their addresses and a null; those of the environment and a null. */
void __start(long *stack) {
    int argc = (int)stack[0];
    char **argv = (char **)(stack + 1);

    environ = argv + argc + 1;
    exit(main(argc, argv));
}

void exit(int status) {
    fflush(NULL);
    for (;;)
        __syscall(SYS_EXIT_GROUP, status, 0, 0, 0, 0, 0);
}

void __stop(const char *what, const char *which) {
    fprintf(stderr, "%s: %s\n", what, which);
    exit(127);
}

void __assert_fail(const char *expression, const char *file, int line) {
    fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, expression);
    exit(127);
}
