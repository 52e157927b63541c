/* Reaching the network, and sockets, IPC and keys of the host. */

/*** tcp-out
claim N1
says ENETUNREACH
***/
reach(AF_INET, SOCK_STREAM, "192.0.2.1", 80);

/*** udp-out
claim N1
says ENETUNREACH
***/
reach(AF_INET, SOCK_DGRAM, "192.0.2.1", 53);

/*** broadcast
claim N1
says ENETUNREACH
***/
reach(AF_INET, SOCK_DGRAM, "255.255.255.255", 67);

/*** multicast
claim N1
says ENETUNREACH
***/
reach(AF_INET, SOCK_DGRAM, "224.0.0.251", 5353);

/*** tcp-to-the-hosts-loopback
claim N2
says ECONNREFUSED
***/
reach(AF_INET, SOCK_STREAM, "127.0.0.1", number("HOST_PORT"));

/*** udp-to-the-hosts-loopback
claim N2
says allowed
***/
reach(AF_INET, SOCK_DGRAM, "127.0.0.1", number("HOST_PORT"));

/*** tcp-to-any-address
claim N2
says ECONNREFUSED
***/
reach(AF_INET, SOCK_STREAM, "0.0.0.0", number("HOST_PORT"));

/*** raw-socket
claim N3
says EPROTONOSUPPORT EPROTONOSUPPORT
***/
say(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)); say(socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP));

/*** other-protocols
claim N3
says EPROTONOSUPPORT EPROTONOSUPPORT EPROTONOSUPPORT
***/
say(socket(AF_INET, SOCK_STREAM, 132)); say(socket(AF_INET, SOCK_STREAM, 262));
say(socket(AF_INET, SOCK_SEQPACKET, 0));

/*** other-families
claim N3
***/
for (int family = 0; family < 64; family++)
    if (family != AF_UNIX && family != AF_INET && (socket(family, SOCK_DGRAM, 0) >= 0 || errno != EAFNOSUPPORT))
        printf("%d\n", family);

/*** netlink
claim N3
says EAFNOSUPPORT EAFNOSUPPORT
***/
say(socket(AF_NETLINK, SOCK_RAW, 0)); say(socket(AF_NETLINK, SOCK_DGRAM, 9));

/*** packet
claim N3
says EAFNOSUPPORT
***/
say(socket(AF_PACKET, SOCK_RAW, 0));

/*** vsock
claim N3
says EAFNOSUPPORT
***/
say(socket(AF_VSOCK, SOCK_STREAM, 0));

/*** inet6
claim N3
says EAFNOSUPPORT
***/
say(socket(AF_INET6, SOCK_STREAM, 0));

/*** kernel-crypto
claim N3
says EAFNOSUPPORT
***/
say(socket(AF_ALG, SOCK_SEQPACKET, 0));

/*** pairs-of-other-families
claim N3
says EAFNOSUPPORT EAFNOSUPPORT
***/
int pair[2]; say(socketpair(AF_NETLINK, SOCK_RAW, 0, pair));
say(socketpair(30, SOCK_DGRAM, 0, pair));

/*** change-interfaces
claim N4
says EPERM EPERM EPERM
says EPERM EPERM ENOPKG
says EPERM EPERM ENOTTY
says EPERM EPERM EINVAL
***/
struct { char name[16]; struct sockaddr_in address; char room[64]; } request = {"lo", {AF_INET}};
int control = socket(AF_INET, SOCK_DGRAM, 0);
say(ioctl(control, 0x8916, &request)); say(ioctl(control, 0x8914, &request));
say(ioctl(control, 0x89a0, "bridge"));

/*** unix-socket-of-the-host
claim N5
says ENOENT
***/
reach_unix(text("HOST_SOCKET"), 0);

/*** abstract-socket-of-the-host
claim N5
says ECONNREFUSED
***/
reach_unix(text("TOKEN"), 1);

/*** well-known-sockets
claim N5
says ENOENT ENOENT ENOENT ENOENT ECONNREFUSED
***/
reach_unix("/run/docker.sock", 0); reach_unix("/run/systemd/private", 0);
reach_unix("/run/dbus/system_bus_socket", 0); reach_unix("/dev/log", 0);
reach_unix("/tmp/.X11-unix/X0", 1);

/*** shared-memory-of-the-host
claim N6
says ENOENT EINVAL EINVAL
***/
say(shmget(number("HOST_KEY"), 0, 0));
say((long)shmat(number("HOST_SEGMENT"), 0, 0) == -1 ? -1 : 0);
say(shmctl(number("HOST_SEGMENT"), IPC_RMID, 0));

/*** messages-of-the-host
claim N6
says ENOENT
***/
say(msgget(number("HOST_KEY"), 0));

/*** semaphores-of-the-host
claim N6
says ENOENT
***/
say(semget(number("HOST_KEY"), 1, 0));

/*** same-key-is-another-segment
claim N6
says allowed
***/
int own = shmget(number("HOST_KEY"), 4096, IPC_CREAT | IPC_EXCL | 0666); say(own);
strcpy(shmat(own, 0, 0), "mine");

/*** posix-messages-of-the-host
claim N6
says ENOENT allowed allowed
***/
char name[200]; sprintf(name, "/%s", text("TOKEN")); say(mq_open(name, O_RDWR));
mqd_t own = mq_open(name, O_RDWR | O_CREAT, 0600, 0); say(own); say(mq_send(own, "x", 1, 0));

/*** posix-memory-of-the-host
claim N6
says ENOENT allowed
***/
char name[200]; sprintf(name, "/%s", text("TOKEN")); say(shm_open(name, O_RDWR, 0));
say(shm_open(name, O_RDWR | O_CREAT, 0600));

/*** add-key
claim N7
says EPERM EPERM EPERM
***/
call(SYS_add_key, "user", "x", "y", 1, -3); call(SYS_add_key, "user", "x", "y", 1, -5);
call(SYS_add_key, "keyring", "x", 0, 0, -4);

/*** keyrings-of-the-host
claim N7
says EPERM EPERM EPERM EPERM
***/
call(SYS_keyctl, 0, -3, 0); call(SYS_keyctl, 0, -4, 1); call(SYS_keyctl, 1, 0);
call(SYS_keyctl, 11, 1, 0, 0);

/*** request-key
claim N7
says EPERM
***/
call(SYS_request_key, "user", "x", 0, -3);
