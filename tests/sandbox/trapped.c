/* What programs see of the calls that traps answer: one attempt for each first argument. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;
static char **arguments;

static void check(int holds, const char *what) {
    if (!holds) {
        printf("not so: %s (errno %d)\n", what, errno);
        exit(1);
    }
}

static void times(void) {
    struct timespec t;
    struct timeval v;
    printf("%ld", (long)time(NULL));
    gettimeofday(&v, NULL);
    printf(" %ld", (long)v.tv_sec);
    clockid_t clocks[] = {CLOCK_REALTIME, CLOCK_REALTIME_COARSE, CLOCK_TAI};
    for (int i = 0; i < 3; i++) {
        clock_gettime(clocks[i], &t);
        printf(" %ld", (long)t.tv_sec);
    }
    syscall(SYS_clock_gettime, CLOCK_REALTIME, &t);
    printf(" %ld %ld\n", (long)t.tv_sec, (long)syscall(SYS_time, NULL));
    check(syscall(SYS_clock_gettime, CLOCK_REALTIME, 8) == -1 && errno == EFAULT, "EFAULT");
    check(syscall(SYS_clock_gettime, CLOCK_REALTIME, times) == -1 && errno == EFAULT, "EFAULT: read-only");
    check(syscall(SYS_gettimeofday, NULL, NULL) == 0, "gettimeofday of nothing");
}

static long long now(clockid_t clock) {
    struct timespec t;
    check(clock_gettime(clock, &t) == 0, "clock_gettime");
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void monotonic(void) {
    long long a = now(CLOCK_MONOTONIC), b = now(CLOCK_BOOTTIME), c = now(CLOCK_MONOTONIC_RAW);
    printf("%lld %lld %lld\n", a, b - a, c - b);
}

static void sleeper(void) {
    long long start = now(CLOCK_MONOTONIC), end = start + 300000000;
    int times = 0;
    while (now(CLOCK_MONOTONIC) < end) {
        usleep(100000);
        times++;
    }
    printf("%d\n", times);
}

static struct timespec in(clockid_t clock, int milliseconds) {
    long long then = now(clock) + milliseconds * 1000000LL;
    return (struct timespec){then / 1000000000, then % 1000000000};
}

/* Each waits by an absolute time; how often it came back within a wait of 0.3 s, and whether too early. */
static void deadlines(void) {
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t condition = PTHREAD_COND_INITIALIZER, monotonic;
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&monotonic, &attributes);
    pthread_mutex_lock(&mutex);
    struct timespec then;
    then = in(CLOCK_REALTIME, 300);
    printf("%d ", pthread_cond_timedwait(&condition, &mutex, &then));
    printf("%d ", pthread_cond_timedwait(&condition, &mutex, &then)); /* once more: at once */
    then = in(CLOCK_MONOTONIC, 300);
    printf("%d ", pthread_cond_timedwait(&monotonic, &mutex, &then));
    then = in(CLOCK_REALTIME, 300);
    printf("%d ", clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &then, NULL));
    then = in(CLOCK_MONOTONIC, 300);
    printf("%d ", clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &then, NULL));
    clockid_t clocks[] = {CLOCK_REALTIME, CLOCK_MONOTONIC};
    for (int i = 0; i < 2; i++) {
        int timer = timerfd_create(clocks[i], 0);
        struct itimerspec setting = {{0, 0}, in(clocks[i], 300)};
        check(timerfd_settime(timer, TFD_TIMER_ABSTIME, &setting, NULL) == 0, "timerfd_settime");
        unsigned long long expired;
        printf("%d ", (int)read(timer, &expired, 8));
    }
    printf("\n");
}

static void hex(const unsigned char *bytes, int count) {
    for (int i = 0; i < count; i++) printf("%02x", bytes[i]);
    printf("\n");
}

static void *draw(void *unused) {
    unsigned char bytes[8];
    check(getrandom(bytes, 8, 0) == 8, "getrandom");
    hex(bytes, 8);
    return unused;
}

static void randomness(void) {
    hex((void *)getauxval(AT_RANDOM), 16);
    draw(0);
    for (int i = 0; i < 2; i++) {
        fflush(stdout);
        if (fork() == 0) {
            draw(0);
            exit(0);
        }
        wait(0);
    }
    pthread_t thread;
    pthread_create(&thread, 0, draw, 0);
    pthread_join(thread, 0);
    check(syscall(SYS_getrandom, 0, 8, 0x100) == -1 && errno == EINVAL, "EINVAL");
    check(syscall(SYS_getrandom, 8, 8, 0) == -1 && errno == EFAULT, "EFAULT");
}

static int print_names(int fd, int size, int most, int old) {
    static char buffer[1 << 20];
    int count = 0;
    while (most--) {
        int got = syscall(old ? SYS_getdents : SYS_getdents64, fd, buffer, size);
        check(got >= 0, "getdents64");
        if (!got) return count;
        for (char *at = buffer; at < buffer + got; count++) {
            if (old) {
                struct { unsigned long ino, off; unsigned short length; char name[]; } *entry = (void *)at;
                printf("%s:%d ", entry->name, at[entry->length - 1]);
                at += entry->length;
            } else {
                struct dirent64 *entry = (void *)at;
                printf("%s ", entry->d_name);
                at += entry->d_reclen;
            }
        }
    }
    return count;
}

static void list(void) {
    int fd = open(arguments[0], O_RDONLY | O_DIRECTORY);
    print_names(fd, atoi(arguments[1]), 1 << 30, arguments[2] != 0);
    printf("\n");
    check(syscall(SYS_getdents64, fd, fd, 8) == 0, "at its end");
    lseek(fd, 0, SEEK_SET);
    check(syscall(SYS_getdents64, fd, &fd, 8) == -1 && errno == EINVAL, "EINVAL for too little room");
    check(syscall(SYS_getdents64, fd, 8, 8000) == -1 && errno == EFAULT, "EFAULT");
    check(syscall(SYS_getdents64, 0, &fd, 8000) == -1 && errno == ENOTDIR, "ENOTDIR");
    check(syscall(SYS_getdents64, 99, &fd, 8000) == -1 && errno == EBADF, "EBADF");
}

static void share(void) {
    int fd = open(arguments[0], O_RDONLY | O_DIRECTORY);
    fflush(stdout);
    if (fork() == 0) {
        print_names(fd, 300, 1, 0);
        exit(0);
    }
    wait(0);
    print_names(dup(fd), 1 << 16, 1 << 30, 0);
    printf("\n");
}

static void seek(void) {
    DIR *directory = opendir(arguments[0]);
    char names[64][256];
    long places[64];
    int count = 0;
    struct dirent *entry;
    while (places[count] = telldir(directory), (entry = readdir(directory)))
        strcpy(names[count++], entry->d_name);
    for (int i = count; i--;) {
        seekdir(directory, places[i]);
        check(!strcmp(readdir(directory)->d_name, names[i]), "a name where it was");
    }
    rewinddir(directory);
    check(!strcmp(readdir(directory)->d_name, names[0]), "the first name again");
    closedir(directory);
    printf("%d\n", count);
}

static void empty(void) {
    /* As rm -r does: names go while the rest is still to be read. */
    DIR *directory = opendir(arguments[0]);
    struct dirent *entry;
    int count = 0;
    while ((entry = readdir(directory)))
        if (entry->d_name[0] != '.') count += unlinkat(dirfd(directory), entry->d_name, 0) == 0;
    printf("%d %d\n", count, rmdir(arguments[0]));
}

static void machine(void) {
    struct utsname name;
    struct sysinfo info;
    unsigned char mask[1024];
    uname(&name);
    sysinfo(&info);
    printf("%s|%s|%s|%s|%s|", name.sysname, name.nodename, name.release, name.version, name.machine);
    printf("%llu|", (unsigned long long)info.totalram * info.mem_unit);
    cpu_set_t set;
    sched_getaffinity(0, sizeof set, &set);
    printf("%d|%ld|%d\n", CPU_COUNT(&set), (long)syscall(SYS_sched_getaffinity, 0, sizeof mask, mask), info.procs > 0);
    check(syscall(SYS_uname, 8) == -1 && errno == EFAULT, "EFAULT");
    check(syscall(SYS_sched_getaffinity, 0, 3, mask) == -1 && errno == EINVAL, "EINVAL");
    check(syscall(SYS_sched_getaffinity, 99999, 8, mask) == -1 && errno == ESRCH, "ESRCH");
}

static void file_times(void) {
    struct stat s;
    struct statx x;
    int fd = open("new", O_CREAT | O_RDWR, 0644);
    check(write(fd, "x", 1) == 1, "write");
    symlink("new", "link");
    stat("new", &s);
    printf("%ld ", (long)s.st_mtime);
    stat("link", &s);
    printf("%ld ", (long)s.st_ctime);
    lstat("/build/link", &s);
    printf("%ld,%d ", (long)s.st_atime, S_ISLNK(s.st_mode));
    fstat(fd, &s);
    printf("%ld,%d ", (long)s.st_mtime, (int)s.st_size);
    statx(fd, "", AT_EMPTY_PATH, STATX_ALL, &x);
    printf("%ld,%ld ", (long)x.stx_mtime.tv_sec, (long)x.stx_btime.tv_sec);
    unlink("new");
    fstat(fd, &s);
    printf("%ld ", (long)s.st_mtime);
    mkdir("directory", 0755);
    int directory = open("directory", O_RDONLY);
    close(openat(directory, "inner", O_CREAT | O_WRONLY, 0644));
    fstatat(directory, "inner", &s, 0);
    printf("%ld ", (long)s.st_mtime);
    struct timespec old[2] = {{1000, 0}, {1000, 0}};
    futimens(fd, old);
    fstat(fd, &s);
    printf("%ld ", (long)s.st_mtime);
    stat(arguments[0], &s);
    printf("%ld\n", (long)s.st_mtime);
    check(stat("missing", &s) == -1 && errno == ENOENT, "ENOENT");
    check(fstat(99, &s) == -1 && errno == EBADF, "EBADF");
    check(stat("/proc/self/exe", &s) == 0 && s.st_size > 0, "a link of its own");
    check(syscall(SYS_stat, 8, &s) == -1 && errno == EFAULT, "EFAULT");
    check(syscall(SYS_fstat, fd, 8) == -1 && errno == EFAULT, "EFAULT");
}

static volatile int seen;
static void on_signal(int number) { seen += number; }

static void on_end(int number) { _exit(number == SIGUSR1 ? 7 : 8); }

static void *run_program(void *argv) {
    execv("/proc/self/exe", argv);
    return 0;
}

/* How processes live, which whoever traces them must not change. */
static void life(void) {
    int status;
    char *times[] = {"trapped", "times", 0};
    signal(SIGTRAP, on_signal);
    raise(SIGTRAP);
    check(seen == SIGTRAP, "SIGTRAP");
    seen = 0;
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_NOCLDSTOP};
    sigaction(SIGCHLD, &action, 0);
    pid_t child = fork();
    if (!child) {
        signal(SIGUSR1, on_end);
        raise(SIGSTOP);
        for (;;) pause();
    }
    check(waitpid(child, &status, WUNTRACED) == child && WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP, "stop");
    check(waitpid(child, &status, WNOHANG | WUNTRACED) == 0 && seen == 0, "it stays stopped");
    kill(child, SIGCONT);
    check(waitpid(child, &status, WCONTINUED) == child && WIFCONTINUED(status), "continued");
    kill(child, SIGUSR1);
    check(waitpid(child, &status, 0) == child && WEXITSTATUS(status) == 7, "exit status");
    check(seen == SIGCHLD, "one SIGCHLD, of its end");
    signal(SIGCHLD, SIG_DFL);
    child = fork();
    if (!child) abort();
    check(waitpid(child, &status, 0) == child && WTERMSIG(status) == SIGABRT, "killed by a signal");
    child = fork();
    if (!child) pause();
    kill(child, SIGKILL);
    check(waitpid(child, &status, 0) == child && WTERMSIG(status) == SIGKILL, "SIGKILL");
    child = vfork();
    if (!child) {
        execv("/proc/self/exe", times);
        _exit(1);
    }
    check(waitpid(child, &status, 0) == child && status == 0, "vfork");
    check(posix_spawn(&child, "/proc/self/exe", 0, 0, times, environ) == 0, "posix_spawn");
    check(waitpid(child, &status, 0) == child && status == 0, "what was spawned");
    child = fork();
    if (!child) {
        pthread_t thread;
        pthread_create(&thread, 0, run_program, times);
        pause();
    }
    check(waitpid(child, &status, 0) == child && status == 0, "execve from a thread");
    child = fork();
    if (!child) {
        if (fork() == 0) sleep(1); /* an orphan */
        exit(0);
    }
    check(waitpid(child, &status, 0) == child && status == 0, "parent of an orphan");
    pid_t many[200];
    for (int i = 0; i < 200; i++)
        if (!(many[i] = fork())) {
            times[1] = "nothing";
            usleep(1000 * (i % 7));
            execv("/proc/self/exe", times);
        }
    for (int i = 0; i < 200; i++)
        check(waitpid(many[i], &status, 0) == many[i] && status == 0, "one of many");
    check(wait(0) == -1 && errno == ECHILD, "no child is left");
    printf("well\n");
}

static void traced(void) {
    check(ptrace(PTRACE_TRACEME, 0, 0, 0) == -1 && errno == EPERM, "EPERM");
    printf("well\n");
}

static void *keep_looking(void *count) {
    for (int i = 0; i < 200; i++) now(CLOCK_REALTIME);
    return count;
}

static void threads(void) {
    pthread_t threads[20];
    for (int i = 0; i < 20; i++) pthread_create(&threads[i], 0, keep_looking, 0);
    for (int i = 0; i < 20; i++) pthread_join(threads[i], 0);
    printf("well\n");
}

static void own_filter(void) {
    struct sock_filter filter[] = {
        {BPF_LD | BPF_W | BPF_ABS, 0, 0, 0},
        {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, SYS_getppid},
        {BPF_RET, 0, 0, SECCOMP_RET_ERRNO | 99},
        {BPF_RET, 0, 0, SECCOMP_RET_ALLOW},
    };
    struct sock_fprog program = {4, filter};
    check(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program) == -1, "listener");
    check(errno == EBUSY, "EBUSY");
    check(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0, "a filter of its own");
    check(syscall(SYS_getppid) == -1 && errno == 99, "which holds");
    times();
}

static void writes(void) {
    close(creat("created", 0644));
    close(open("/build/opened", O_CREAT | O_WRONLY, 0644));
    mkdir("sub", 0755);
    int directory = open("sub", O_RDONLY);
    close(openat(directory, "temporary", O_CREAT | O_EXCL | O_WRONLY, 0644));
    renameat(directory, "temporary", directory, "final");
    symlink("sub", "way");
    close(open("way/through", O_CREAT | O_WRONLY, 0644));
    link("created", "linked");
    close(open("gone", O_CREAT | O_WRONLY, 0644));
    unlink("gone");
    rename("sub", "moved");
}

/* Whatever is asked for with whatever arguments: one of `calls`, for as long as the second argument says. */
static void on_alarm(int number) { (void)number; }

static void fuzz(void) {
    static const int calls[] = {
        SYS_clock_gettime, SYS_gettimeofday, SYS_time, SYS_futex, SYS_clock_nanosleep, SYS_timerfd_settime,
        SYS_timer_settime, SYS_nanosleep, SYS_poll, SYS_ppoll, SYS_select, SYS_pselect6, SYS_epoll_wait,
        SYS_epoll_pwait, SYS_getrandom, SYS_getdents, SYS_getdents64, SYS_uname, SYS_sched_getaffinity,
        SYS_sysinfo, SYS_stat, SYS_lstat, SYS_fstat, SYS_newfstatat, SYS_statx, SYS_open, SYS_openat, SYS_creat,
        SYS_rename, SYS_renameat, SYS_renameat2, SYS_link, SYS_linkat, SYS_symlink, SYS_symlinkat,
    };
    char *pages = mmap(0, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(pages + 2 * 4096, 4096);
    for (int child = 0; child < atoi(arguments[1]); child++) {
        if (fork()) {
            wait(0);
            continue;
        }
        srandom(atoi(arguments[0]) + child);
        sigaction(SIGALRM, &(struct sigaction){.sa_handler = on_alarm}, 0);
        setitimer(ITIMER_REAL, &(struct itimerval){{0, 2000}, {0, 2000}}, 0);
        int directory = open("/usr", O_RDONLY);
        for (int i = 0; i < 200; i++) {
            long values[] = {
                0, 1, -1, 1L << 63, ~(1L << 63), (1L << 47) - 1, random(), (long)random() << 32,
                (long)pages, (long)pages + 4000, (long)pages + 2 * 4096 - 1, (long)fuzz, directory, 8, 4096,
                AT_FDCWD, AT_EMPTY_PATH, 0xffffffff, 256, 9, (long)"/usr", (long)"name", 1L << 20,
            };
            for (int j = 0; j < 2 * 4096; j += 8) *(long *)(pages + j) = random() % 3 ? 0 : values[random() % 23];
            if (random() % 3 == 0) strcpy(pages, "some/../file");
            long a[6];
            for (int j = 0; j < 6; j++) a[j] = values[random() % 23];
            if (random() % 50 == 0) raise(SIGALRM);
            syscall(calls[random() % (sizeof calls / sizeof *calls)], a[0], a[1], a[2], a[3], a[4], a[5]);
        }
        exit(0);
    }
    printf("well\n");
}

static void nothing(void) {}

static const struct { const char *name; void (*run)(void); } attempts[] = {
    {"deadlines", deadlines}, {"empty", empty}, {"file_times", file_times}, {"fuzz", fuzz}, {"life", life},
    {"list", list}, {"machine", machine}, {"monotonic", monotonic}, {"nothing", nothing},
    {"own_filter", own_filter}, {"randomness", randomness}, {"seek", seek}, {"share", share},
    {"sleeper", sleeper}, {"threads", threads}, {"times", times}, {"traced", traced}, {"writes", writes}, {0, 0},
};

int main(int argc, char **argv) {
    arguments = argv + 2;
    for (int i = 0; argc > 1 && attempts[i].name; i++)
        if (!strcmp(argv[1], attempts[i].name)) {
            attempts[i].run();
            return 0;
        }
    return 99;
}
