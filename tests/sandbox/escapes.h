/* What the attempts in escapes.py begin with. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <mqueue.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <termios.h>
#include <unistd.h>

/* asm/unistd_64.h of newer kernels than the compiler's */
#define NR_pidfd_getfd 438
#define NR_openat2 437
#define NR_fchmodat2 452
#define NR_open_tree 428
#define NR_move_mount 429
#define NR_fsopen 430
#define NR_fsconfig 431
#define NR_fsmount 432
#define NR_fspick 433
#define NR_mount_setattr 442
#define NR_quotactl_fd 443
#define NR_statmount 457
#define NR_listmount 458
#define NR_setxattrat 463
#define NR_open_tree_attr 467
#define NR_LATER 468

#define INPUT text("INPUT")
#define OUT text("OUT")
#define DEV text("DEV")

/* Not every attempt uses each of them. */
#define MAYBE __attribute__((unused)) static

MAYBE const char *text(const char *name) {
    const char *value = getenv(name);
    if (!value) exit(98);
    return value;
}

MAYBE long number(const char *name) { return strtol(text(name), NULL, 10); }

/* A path beneath one that is told of; a few may be in use at once. */
MAYBE const char *in(const char *directory, const char *name) {
    static char paths[8][4096];
    static int next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", directory, name);
    return path;
}

MAYBE void say(long result) {
    if (result >= 0)
        puts("allowed");
    else if (errno == EOPNOTSUPP)
        puts("EOPNOTSUPP");
    else
        puts(strerrorname_np(errno));
}

#define call(...) say(syscall(__VA_ARGS__))

/* A file in the current directory. */
MAYBE int file(const char *name) { return open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0644); }

MAYBE void fill(int descriptor, size_t size) {
    static char block[1 << 16];
    memset(block, 'x', sizeof block);
    while (size > 0) {
        ssize_t done = write(descriptor, block, size < sizeof block ? size : sizeof block);
        if (done < 0) return;
        size -= done;
    }
}

MAYBE void touch(volatile char *memory, size_t size) {
    for (size_t at = 0; at < size; at += 4096) memory[at] = 1;
}

MAYBE void reach(int family, int type, const char *address, int port) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    inet_pton(AF_INET, address, &to.sin_addr);
    int channel = socket(family, type, 0);
    if (channel < 0)
        say(channel);
    else if (type == SOCK_DGRAM)
        say(sendto(channel, "x", 1, 0, (void *)&to, sizeof to));
    else
        say(connect(channel, (void *)&to, sizeof to));
}

MAYBE void reach_unix(const char *name, size_t skip) {
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    strncpy(to.sun_path + skip, name, sizeof to.sun_path - skip - 1);
    socklen_t size = offsetof(struct sockaddr_un, sun_path) + skip + strlen(name);
    int channel = socket(AF_UNIX, SOCK_STREAM, 0);
    say(connect(channel, (void *)&to, size));
}

MAYBE void read_some(const char *path) {
    char byte;
    int opened = open(path, O_RDONLY);
    if (opened < 0) return say(opened);
    ssize_t got = read(opened, &byte, 1);
    if (got == 0) puts("empty");
    else say(got);
}

MAYBE void can_write(const char *path) {
    int opened = open(path, O_WRONLY);
    if (opened >= 0) puts(path);
}

MAYBE void write_some(const char *path) {
    int opened = open(path, O_WRONLY);
    if (opened < 0) return say(opened);
    say(write(opened, "1", 1));
}

MAYBE void sleep_for_ever(void) { for (;;) pause(); }

/* What a process does that wants to outlive all others. */
MAYBE void hide_away(void) {
    if (fork()) return (void)wait(NULL);
    setsid();
    if (fork()) _exit(0);
    for (int number = 1; number < 65; number++) signal(number, SIG_IGN);
    prctl(PR_SET_PDEATHSIG, 0);
    prctl(PR_SET_NAME, "kthreadd");
    if (chdir("/")) _exit(1);
    for (int descriptor = 0; descriptor < 64; descriptor++) close(descriptor);
    sleep_for_ever();
}
