/* Getting privileges, namespaces, and what of the kernel no build needs. */

/*** become-root
claim R1
says EINVAL EINVAL EINVAL EINVAL allowed
***/
say(setuid(0)); say(setresuid(0, 0, 0)); say(setreuid(-1, 0)); say(setgid(0));
say(setfsuid(0) == 1000 ? 0 : -1);

/*** other-groups
claim R1
says EPERM EPERM
***/
gid_t none[1] = {0}; call(SYS_setgroups, 1, none); call(SYS_setgroups, 0, none);

/*** take-capabilities
claim R2
says EPERM EPERM EPERM EPERM
***/
struct { unsigned version; int pid; } header = {0x20080522, 0};
struct { unsigned effective, permitted, inheritable; } all[2] = {{~0u, ~0u, ~0u}, {~0u, ~0u, ~0u}};
call(SYS_capset, &header, all); say(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 21, 0, 0));
say(prctl(PR_SET_SECUREBITS, 0)); say(prctl(PR_CAPBSET_READ, 21) ? 0 : -1);

/*** no-new-privileges-off
claim R2
says EINVAL EINVAL
***/
say(prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0)); say(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) - 2);

/*** filter-off
claim R3
says EINVAL allowed EPERM
***/
say(prctl(PR_SET_SECCOMP, 0, 0, 0, 0)); char allow[8] = {6, 0, 0, 0, 0, 0, 0xff, 0x7f};
struct { unsigned short length; void *filter; } one = {1, allow};
say(prctl(PR_SET_SECCOMP, 2, &one, 0, 0)); say(mount("none", "/tmp", "tmpfs", 0, 0));

/*** around-the-filter-by-ptrace
claim R3
says EPERM
***/
pid_t child = fork();
if (!child) {
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    raise(SIGSTOP);
    say(syscall(SYS_getppid));
    _exit(0);
}
int status, calls = 0;
waitpid(child, &status, 0);
while (ptrace(PTRACE_SYSCALL, child, 0, 0) == 0 && waitpid(child, &status, 0) == child && !WIFEXITED(status)) {
    struct user_regs_struct registers;
    ptrace(PTRACE_GETREGS, child, 0, &registers);
    if (registers.orig_rax == SYS_getppid && calls++ == 0) {
        registers.orig_rax = SYS_unshare;
        registers.rdi = CLONE_NEWUSER;
        ptrace(PTRACE_SETREGS, child, 0, &registers);
    }
}

/*** 32-bit-call
claim R4
ends signal 31
***/
register long a asm("rax") = 20; asm volatile("int $0x80" : "+r"(a)); puts("alive");

/*** x32-call
claim R4
says ENOSYS ENOSYS
***/
call(0x40000000 + 39); call(0x40000000 + 520);

/*** calls-of-later-kernels
claim R4
says 0
***/
int found = 0;
for (long nr = NR_LATER; nr < 2048; nr++) if (syscall(nr, 0, 0, 0, 0, 0, 0) >= 0 || errno != ENOSYS) found++;
printf("%d\n", found);

/*** openat2
claim R4
says ENOSYS
***/
struct { uint64_t flags, mode, resolve; } how = {O_CREAT | O_WRONLY, 04755, 0};
call(NR_openat2, AT_FDCWD, "/build/x", &how, sizeof how);

/*** unshare
claim R5
says EPERM EPERM EPERM EPERM EPERM EPERM EPERM EPERM
***/
int kinds[] = {CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET, 0x80};
for (int n = 0; n < 8; n++) say(unshare(kinds[n]));

/*** clone
claim R5
says EPERM EPERM EPERM EPERM EPERM EPERM EPERM
***/
int kinds[] = {CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET};
for (int n = 0; n < 7; n++) { long made = syscall(SYS_clone, kinds[n] | SIGCHLD, 0, 0, 0, 0); if (!made) _exit(0); say(made); }

/*** clone3
claim R5
says ENOSYS
***/
struct clone_args how = {.flags = CLONE_NEWUSER, .exit_signal = SIGCHLD};
long made = syscall(SYS_clone3, &how, sizeof how);
if (!made) _exit(0);
say(made);

/*** setns
claim R5
says EPERM EPERM EPERM
***/
say(setns(open("/proc/self/ns/user", O_RDONLY), 0));
say(setns(open("/proc/self/ns/mnt", O_RDONLY), CLONE_NEWNS));
say(setns(syscall(SYS_pidfd_open, getpid(), 0), CLONE_NEWNET));

/*** parent-namespaces
claim R5
says EPERM EPERM EPERM
***/
say(ioctl(open("/proc/self/ns/user", O_RDONLY), 0xb701));
say(ioctl(open("/proc/self/ns/pid", O_RDONLY), 0xb702));
say(ioctl(open("/proc/self/ns/net", O_RDONLY), 0xb701) >= 0 ? setns(0, 0) : -1);

/*** io-uring
claim R6
says ENOSYS ENOSYS ENOSYS
***/
char parameters[120] = {0}; call(SYS_io_uring_setup, 1, parameters);
call(SYS_io_uring_enter, 0, 0, 0, 0, 0); call(SYS_io_uring_register, 0, 0, 0, 0);

/*** bpf
claim R6
says EPERM EPERM
***/
char attributes[120] = {1}; call(SYS_bpf, 0, attributes, 120); call(SYS_bpf, 5, attributes, 120);

/*** perf
claim R6
says EPERM
***/
char attributes[120] = {0}; call(SYS_perf_event_open, attributes, 0, -1, -1, 0);

/*** userfaultfd
claim R6
says EPERM EPERM
***/
call(SYS_userfaultfd, 0); call(SYS_userfaultfd, 1);

/*** fanotify
claim R6
says EPERM EPERM
***/
call(SYS_fanotify_init, 0, 0); call(SYS_fanotify_init, 0x200, 0);

/*** kernel-modules
claim R6
says EPERM EPERM EPERM
***/
call(SYS_init_module, "", 0, ""); call(SYS_finit_module, 0, "", 0); call(SYS_delete_module, "x", 0);

/*** kexec
claim R6
says EPERM EPERM
***/
call(SYS_kexec_load, 0, 0, 0, 0); call(SYS_kexec_file_load, 0, 0, 0, 0, 0);

/*** reboot
claim R6
says EPERM
***/
call(SYS_reboot, 0xfee1dead, 672274793, 0, 0);

/*** kernel-log
claim R6
says EPERM EPERM
***/
char room[100]; call(SYS_syslog, 3, room, 100); call(SYS_syslog, 5, 0, 0);

/*** ports
claim R6
says EPERM EPERM
***/
call(SYS_iopl, 3); call(SYS_ioperm, 0x70, 2, 1);

/*** local-descriptor-table
claim R6
says ENOSYS
***/
char room[16]; call(SYS_modify_ldt, 0, room, 16);

/*** accounting
claim R6
says EPERM EPERM
***/
close(file("/build/x")); call(SYS_acct, "/build/x"); call(SYS_acct, 0);

/*** clock
claim R7
says EPERM EPERM EPERM EPERM
***/
struct timespec now = {0, 0}; struct timeval then = {0, 0}; char change[256] = {1};
call(SYS_clock_settime, 0, &now); call(SYS_settimeofday, &then, 0); call(SYS_adjtimex, change);
call(SYS_clock_adjtime, 0, change);

/*** host-name
claim R7
says EPERM EPERM
***/
call(SYS_sethostname, "x", 1); call(SYS_setdomainname, "x", 1);

/*** characters-into-a-terminal
claim R8
says ENOTTY ENOTTY ENOTTY ENOTTY ENOTTY ENOTTY
***/
char paste[2] = {3, 0};
for (int n = 0; n < 3; n++) { say(ioctl(n, TIOCSTI, "x")); say(ioctl(n, 0x541c, paste)); }

/*** a-terminal
claim R8
says ENOENT ENOENT ENOTTY EPERM
***/
say(open("/dev/tty", O_RDWR)); say(posix_openpt(O_RDWR)); say(ioctl(0, TIOCSCTTY, 1));
call(SYS_vhangup);

/*** higher-ulimits
claim R9
says EPERM EPERM EPERM EPERM EPERM EPERM EPERM
says EPERM EPERM EPERM EPERM EPERM EPERM allowed
***/
struct rlimit more = {1 << 20, 1 << 20}, all = {RLIM_INFINITY, RLIM_INFINITY};
say(setrlimit(RLIMIT_NOFILE, &more)); say(setrlimit(RLIMIT_CORE, &all));
say(setrlimit(RLIMIT_FSIZE, &all));
say(setrlimit(RLIMIT_MEMLOCK, &all)); say(setrlimit(RLIMIT_RTPRIO, &more));
say(setrlimit(RLIMIT_STACK, &all)); say(setrlimit(RLIMIT_NPROC, &all));

/*** higher-priority
claim R9
says EPERM EPERM EPERM EACCES
***/
struct sched_param most = {99};
struct { uint32_t size, policy; uint64_t flags; int32_t nice; uint32_t priority; uint64_t runtime, deadline, period; } deadline = {48, 6, 0, 0, 0, 10000000, 20000000, 20000000};
say(sched_setscheduler(0, SCHED_FIFO, &most)); call(SYS_sched_setattr, 0, &deadline, 0);
call(SYS_ioprio_set, 1, 0, 1 << 13); say(setpriority(PRIO_PROCESS, 0, -20));

/*** lock-memory
claim R9
says ENOMEM EAGAIN ENOMEM
says ENOMEM EAGAIN EPERM
says EPERM EAGAIN EPERM
***/
say(mlock(calloc(1, 1 << 20), 1 << 20));
say((long)mmap(0, 1 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1, 0) == -1 ? -1 : 0);
say(shmctl(shmget(IPC_PRIVATE, 1 << 20, 0600), 11, 0));

/*** personality
claim R10
says allowed EPERM
says allowed EACCES
***/
say(personality(PER_LINUX32 | READ_IMPLIES_EXEC | MMAP_PAGE_ZERO));
say((long)mmap(0, 4096, PROT_READ, MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == -1 ? -1 : 0);
