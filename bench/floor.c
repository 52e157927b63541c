/* The floor for a sandboxed build: COUNT times, one after another, the namespaces and mounts of the
   contract are made and PROGRAM is run in them, with nothing else done.
   cc -O2 -o floor floor.c; ./floor 200 /path/to/static/program */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void put(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY);
    if (fd < 0 || write(fd, text, strlen(text)) < 0)
        err(1, "%s", path);
    close(fd);
}

static void touch(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT, 0644);
    if (fd < 0)
        err(1, "%s", path);
    close(fd);
}

static void bind(const char *from, const char *to, int flags)
{
    if (mount(from, to, NULL, MS_BIND | MS_REC, NULL))
        err(1, "bind %s", from);
    if (flags && mount(NULL, to, NULL, MS_REMOUNT | MS_BIND | flags, NULL))
        err(1, "remount %s", to);
}

static void sandbox(const char *program, unsigned uid, unsigned gid)
{
    static const char *nodes[] = {"null", "zero", "full", "random", "urandom"};
    char text[128], to[128], from[128];
    int fd = open(program, O_PATH); /* the tmpfs may hide its name */
    snprintf(text, sizeof text, "1000 %u 1", uid);
    put("/proc/self/uid_map", text);
    put("/proc/self/setgroups", "deny");
    snprintf(text, sizeof text, "1000 %u 1", gid);
    put("/proc/self/gid_map", text);
    if (sethostname("bootstrap", 9) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
        err(1, "private");
    if (mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, NULL) || chdir("/tmp"))
        err(1, "tmpfs");
    mkdir("proc", 0755), mkdir("dev", 0755), mkdir("tmp", 01777), mkdir("build", 0755), mkdir("store", 0755);
    for (int i = 0; i < 5; i++) {
        snprintf(to, sizeof to, "dev/%s", nodes[i]);
        snprintf(from, sizeof from, "/dev/%s", nodes[i]);
        touch(to);
        bind(from, to, 0);
    }
    if (mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL))
        err(1, "proc");
    touch("program");
    snprintf(from, sizeof from, "/proc/self/fd/%d", fd);
    bind(from, "program", MS_RDONLY | MS_NOSUID | MS_NODEV);
    mkdir("old", 0755);
    if (syscall(SYS_pivot_root, ".", "old") || chdir("/") || umount2("old", MNT_DETACH))
        err(1, "pivot_root");
    pid_t child = vfork();
    if (child == 0) {
        execl("/program", "program", (char *)0);
        _exit(127);
    }
    int status;
    waitpid(child, &status, 0);
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        errx(2, "floor COUNT PROGRAM");
    unsigned uid = geteuid(), gid = getegid();
    for (int n = atoi(argv[1]); n > 0; n--) {
        long pid = syscall(SYS_clone,
                           SIGCHLD | CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS,
                           0, 0, 0, 0);
        if (pid < 0)
            err(1, "clone");
        if (pid == 0)
            sandbox(argv[2], uid, gid);
        int status;
        if (waitpid(pid, &status, 0) < 0 || status)
            errx(1, "the sandbox ended with %d", status);
    }
    return 0;
}
