/* Using more than allowed. */

/*** sleep-for-ever
claim L1
ends time
limit time 1
***/
sleep_for_ever();

/*** busy-for-ever
claim L1
ends time
limit time 1
***/
for (volatile long n = 0;; n++);

/*** ignore-every-signal
claim L1
ends time
limit time 1
***/
for (int n = 1; n < 65; n++) signal(n, SIG_IGN);
for (;;) pause();

/*** block-every-signal
claim L1
ends time
limit time 1
***/
sigset_t all; sigfillset(&all); sigprocmask(SIG_BLOCK, &all, 0); for (;;) usleep(100000);

/*** stop-everything
claim L1
ends time
limit time 1
***/
kill(-1, SIGSTOP); kill(0, SIGSTOP); raise(SIGSTOP);

/*** wait-for-a-pipe
claim L1
ends time
limit time 1
***/
mkfifo("/build/p", 0600); read_some("/build/p");

/*** vfork-and-stay
claim L1
ends time
limit time 1
***/
if (!vfork()) for (;;) pause();

/*** fork-bomb
claim L2
ends processes
limit time 20
limit processes 64
***/
for (;;) if (fork() < 0) usleep(1000);

/*** fork-bomb-that-hides
claim L2
ends processes
limit time 20
limit processes 64
***/
signal(SIGCHLD, SIG_IGN); for (;;) { if (fork() < 0) usleep(1000); else setsid(); }

/*** thread-bomb
claim L2
ends processes
limit time 20
limit processes 64
***/
pthread_t thread; pthread_attr_t small; pthread_attr_init(&small);
pthread_attr_setstacksize(&small, 65536);
for (;;) if (pthread_create(&thread, &small, (void *)sleep_for_ever, 0)) usleep(1000);

/*** allocate-without-end
claim L3
ends memory
limit time 20
limit memory 104857600
***/
for (;;) touch(malloc(1 << 20), 1 << 20);

/*** allocate-in-many-processes
claim L3
ends memory
limit time 20
limit memory 104857600
***/
for (int n = 0; n < 8; n++)
    if (!fork()) {
        touch(malloc(40 << 20), 40 << 20);
        sleep_for_ever();
    }
sleep_for_ever();

/*** allocate-shared
claim L3
ends memory
limit time 20
limit memory 104857600
***/
touch(mmap(0, 400 << 20, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0), 400 << 20);
sleep_for_ever();

/*** fill-tmp
claim L3
ends memory
limit time 20
limit memory 104857600
***/
fill(file("/tmp/x"), 400 << 20);
sleep_for_ever();

/*** fill-system-v
claim L3
ends memory
limit time 20
limit memory 104857600
***/
touch(shmat(shmget(IPC_PRIVATE, 400 << 20, 0600), 0, 0), 400 << 20);
sleep_for_ever();

/*** fill-the-output
claim L4
ends output
limit time 20
limit output 20971520
***/
fill(file(in(OUT, "x")), 64 << 20); sleep_for_ever();

/*** fill-the-output-and-end
claim L4
ends output
limit time 20
limit output 20971520
***/
fill(file(in(OUT, "x")), 64 << 20);

/*** fill-the-working-directory
claim L4
ends output
limit time 20
limit output 20971520
***/
fill(file("/build/x"), 64 << 20); sleep_for_ever();

/*** sparse-terabyte
claim L4
says EFBIG EFBIG
***/
signal(SIGXFSZ, SIG_IGN); say(ftruncate(file(in(OUT, "x")), 1L << 40));
say(pwrite(file(in(OUT, "y")), "x", 1, 1L << 40));

/*** sparse-gigabytes
claim L4
ends output
limit time 20
limit output 20971520
***/
for (int n = 0; n < 20; n++) { char name[9]; sprintf(name, "%d", n); say(ftruncate(file(in(OUT, name)), 60L << 30)); } sleep_for_ever();

/*** output-deeper-than-paths
claim L4
ends output
limit time 20
limit output 20971520
***/
if (chdir(OUT)) return;
for (int n = 0; n < 900; n++) { mkdir("deep", 0755); if (chdir("deep")) return; } fill(file("x"), 64 << 20);
sleep_for_ever();

/*** output-made-unreadable
claim L4
ends output
limit time 20
limit output 20971520
***/
if (chdir(OUT)) return;
mkdir("d", 0755); fill(file("d/x"), 64 << 20); chmod("d", 0);

/*** output-behind-a-file-name
claim L4
ends output
limit time 20
limit output 20971520
***/
if (chdir(OUT)) return;
mkdir("d", 0755); fill(file("d/x"), 64 << 20); rename("d", ".hidden"); symlink("/", "d");

/*** hundred-thousand-files
claim L5
ends files
limit time 300
limit files 20000
***/
if (chdir(OUT)) return;
char name[16];
for (int n = 0; n < 100000; n++) { sprintf(name, "%d", n); close(creat(name, 0644)); }

/*** hundred-thousand-names-of-one-file
claim L5
ends files
limit time 300
limit files 20000
***/
if (chdir(OUT)) return;
char name[16]; close(file("x"));
for (int n = 0; n < 60000; n++) { sprintf(name, "%d", n); if (link("x", name)) { say(-1); break; } }

/*** log-without-end
claim L6
ends log
limit time 20
limit log 1048576
***/
for (;;) puts("more");

/*** log-from-many
claim L6
ends log
limit time 20
limit log 1048576
***/
for (int n = 0; n < 16; n++) if (!fork()) for (;;) write(2, "more", 4);
sleep_for_ever();
