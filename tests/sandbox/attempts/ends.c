/* Being there after the end, and falling over in ways that leave something. */

/*** daemon
claim E1
***/
hide_away();

/*** daemon-that-keeps-the-log-open
claim E1
says done
***/
if (!fork()) { setsid(); sleep_for_ever(); } puts("done");

/*** many-daemons
claim E1
***/
for (int n = 0; n < 50; n++) hide_away();

/*** daemon-with-a-parent-of-its-own
claim E1
***/
prctl(PR_SET_CHILD_SUBREAPER, 1);
if (!fork()) { if (!fork()) { setsid(); sleep_for_ever(); } _exit(0); } wait(0);

/*** daemon-that-is-stopped
claim E1
***/
pid_t child = fork();
if (!child) { setsid(); raise(SIGSTOP); sleep_for_ever(); } waitpid(child, 0, WUNTRACED);

/*** daemon-that-is-traced
claim E1
***/
pid_t child = fork();
if (!child) { if (!fork()) { ptrace(PTRACE_ATTACH, getppid(), 0, 0); sleep_for_ever(); } sleep_for_ever(); } usleep(50000);

/*** daemon-after-failure
claim E1
ends status 3
***/
if (!fork()) { setsid(); sleep_for_ever(); } exit(3);

/*** zombies
claim E1
***/
for (int n = 0; n < 60; n++) if (!fork()) _exit(0);

/*** another-name
claim E1
***/
prctl(PR_SET_NAME, "init"); if (!fork()) { setsid(); sleep_for_ever(); }

/*** close-every-descriptor
claim E2
***/
for (int n = 0; n < 4096; n++) close(n);

/*** log-that-does-not-block
claim E2
says done
***/
fcntl(1, F_SETFL, O_NONBLOCK); fcntl(1, F_SETPIPE_SZ, 4096);
for (int n = 0; n < 9000; n++) if (write(1, "\n", 1) < 0) usleep(100);
fcntl(1, F_SETFL, 0); puts("done");

/*** core-dump
claim E3
ends signal 6
stored kept
***/
struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY}; setrlimit(RLIMIT_CORE, &all);
prctl(PR_SET_DUMPABLE, 1);
if (chdir(OUT)) return;
abort();

/*** segfault
claim E3
ends signal 11
***/
*(volatile int *)8 = 1;

/*** kill-all-then-self
claim E2
ends signal 9
***/
for (int n = 0; n < 5; n++) if (!fork()) sleep_for_ever();
kill(-1, SIGKILL); raise(SIGKILL);
