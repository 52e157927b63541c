/* What the parts of this libc know of the kernel and of each other. */

/* System call `number` with six arguments; from -4095 to -1 the answer is a negative errno. Built in to cc. */
long __syscall(long number, long a, long b, long c, long d, long e, long f);

/* linux/arch/x86/entry/syscalls/syscall_64.tbl */
enum {
    SYS_READ = 0,
    SYS_WRITE = 1,
    SYS_OPEN = 2,
    SYS_CLOSE = 3,
    SYS_LSEEK = 8,
    SYS_MMAP = 9,
    SYS_MPROTECT = 10,
    SYS_EXECVE = 59,
    SYS_GETCWD = 79,
    SYS_UNLINK = 87,
    SYS_EXIT_GROUP = 231
};

/* The answer of a system call as C has it: -1 with errno set for what failed. */
long __answer(long answer);

/* Ends the program after a message: for what this libc does not do. */
void __stop(const char *what, const char *which);

/* What a digit or letter is worth in base 36; 36 for all else. */
int __digit(int character);

/* Where a number begins, behind blanks and its sign. */
const char *__sign(const char *text, int *negative);
