char c = -1; unsigned char uc = 255; short s = -2; unsigned short us = 65534; int i = -3; unsigned u = 4294967293U;
long l = -4; unsigned long ul = -5; _Bool b = 5; signed char sc = 200;
enum small { A = 1, B = 200 } e = B; enum negative { N = -1 } n = N;
int main(void) {
    print(c == uc); print(c + uc); print(s * us); print(us * us); print(i < u); print(i + u > 0); print(l < u);
    print(l < ul); print(c < u); print(uc << 24); print(us << 16); print((char)uc); print((unsigned char)c);
    print((short)us); print((unsigned short)s); print((unsigned)i); print((long)(unsigned)i); print((int)l);
    print((unsigned long)c); print(-uc); print(~uc); print(!uc); print(+c); print(-u); print(~u); print(u >> 1);
    print(i >> 1); print(l >> 1); print(ul >> 1); print(c >> 1); print(uc >> 1); print(i / 2); print(i % 2);
    print(u / 2); print(u % 10); print(ul / 3); print(ul % 3); print(l / 3); print(l % 3); print(c / uc);
    print(1 ? c : u); print(0 ? l : u); print(sizeof(c + c)); print(sizeof(1 ? u : l)); print(sizeof(c ? c : c));
    print((c, l)); print(sizeof(char)); print(sizeof(unsigned short)); print(sizeof(long *)); print(sizeof c);
    print((long)-1 == (unsigned)-1); print((c ? -1 : 0u) > 0); print((unsigned char)300 + (char)200); print(b); print(sc);
    b = 256; print(b); b = 0.25; print(b); b = &b; print(b); b--; print(b); b -= 3; print(b); print((_Bool)"x"); print(++b);
    print(e - 201 > 0); print(n - 1 > 0); print(sizeof e); e = -1; print(e > 0); print((int)3.99 + (int)-3.99);
    print((unsigned char)2e2f == (unsigned char)200); print((long)1e18L); print((unsigned long)1.8e19); print((char)us);
    return 0;
}
