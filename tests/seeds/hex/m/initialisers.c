#include "print.h"

enum { ZERO, ONE, FIVE = ONE + 4, SIX, MINUS = -3, NEXT, BIG = 1 << 20 | FIVE, LETTER = 'A', };
struct outer { char c; short s[3]; };
int a = 3 * FIVE - SIX * 2, b, c[SIX] = { 1, FIVE, };
long target[4] = { -1L, ~0, 6 ^ 3, sizeof(struct outer) };
char *words[] = { "a", "bc", 0, "joined" "here" };
unsigned char bytes[] = { 0x48, 255, 256 + 3, -1 };
struct later *unknown;
struct later { int x; };
unsigned short narrow = -1;
char wrapped = 300;
unsigned long wide = -1;
void *null = 0;
long big[3] = { 0x123456789abcdef0 };
int masked = 0xff & ~5;
int main(int argc, char **argv) {
    int i;
    print(a); print(b);
    for (i = 0; i < SIX; i++) print(c[i]);
    print(NEXT); print(BIG); print(LETTER); print(ZERO); print(MINUS);
    for (i = 0; i < 4; i++) print(target[i]);
    print(sizeof(words)); text(words[1]); print(words[2] == 0); text(words[3]); print(sizeof(bytes));
    for (i = 0; i < 4; i++) print(bytes[i]);
    print(narrow); print(wrapped); print(wide > 0); print(big[0]); print(big[2]); print(masked); print(null == 0);
    unknown = (struct later *)&a; print(unknown->x); return 0;
}
