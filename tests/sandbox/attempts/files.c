/* Reaching files of the host, changing inputs, other outputs, devices and the kernel's files. */

/*** open-host-file
claim F1
says ENOENT
***/
read_some(text("HOST_FILE"));

/*** dot-dot
claim F1
says ENOENT ENOENT
***/
for (int up = 0; up < 64; up++) if (chdir("..")) puts("stuck");
read_some(text("HOST_FILE") + 1); read_some(in("/../../../../../..", text("HOST_FILE")));

/*** roots-in-proc
claim F1
says ENOENT EACCES ENOENT EACCES
***/
read_some(in("/proc/self/root", text("HOST_FILE")));
read_some(in("/proc/1/root", text("HOST_FILE")));
read_some(in("/proc/self/cwd/../../../..", text("HOST_FILE")));
say(chdir("/proc/1/cwd"));

/*** old-root
claim F1
says ENOENT ENOENT EROFS
says ENOENT ENOENT ENOENT
***/
read_some("/.host"); read_some("/.empty"); say(rmdir("/.host"));

/*** open-by-handle
claim F1
says EPERM
***/
struct { struct file_handle handle; char room[128]; } found = {{128}};
int mount;
if (name_to_handle_at(AT_FDCWD, INPUT, &found.handle, &mount, 0)) puts("no handles here");
int directory = open(INPUT, O_RDONLY);
say(open_by_handle_at(directory, &found.handle, O_RDONLY));

/*** file-of-init-by-descriptor
claim F1
***/
char path[32];
for (int number = 0; number < 64; number++) {
    sprintf(path, "/proc/1/fd/%d", number);
    if (open(path, O_RDONLY) >= 0 || open(path, O_WRONLY) >= 0) puts(path);
}

/*** inherited-descriptors
claim F2
***/
for (int number = 3; number < 4096; number++) if (fcntl(number, F_GETFD) >= 0) printf("%d\n", number);

/*** leave-by-descriptor
claim F2
says ENOENT
***/
for (int number = 0; number < 64; number++) if (!fchdir(number)) puts("left");
read_some("../../secret");

/*** make-files-everywhere
claim F3
***/
const char *places[] = {"/", "/etc", "/dev", "/dev/shm/..", "/proc", "/proc/self", "/bootstrap",
                        "/bootstrap/store", "/sys", "/var", "/var/tmp", "/home", "/root", "/run", "/dev/pts"};
for (int n = 0; n < sizeof places / sizeof *places; n++)
    if (open(in(places[n], text("TOKEN")), O_CREAT | O_WRONLY, 0644) >= 0) puts(places[n]);

/*** make-files-in-host-directory
claim F3
says ENOENT
***/
say(mkdir(in(text("HOST_DIRECTORY"), "x"), 0755));

/*** leave-names-in-tmp
claim F4
***/
close(creat(in("/tmp", text("TOKEN")), 0666)); mkfifo(in("/tmp", in(text("TOKEN"), "/..")), 0666);
close(creat(in("/dev/shm", text("TOKEN")), 0666));

/*** link-out-of-the-output
claim F5
says allowed allowed allowed allowed
stored kept
***/
say(symlink(text("HOST_FILE"), in(OUT, "file")));
say(symlink(text("HOST_DIRECTORY"), in(OUT, "directory")));
say(symlink("../../../../../../../../../../etc/passwd", in(OUT, "up")));
say(symlink("/", in(OUT, "root")));

/*** output-becomes-a-link
claim F5
says EBUSY EBUSY EEXIST
says EROFS EROFS EEXIST
says EBUSY EXDEV EEXIST
says EROFS EXDEV EEXIST
***/
say(rmdir(OUT)); say(rename(OUT, in("/build", "x"))); say(symlink("/", OUT)); unlink(OUT);
rename(DEV, OUT);

/*** write-input
claim F6
says EROFS EROFS
***/
say(open(in(INPUT, "file"), O_WRONLY)); say(open(in(INPUT, "file"), O_RDWR | O_APPEND));

/*** truncate-input
claim F6
says EROFS EROFS
***/
say(truncate(in(INPUT, "file"), 0)); say(open(in(INPUT, "file"), O_RDONLY | O_TRUNC));

/*** create-in-input
claim F6
says EROFS EROFS EROFS EROFS EROFS
***/
say(creat(in(INPUT, "new"), 0644)); say(mkdir(in(INPUT, "new"), 0755));
say(symlink("x", in(INPUT, "new")));
say(mkfifo(in(INPUT, "new"), 0644)); say(creat(in(INPUT, "directory/new"), 0644));

/*** remove-from-input
claim F6
says EROFS EROFS
***/
say(unlink(in(INPUT, "file"))); say(rmdir(in(INPUT, "directory")));

/*** rename-in-input
claim F6
says EROFS EXDEV EXDEV EXDEV
***/
close(file("/build/mine"));
say(rename(in(INPUT, "file"), in(INPUT, "other"))); say(rename("/build/mine", in(INPUT, "file")));
say(rename(in(INPUT, "file"), "/build/theirs"));
call(SYS_renameat2, AT_FDCWD, "/build/mine", AT_FDCWD, in(INPUT, "file"), 2);

/*** link-input-to-write-it
claim F6
says EXDEV EXDEV EROFS
***/
say(link(in(INPUT, "file"), "/build/link")); say(link(in(INPUT, "file"), in(OUT, "link")));
say(link(in(INPUT, "file"), in(INPUT, "link")));

/*** link-into-input
claim F6
says EROFS EROFS EROFS
says EXDEV EXDEV EROFS
***/
close(file("/build/mine")); say(link("/build/mine", in(INPUT, "new")));
int hidden = open("/build", O_TMPFILE | O_RDWR, 0644);
char path[64]; sprintf(path, "/proc/self/fd/%d", hidden);
say(linkat(AT_FDCWD, path, AT_FDCWD, in(INPUT, "new"), AT_SYMLINK_FOLLOW));
say(open(INPUT, O_TMPFILE | O_RDWR, 0644));

/*** chmod-input
claim F7
says EROFS EROFS EROFS EROFS EROFS
***/
int opened = open(in(INPUT, "file"), O_RDONLY);
say(chmod(in(INPUT, "file"), 0777)); say(chmod(INPUT, 0777)); say(fchmod(opened, 0777));
say(chown(in(INPUT, "file"), 1000, 1000)); say(fchown(opened, -1, -1));

/*** times-of-input
claim F7
says EROFS EROFS EROFS
***/
struct timespec times[2] = {{9, 9}, {9, 9}};
int opened = open(in(INPUT, "file"), O_RDONLY);
say(utimensat(AT_FDCWD, in(INPUT, "file"), times, 0)); say(utimensat(AT_FDCWD, INPUT, 0, 0));
say(futimens(opened, times));

/*** read-input
claim F7
says allowed a
***/
read_some(in(INPUT, "file")); DIR *directory = opendir(INPUT); while (readdir(directory));
char *map = mmap(0, 1, PROT_READ, MAP_SHARED, open(in(INPUT, "file"), O_RDONLY), 0); putchar(*map);

/*** map-input-to-write-it
claim F6
says EACCES EACCES
***/
int opened = open(in(INPUT, "file"), O_RDONLY);
say((long)mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, opened, 0) == -1 ? -1 : 0);
char *map = mmap(0, 4096, PROT_READ, MAP_SHARED, opened, 0);
say(mprotect(map, 4096, PROT_READ | PROT_WRITE));

/*** reopen-input-to-write-it
claim F6
says EROFS EROFS
***/
char path[64]; sprintf(path, "/proc/self/fd/%d", open(in(INPUT, "file"), O_RDONLY));
say(open(path, O_RDWR));
sprintf(path, "/proc/self/fd/%d", open(in(INPUT, "file"), O_PATH)); say(open(path, O_WRONLY));

/*** change-input-by-descriptor
claim F6
says EINVAL EBADF EBADF EBADF EINVAL
says EINVAL EBADF EBADF EBADF EBADF
says EINVAL EBADF EBADF EOPNOTSUPP EBADF
says EINVAL EBADF EBADF ENOTTY EBADF
says EINVAL EBADF EBADF EXDEV EBADF
says EINVAL EBADF EBADF EINVAL EBADF
***/
int opened = open(in(INPUT, "file"), O_RDONLY), mine = file("/build/mine"); fill(mine, 4096);
say(ftruncate(opened, 0)); say(fallocate(opened, 0, 0, 10)); say(write(opened, "x", 1));
say(ioctl(opened, 0x40049409, mine)); say(copy_file_range(mine, 0, opened, 0, 1, 0));

/*** attributes-of-input
claim F7
says EOPNOTSUPP ENOTTY
***/
say(setxattr(in(INPUT, "file"), "user.x", "y", 1, 0)); long flags = 0x10;
say(ioctl(open(in(INPUT, "file"), O_RDONLY), 0x40086602, &flags));

/*** mount-over-input
claim F6
says EPERM EPERM EPERM EPERM
***/
say(mount("none", INPUT, 0, MS_REMOUNT | MS_BIND, 0)); say(mount("/build", INPUT, 0, MS_BIND, 0));
say(mount("none", INPUT, "tmpfs", 0, 0)); say(umount2(INPUT, MNT_DETACH));

/*** program-changes-itself
claim F6
says EACCES EROFS
***/
say(open("/proc/self/exe", O_WRONLY)); say(unlink("/bootstrap/escape"));

/*** beside-the-output
claim F8
says EROFS EROFS EXDEV EXDEV
says EROFS EROFS EROFS EXDEV
***/
say(creat(in(OUT, "../beside"), 0644)); say(mkdir("/bootstrap/store/beside", 0755));
close(file(in(OUT, "file"))); say(rename(in(OUT, "file"), "/bootstrap/store/beside"));
say(link(in(OUT, "file"), in(DEV, "file")));

/*** output-of-another-build
claim F8
says ENOENT ENOENT
***/
say(creat(in(text("HOST_OTHER"), "file"), 0644)); read_some(in(text("HOST_OTHER"), "name"));

/*** log-of-the-build
claim F8
says EINVAL ESPIPE ENOTTY
***/
say(ftruncate(1, 0)); say(lseek(1, 0, SEEK_SET)); say(ioctl(1, TIOCSTI, "x"));

/*** device-nodes
claim F9
says EPERM EPERM EPERM EPERM EPERM
***/
say(mknod("/build/null", S_IFCHR | 0666, 0x103)); say(mknod("/build/mem", S_IFCHR | 0666, 0x101));
say(mknod("/build/sda", S_IFBLK | 0666, 0x800));
say(mknodat(AT_FDCWD, "/build/whiteout", S_IFCHR, 0));
say(mknod(in(OUT, "kmsg"), S_IFCHR | 0666, 0x10b));

/*** devices-of-the-host
claim F10
***/
const char *names[] = {"kmsg", "mem", "kmem", "port", "loop-control", "loop0", "fuse", "kvm", "ptmx", "pts/0",
                       "console", "tty", "tty0", "tty1", "vcs", "snapshot", "uinput", "sda", "vda", "net/tun",
                       "vsock", "vhost-net", "mapper/control", "hpet", "rtc0", "userfaultfd", "cpu/0/msr"};
for (int n = 0; n < sizeof names / sizeof *names; n++) {
    if (open(in("/dev", names[n]), O_RDWR) >= 0) puts(names[n]);
    if (open(in("/dev", names[n]), O_RDONLY) >= 0) puts(names[n]);
}

/*** remove-dev-null
claim F11
says EROFS EROFS EROFS EROFS EROFS EROFS allowed
says EROFS EROFS EROFS EINVAL EROFS EROFS allowed
says EBUSY EBUSY EROFS EINVAL EROFS EROFS allowed
says EBUSY EROFS EROFS EINVAL EROFS EROFS allowed
says EBUSY EBUSY EROFS EROFS EROFS EROFS allowed
***/
say(unlink("/dev/null")); say(rename("/dev/null", "/dev/old")); say(chmod("/dev/null", 0));
say(truncate("/dev/null", 0));
say(chown("/dev/full", 1000, 1000)); struct timespec old[2] = {{1, 0}, {1, 0}};
say(utimensat(AT_FDCWD, "/dev/full", old, 0));
write_some("/dev/null");

/*** entropy-of-the-host
claim F11
says EPERM EPERM
***/
int zero = 0; say(ioctl(open("/dev/random", O_RDWR), 0x40045201, &zero));
say(ioctl(open("/dev/random", O_RDONLY), 0x5204, 0));

/*** write-proc-sys
claim F12
***/
const char *names[] = {"kernel/core_pattern", "kernel/hostname", "vm/drop_caches", "kernel/ns_last_pid",
                       "user/max_user_namespaces", "net/ipv4/ip_forward", "fs/mqueue/msg_max", "kernel/modprobe",
                       "kernel/randomize_va_space", "fs/binfmt_misc/register"};
for (int n = 0; n < sizeof names / sizeof *names; n++) can_write(in("/proc/sys", names[n]));

/*** write-proc
claim F12
***/
const char *names[] = {"sysrq-trigger", "self/mem", "self/attr/current", "self/uid_map", "self/gid_map",
                       "self/setgroups", "self/coredump_filter", "self/comm", "self/timerslack_ns", "self/clear_refs",
                       "self/oom_score_adj", "self/loginuid", "1/comm", "1/oom_score_adj", "1/timerslack_ns"};
for (int n = 0; n < sizeof names / sizeof *names; n++) can_write(in("/proc", names[n]));

/*** secrets-in-proc
claim F12
***/
const char *names[] = {"kcore", "kallsyms", "keys", "key-users", "modules", "kmsg", "timer_list", "vmallocinfo",
                       "slabinfo", "pagetypeinfo", "kpagecount", "kpageflags", "config.gz", "sched_debug"};
for (int n = 0; n < sizeof names / sizeof *names; n++) {
    char byte; int opened = open(in("/proc", names[n]), O_RDONLY);
    if (opened >= 0 && read(opened, &byte, 1) > 0) puts(names[n]);
}

/*** uncover-proc
claim F12
says EPERM EPERM EPERM
***/
say(umount2("/proc/kcore", MNT_DETACH)); say(umount2("/proc", MNT_DETACH));
say(mount("proc", "/tmp", "proc", 0, 0));

/*** sys
claim F12
says ENOENT EPERM EPERM
***/
say(access("/sys", F_OK)); say(mount("sysfs", "/tmp", "sysfs", 0, 0));
say(mount("cgroup", "/tmp", "cgroup2", 0, 0));

/*** mount
claim F13
says EPERM EPERM
***/
say(mount("none", "/tmp", "tmpfs", 0, 0));
say(mount("none", "/build", "overlay", 0, "lowerdir=/,upperdir=/tmp,workdir=/tmp"));

/*** bind
claim F13
says EPERM EPERM
***/
say(mount("/", "/tmp", 0, MS_BIND | MS_REC, 0)); say(mount("/proc/1/root", "/tmp", 0, MS_BIND, 0));

/*** remount
claim F13
says EPERM EPERM
***/
say(mount("none", "/", 0, MS_REMOUNT | MS_BIND, 0)); say(mount("none", "/proc", 0, MS_REMOUNT, 0));

/*** propagation
claim F13
says EPERM EPERM
***/
say(mount("none", "/", 0, MS_REC | MS_SHARED, 0)); say(mount("none", "/", 0, MS_SLAVE, 0));

/*** umount
claim F13
says EPERM EPERM
***/
say(umount2("/tmp", MNT_DETACH)); say(umount2("/", MNT_DETACH));

/*** pivot-root
claim F13
says EPERM
***/
call(SYS_pivot_root, "/tmp", "/tmp");

/*** chroot
claim F13
says EPERM EPERM
***/
mkdir("/tmp/jail", 0755); say(chroot("/tmp/jail")); say(chroot("/"));

/*** new-mount-calls
claim F13
says EPERM EPERM EPERM EPERM EPERM EPERM EPERM EPERM
***/
char attributes[32] = {0};
call(NR_open_tree, AT_FDCWD, "/", 1); call(NR_move_mount, AT_FDCWD, "/", AT_FDCWD, "/tmp", 0);
call(NR_fsopen, "tmpfs", 0); call(NR_fsconfig, 0, 0, 0, 0, 0); call(NR_fsmount, 0, 0, 0);
call(NR_fspick, AT_FDCWD, "/", 0);
call(NR_mount_setattr, AT_FDCWD, "/", 0, attributes, 32);
call(NR_open_tree_attr, AT_FDCWD, "/", 1, attributes, 32);

/*** mounts-of-others
claim F13
says ENOSYS ENOSYS
***/
char room[256]; call(NR_statmount, room, room, 256, 0); call(NR_listmount, room, room, 16, 0);

/*** quota-and-swap
claim F13
says EPERM EPERM EPERM EPERM
***/
char room[256]; close(file("/build/swap"));
say(syscall(SYS_quotactl, 0x80000100, "/dev/vda", 0, room)); call(NR_quotactl_fd, 0, 0, 0, room);
call(SYS_swapon, "/build/swap", 0); call(SYS_swapoff, "/build/swap");
