#include "print.h"

long many(char a, unsigned char b, short c, unsigned short d, int e, unsigned f, long g, unsigned long h,
    char *i, int j) {
    return a + b * 2 + c * 3 + d * 4 + e * 5 + f * 6 + g * 7 + h * 8 + *i * 9 + j * 10;
}

char narrow(int x) {
    return x;
}

unsigned short half(long x) {
    return x;
}

unsigned whole(long x) {
    return x;
}

char *at(char *s, int n) {
    return s + n;
}

int odd(int n);
int even(int n) {
    return n == 0 ? 1 : odd(n - 1);
}

int odd(int n) {
    return n ? even(n - 1) : 0;
}

int ackermann(int m, int n) {
    return m == 0 ? n + 1 : n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1));
}

void swap(int *a, int *b) {
    int t = *a; *a = *b; *b = t;
}

int change(int x) {
    x += 5; x++; return x;
}

int never_defined(int x);
int unused(void);
int unused(void);
struct s { int x; };
int through(struct s *p, int *a);
int main(int argc, char **argv) {
    int a = 1, b = 2;
    print(many(-1, 255, -300, 65535, -70000, 4000000000, -5000000000, -1, "A", 3));
    print(many(511, 511, 65537, 65537, 1, 1, 1, 1, argv[1], 1)); print(narrow(200)); print(half(-1));
    print(whole(-1)); print(*at("hello", 4)); print(even(10)); print(ackermann(2, 3));
    swap(&a, &b); print(a * 10 + b); print(change(a) + a);
    print(1 + (2 + (3 + (4 + (5 + (6 + (7 + (8 + (9 + change(1))))))))));
    print(a + change(b) * (a - change(3)) / (b + change(change(1))));
    print(change(1) - change(2) % (change(3) - (change(4) << change(-5))));
    print(a - (b - (a - (b - (a - (b - (a - (b - (a - (b - (a / (b + 1))))))))))));
    print(ackermann(change(-5), change(-4)) + even(change(0)) * odd(change(0)) - narrow(change(122)));
    print(a << (b << (a >> (b << (a >> (b >> (a >> b))))))); return change(250);
}
