long write(int file, const void *bytes, unsigned long size);

void text(const char *s) {
    const char *end = s;
    while (*end) end++;
    write(1, s, end - s);
    write(1, "\n", 1);
}

void print(long n) {
    char b[24], *p = b + 23;
    unsigned long u = n < 0 ? -n : n;
    *p = 0;
    do *--p = '0' + u % 10; while (u /= 10);
    if (n < 0) *--p = '-';
    text(p);
}

/* All bits of a number: its mantissa, its sign and exponent. */
void real(long double x) {
    union { long double x; struct { unsigned long low; unsigned short high; } bits; } u;
    u.x = x;
    if (x != x) {
        text("not a number");
        return;
    }
    print(u.bits.low);
    print(u.bits.high);
}
