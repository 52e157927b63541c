/* Leaving something that a store must not hold. */

/*** setuid
claim O1
says EPERM EPERM EPERM EPERM EPERM EPERM
***/
close(file("x")); int opened = open("x", O_RDWR); char path[64];
sprintf(path, "/proc/self/fd/%d", opened);
call(SYS_chmod, "x", 04755); call(SYS_chmod, "x", 02755); call(SYS_fchmod, opened, 04755);
call(SYS_fchmodat, AT_FDCWD, "x", 04755);
call(NR_fchmodat2, AT_FDCWD, "x", 06755, 0); call(SYS_chmod, path, 04755);

/*** setuid-from-the-first
claim O1
says EPERM EPERM EPERM EPERM EPERM EPERM
***/
call(SYS_creat, "a", 04755); call(SYS_open, "b", O_CREAT | O_WRONLY, 04755);
call(SYS_openat, AT_FDCWD, "c", O_CREAT | O_WRONLY, 02755);
call(SYS_openat, AT_FDCWD, ".", O_TMPFILE | O_WRONLY, 04755);
call(SYS_mknod, "d", S_IFREG | 04755, 0); call(SYS_mknodat, AT_FDCWD, "e", S_IFREG | 02755, 0);

/*** setgid-directory
claim O1
says allowed 755 EPERM
***/
call(SYS_mkdir, "d", 02755); struct stat s; stat("d", &s); printf("%o\n", s.st_mode & 07777);
say(chmod("d", 02755));

/*** sticky-and-odd-modes
claim O2
stored kept
***/
close(creat(in(OUT, "a"), 01777)); chmod(in(OUT, "a"), 01777); close(creat(in(OUT, "b"), 0));
mkdir(in(OUT, "d"), 0); mkdir(in(OUT, "e"), 01777); struct timespec old[2] = {{7, 7}, {7, 7}};
utimensat(AT_FDCWD, OUT, old, 0);

/*** capabilities-of-a-file
claim O1
says EOPNOTSUPP EOPNOTSUPP EOPNOTSUPP EOPNOTSUPP EOPNOTSUPP EOPNOTSUPP EOPNOTSUPP EOPNOTSUPP EOPNOTSUPP
stored kept
***/
close(file(in(OUT, "x"))); const char *path = in(OUT, "x");
char value[20] = {1, 0, 0, 2, 255, 255, 255, 255};
say(setxattr(path, "security.capability", value, 20, 0));
say(lsetxattr(path, "security.capability", value, 20, 0));
say(fsetxattr(open(path, O_RDWR), "user.x", "y", 1, 0));
say(setxattr(path, "system.posix_acl_access", value, 20, 0));
say(setxattr(path, "trusted.x", "y", 1, 0));
say(getxattr(path, "user.x", 0, 0)); say(listxattr(path, 0, 0)); say(removexattr(path, "user.x"));
call(NR_setxattrat, AT_FDCWD, path, 0, "user.x", value, 16);

/*** inode-flags
claim O1
says ENOTTY ENOTTY ENOTTY ENOTTY
***/
int opened = file("x"); long flags = 0x10; char room[128] = {0};
say(ioctl(opened, 0x40086602, &flags)); say(ioctl(opened, 0x401c5820, room));
say(ioctl(opened, 0x40806685, room)); say(ioctl(opened, 0x800c6613, room));

/*** fifo-in-the-output
claim O3
says allowed
stored is a fifo
***/
say(mkfifo(in(OUT, "fifo"), 0644));

/*** socket-in-the-output
claim O3
says allowed
stored is a socket
***/
if (chdir(OUT)) return;
struct sockaddr_un to = {AF_UNIX, "socket"};
say(bind(socket(AF_UNIX, SOCK_STREAM, 0), (void *)&to, sizeof to));

/*** device-in-the-output
claim O1
says EPERM EPERM
stored kept
***/
say(mknod(in(OUT, "null"), S_IFCHR | 0666, 0x103));
say(mknod(in(OUT, "disk"), S_IFBLK | 0666, 0x800));

/*** hard-links-in-the-output
claim O4
says allowed
stored kept
***/
int one = file(in(OUT, "a")); fill(one, 100); say(link(in(OUT, "a"), in(OUT, "b")));

/*** deep-output
claim O3
stored deeper than
***/
if (chdir(OUT)) return;
for (int n = 0; n < 300; n++) { mkdir("deep", 0755); if (chdir("deep")) return; }

/*** strange-names
claim O2
stored kept
***/
close(creat(in(OUT, "\x1b[2J\n\xff"), 0644)); close(creat(in(OUT, "..."), 0644));
close(creat(in(OUT, "-rf *"), 0644));
