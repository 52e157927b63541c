int trace(int n) { print(n); return n; }
int pick(int n) { switch (n) { default: n = 50; case 1: n++; break; case 3: { case 4: n *= 2; } case 'a': return n; case -1: ; } return n; }
int wide(unsigned long n) { switch (n) { case 0: return 1; case 1UL << 40: return 2; case -1: return 3; case 0x80000000: return 4; } return 5; }
int unsigned_(unsigned n) { switch (n) { case 1: return 1; case -1: return 2; case 0x80000000: return 3; case 7: case 8: case 9: return 4; case 100: return 5; } return 6; }
int small(char c) { switch (c) { case 1: case 2: return 1; case 'x': return 2; case '\xff': return 3; } return 0; }
int only(int n) { while (1) if (n > 9) return n; else n += 3; }
void nothing(void) { return; }
int duff(int n) { int s = 0; switch (n & 3) do { case 0: s += 1; case 3: s += 10; case 2: s += 100; case 1: s += 1000; } while ((n -= 4) > 0); return s; }
int main(int argc, char **argv) {
    int i, j, n = 0; static int counter = 3;
    for (i = -2; i < 6; i++) print(pick(i)); print(pick('a')); print(wide(1UL << 40)); print(wide(-1)); print(wide(0x80000000)); print(wide(7));
    for (i = 5; i < 12; i++) print(unsigned_(i)); print(unsigned_(-1)); print(unsigned_(1U << 31)); print(small(2)); print(small(-1)); print(small('x')); print(duff(13));
    for (;;) { if (++n == 3) continue; if (n > 5) break; print(n); }
    while (n--) { if (n & 1) continue; do { if (n == 4) break; print(-n); } while (0); }
    do n++; while (n < 3 && trace(n)); for (i = 0, j = 9; i < j; i++, j--) ; print(i); print(j);
    for (i = 0; i < 2; i++) { int i = 7; print(i++); } print(i);
    trace(1) && trace(0) && trace(2); trace(0) || trace(3) || trace(4); print(trace(0) ? trace(5) : trace(6)); print(!trace(7)); print(!!trace(8));
    print((trace(0) || trace(9)) + (trace(1) && trace(0))); print(trace(1) ? 0 ? 1 : 2 : 3); if (n) ; else print(0);
    again: if (counter-- > 0) { print(counter); goto again; } goto out; print(-1); { inside: print(77); goto end; } out: goto inside; end:
    switch (counter) { int unused; case 0: for (i = 0; i < 3; i++) { case -1: if (i > 5) break; print(i); continue; } } nothing(); print(only(1));
    switch (3) { } switch (1) case 1: print(11); if (1) if (0) print(1); else print(2); { typedef int n; n x = 3; print(x); } print(n);
    return argc;
}
