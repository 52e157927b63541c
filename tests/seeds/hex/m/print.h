// What the programs beside this file print with.
int text_length(char *s) { int n = 0; while (s[n]) n++; return n; }
void text(char *s) { syscall3(1, 1, (long)s, text_length(s)); }
void print(long n) {
    char b[24], *p = b + 23;
    unsigned long u = n < 0 ? -n : n;
    *p = 0;
    *--p = '\n';
    do *--p = '0' + u % 10; while (u /= 10);
    if (n < 0) *--p = '-';
    text(p);
}
