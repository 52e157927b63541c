char c; unsigned char uc; short s; unsigned short us; int i; unsigned u; long l; unsigned long ul; int calls;
int table[4]; struct pair { char a; unsigned short b; } pairs[3]; float f; double d; long double ld;
int next(void) { return calls++; }
void all(void) { print(c); print(uc); print(s); print(us); print(i); print(u); print(l); print(ul); real(f); real(d); real(ld); }
int main(void) {
    int k, *p = table;
    print(c = 200); print(uc = -1); print(s = 40000); print(us = -1); print(i = 3000000000); print(u = -1);
    print(l = u); print(ul = c); f = d = ld = 1 / 3.0L; all();
    c += 100; uc += 3; s -= 30000; us *= us; i /= -7; u /= 3; l %= 1000; ul >>= 60; f += 1; d *= 3; ld -= f; all();
    c <<= 3; uc ^= 0x1ff; s |= 0x8000; us &= 0xf0f; i >>= 3; u <<= 31; l *= -l; ul -= 17; f /= d; d += i; ld *= ul; all();
    print(c++); print(c); print(++uc); print(uc--); print(--s); print(s++); print(us--); print(i++ + 1); print(--u);
    print(l--); print(++ul); real(f++); real(--d); real(ld--); real(++f); all();
    ul >>= 4; c += 1.75; uc *= 1.5; s -= 0.5f; i += 1e3; u *= 0.5; l /= 3.5L; ul += 2.5; i *= 2.5f; all();
    c = 127; print(c++); print(c); uc = 0; print(uc--); print(uc); print(++c); c = uc = 77; print(c);
    table[next()] += 5; table[next()]++; print(table[next()]--); --table[next()]; print(calls);
    for (k = 0; k < 4; k++) print(table[k]);
    pairs[next() - 3].b -= 1; print(pairs[1].b); pairs[1].a = pairs[1].b++; print(pairs[1].a); print(pairs[1].b);
    table[next() & 1] *= 3; table[next() & 3] <<= 2; print(calls); table[next() & 3] /= 2.5;
    *p++ = 9; *p++ += 2; print(p - table); print(*--p); print((*p)--); print(*p); p += 1; p -= 2;
    print(*p); print(p++ == table); print(*++p); u = 1; u -= 2; print(u > 0); i = 7; i -= 8U; print(i); i += l = 5; print(i);
    l = 1; l <<= 40; print(l); i = 1; i <<= 31; print(i); print(i >>= 31); c = -1; c = (unsigned char)c >> 1; print(c);
    return 0;
}
