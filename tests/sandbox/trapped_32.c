/* What a 32-bit program sees of the calls that traps answer: a line for each; no library. */
static long call(long number, long a, long b, long c) {
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory");
    return result;
}

static void write_text(const char *text) {
    int length = 0;
    while (text[length]) length++;
    call(4, 1, (long)text, length);
}

static void write_number(const char *name, long long number) {
    char digits[32], *at = digits + 31;
    *at = 0;
    *--at = '\n';
    unsigned long value = number; /* none here is larger, and division of 64 bits needs a library */
    do *--at = '0' + value % 10;
    while (value /= 10);
    write_text(name);
    write_text(" ");
    write_text(at);
}

static char buffer[1 << 16];

void __attribute__((force_align_arg_pointer)) _start(void) {
    struct old_timespec32 { int seconds, rest; } narrow;
    struct kernel_timespec { long long tv_sec, tv_nsec; } wide;
    write_number("time", call(13, (long)&narrow.seconds, 0, 0));
    write_number("stored", narrow.seconds);
    call(78, (long)&narrow, 0, 0);
    write_number("gettimeofday", narrow.seconds);
    call(265, 0, (long)&narrow, 0);
    write_number("clock_gettime", narrow.seconds);
    call(403, 0, (long)&wide, 0);
    write_number("clock_gettime64", wide.tv_sec);
    unsigned random[2];
    write_number("getrandom", call(355, (long)random, 8, 0));
    write_number("drawn", random[0]);
    call(122, (long)buffer, 0, 0);
    write_text("release ");
    write_text(buffer + 130);
    write_text("\n");
    write_number("sysinfo", call(116, (long)buffer, 0, 0));
    write_number("pages", ((unsigned long *)buffer)[4]);
    write_number("unit", *(unsigned *)(buffer + 52));
    write_number("affinity", call(242, 0, 1 << 10, (long)buffer));
    write_number("mask", *(unsigned *)buffer);
    int directory = call(5, (long)"dir", 0, 0);
    for (int old = 0; old < 2; old++) {
        call(19, directory, 0, 0); /* lseek */
        int size = call(old ? 141 : 220, directory, (long)buffer, sizeof buffer);
        write_text(old ? "getdents" : "getdents64");
        for (char *at = buffer; at < buffer + size;) {
            write_text(" ");
            write_text(at + (old ? 10 : 19));
            at += *(unsigned short *)(at + (old ? 8 : 16));
        }
        write_text("\n");
    }
    int file = call(8, (long)"new", 0644, 0);
    call(4, file, (long)"12345", 5);
    write_number("fstat64", call(197, file, (long)buffer, 0));
    write_number("size", *(unsigned *)(buffer + 44));
    write_number("modified", *(unsigned *)(buffer + 72));
    call(1, 0, 0, 0);
}
