#include "print.h"

int g;
int count(int n) {
    int c = 0;
    while (n) {
        if (n & 1) c++;
        n >>= 1;
    }
    return c;
}

int early(int n) {
    for (;;) {
        if (n > 100) return n;
        n += n + 1;
    }
}

void nothing(void) {
    if (g) return;
    g = 9;
}

long choose(int n) {
    if (n < 0) return -1;
    else if (n == 0) return 0;
    else return 1;
}

int hidden(int count) {
    long g = count + 1, choose = 2, nothing;
    nothing = g * choose; return nothing++ + g--;
}

int main(int argc, char **argv) {
    int i = 10, j, x = 5, y = x * 2, *p = &y, z;
    char c;
    unsigned u = 0;
    print(count(0x5555)); print(early(3)); nothing(); print(g); nothing(); print(g); print(choose(-5));
    print(choose(0)); print(choose(9));
    do {
        i--;
        if (i == 7) continue;
        if (i == 4) break;
        print(i);
    } while (i > 0); print(i);
    for (i = 0, j = 10; i < j; i++, j--) if (i % 2) continue;
    else print(i * j);
    for (c = 'a'; c < 'd'; c++) print(c);
    while (0) print(1);
    do print(2);
    while (0);
    if (0) print(3);
    else print(4);
    if (1) print(5);
    while (1) {
        for (;;) break;
        if (g++ > 12) break;
    }
    print(g); ;
    {
    }
    for (; g < 20; ) g += 3;
    print(g); z = *p; print(z); print(x > 3 && y > 9 || z < 0);
    print(!(x > 3 && y < 9)); print(!x || !(y && z)); print(x > 3 ? y > 9 ? 1 : 2 : 3);
    if (!(x == 5) || !(y != 10)) print(7);
    if ((x && !y) || (!x && y) || z == 10) print(8);
    g = 0; (g = 5) && (g = 0) && (g = 7); print(g); g || (g = 3); print(g); print(g && 0 ? 1 : 2);
    (void)g; (void)early(1); x, y; print(0 && early(1)); print(1 || early(1)); print((g = 4, g + 1));
    print(1 ? 2 : early(3));
    while (u - 1 > 5) u++;
    print(u); print(hidden(5)); print(g); return 300;
}
