/* Reaching the host's processes, and the sandbox's process 1. */

/*** kill-host
claim P1
says ESRCH
***/
say(kill(number("HOST_PID"), SIGKILL));

/*** stop-host
claim P1
says ESRCH
***/
say(kill(number("HOST_PID"), SIGSTOP));

/*** kill-everyone
claim P1
says ESRCH
***/
say(kill(-1, SIGKILL));

/*** sigqueue-host
claim P1
says ESRCH
***/
union sigval v = {0}; say(sigqueue(number("HOST_PID"), 9, v));

/*** ptrace-host
claim P1
says ESRCH
***/
say(ptrace(PTRACE_SEIZE, number("HOST_PID"), 0, 0));

/*** proc-mem-host
claim P1
says ENOENT
***/
char path[99]; sprintf(path, "/proc/%ld/mem", number("HOST_PID")); say(open(path, O_RDWR));

/*** process-vm-readv-host
claim P1
says ESRCH
***/
static char buffer[64];
   struct iovec here = {buffer, sizeof buffer}, there = {buffer, sizeof buffer};
say(process_vm_readv(number("HOST_PID"), &here, 1, &there, 1, 0));

/*** process-vm-writev-host
claim P1
says ESRCH
***/
static char buffer[64];
   struct iovec here = {buffer, sizeof buffer}, there = {buffer, sizeof buffer};
say(process_vm_writev(number("HOST_PID"), &here, 1, &there, 1, 0));

/*** pidfd-open-host
claim P1
says ESRCH
***/
call(SYS_pidfd_open, number("HOST_PID"), 0);

/*** kcmp-host
claim P1
says ESRCH
***/
call(SYS_kcmp, getpid(), number("HOST_PID"), 0, 0, 0);

/*** prlimit-host
claim P1
says ESRCH
***/
struct rlimit none = {0, 0}; say(prlimit(number("HOST_PID"), RLIMIT_CPU, &none, 0));

/*** setpriority-host
claim P1
says ESRCH
***/
say(setpriority(PRIO_PROCESS, number("HOST_PID"), 19));

/*** sched-setaffinity-host
claim P1
says ESRCH
***/
cpu_set_t one = {{1}}; say(sched_setaffinity(number("HOST_PID"), sizeof one, &one));

/*** session-of-host
claim P1
says ESRCH
***/
say(getsid(number("HOST_PID")));

/*** setpgid-host
claim P1
says EPERM
says ESRCH
***/
say(setpgid(0, number("HOST_PID")));

/*** all-of-proc
claim P2
says 1 2
***/
DIR *proc = opendir("/proc");
for (struct dirent *entry; (entry = readdir(proc));)
    if (atoi(entry->d_name)) puts(entry->d_name);

/*** kill-init
claim P3
says allowed allowed
***/
say(kill(1, SIGKILL)); say(kill(1, SIGSTOP));

/*** every-signal-to-init
claim P3
***/
for (int number = 1; number < 65; number++) kill(1, number);
usleep(100000);

/*** ptrace-init
claim P4
says EPERM
***/
say(ptrace(PTRACE_ATTACH, 1, 0, 0));

/*** seize-init
claim P4
says EPERM
***/
say(ptrace(PTRACE_SEIZE, 1, 0, 0));

/*** files-of-init
claim P4
says EACCES EACCES EACCES EACCES EACCES EACCES EACCES EACCES
***/
char path[99];
read_some("/proc/1/mem"); read_some("/proc/1/environ"); read_some("/proc/1/maps"); read_some("/proc/1/auxv");
say(readlink("/proc/1/exe", path, 99)); say(readlink("/proc/1/cwd", path, 99)); say(readlink("/proc/1/root", path, 99));
say(readlink("/proc/1/fd/3", path, 99));

/*** process-vm-of-init
claim P4
says EPERM EPERM
***/
static char buffer[64];
struct iovec here = {buffer, sizeof buffer}, there = {buffer, sizeof buffer};

    say(process_vm_readv(1, &here, 1, &there, 1, 0)); say(process_vm_writev(1, &here, 1, &there, 1, 0));

/*** descriptors-of-init
claim P4
says EPERM
***/
int init = syscall(SYS_pidfd_open, 1, 0);
for (int number = 0; number < 16; number++)
    if (syscall(NR_pidfd_getfd, init, number, 0) >= 0) puts("got one");
say(syscall(NR_pidfd_getfd, init, 3, 0));

/*** kcmp-init
claim P4
says EPERM
***/
call(SYS_kcmp, getpid(), 1, 2, 0, 0);

/*** namespaces-of-init
claim P4
says EACCES EPERM
***/
say(open("/proc/1/ns/mnt", O_RDONLY)); call(SYS_setns, syscall(SYS_pidfd_open, 1, 0), CLONE_NEWNS);

/*** memory-killer-instead-of-me
claim P5
says EROFS EROFS
says EACCES EROFS
***/
say(open("/proc/1/oom_score_adj", O_WRONLY)); say(open("/proc/self/oom_score_adj", O_WRONLY));

/*** starve-init-of-files
claim P6
ends well
ends failed
***/
struct rlimit none = {0, 0};
prlimit(1, RLIMIT_NOFILE, &none, 0); usleep(300000);

/*** starve-init-of-time
claim P6
ends signal 9
***/
struct rlimit none = {0, 0};
prlimit(1, RLIMIT_CPU, &none, 0); sleep_for_ever();

/*** starve-init-of-memory
claim P6
***/
struct rlimit none = {0, 0};
prlimit(1, RLIMIT_AS, &none, 0); usleep(300000);

/*** starve-init-of-processes
claim P6
***/
struct rlimit none = {0, 0};
prlimit(1, RLIMIT_NPROC, &none, 0); usleep(300000);

/*** slow-init-down
claim P6
***/
cpu_set_t one = {{1}};
setpriority(PRIO_PROCESS, 1, 19); sched_setaffinity(1, sizeof one, &one);
syscall(SYS_ioprio_set, 1, 1, 3 << 13); usleep(300000);
