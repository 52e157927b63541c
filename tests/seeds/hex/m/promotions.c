#include "print.h"

char c = -1;
unsigned char uc = 255;
short s = -2;
unsigned short us = 65534;
int i = -3;
unsigned u = 4294967293U;
long l = -4;
unsigned long ul = -5;
int main(int argc, char **argv) {
    print(c == uc); print(c + uc); print(s * us); print(us * us); print(i < u); print(i + u > 0);
    print(l < u); print(l < ul); print(c < u); print(uc << 24); print(us << 16); print((char)uc);
    print((unsigned char)c); print((short)us); print((unsigned short)s); print((unsigned)i);
    print((long)(unsigned)i); print((int)l); print((unsigned long)c); print(-uc); print(~uc); print(!uc);
    print(-u); print(~u); print(u >> 1); print(i >> 1); print(l >> 1); print(ul >> 1);
    print(c >> 1); print(uc >> 1); print(i / 2); print(i % 2); print(u / 2); print(u % 10); print(ul / 3);
    print(ul % 3); print(l / 3); print(l % 3); print(c / uc); print(1 ? c : u); print(0 ? l : u);
    print(sizeof(c + c)); print(sizeof(1 ? u : l)); print(sizeof(c ? c : c)); print((c, l));
    print(sizeof(char)); print(sizeof(unsigned short)); print(sizeof(long *)); print(sizeof(c));
    print((long)-1 == (unsigned)-1); print((c ? -1 : 0u) > 0); print((unsigned char)300 + (char)200);
    return 0;
}
