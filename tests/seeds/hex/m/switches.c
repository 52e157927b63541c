#include "print.h"

int dense(int c) {
    switch (c) {
    case 1: return 10;
    case 2: case 3: return 20;
    case 4: break;
    default: return -1;
    case 5: c = 7;
    case 6: return c;
    }
    return 99;
}

int sparse(long c) {
    switch (c) {
    case -9000000000: return 1;
    case 0: return 2;
    case 1000: return 3;
    case 70000: return 4;
    case 9000000000: return 5;
    case 0x7fffffffffffffff: return 6;
    case -0x7fffffffffffffff - 1: return 7;
    case 55: return 8;
    }
    return 0;
}

int mixed(unsigned c) {
    switch (c) {
    case 0xffffffff: return 1;
    case 'a': return 2;
    case 'b': return 3;
    case 'c': return 4;
    case 'd': return 5;
    case 'e': return 6;
    case 1000: return 7;
    case 1001: return 8;
    case 1002: return 9;
    case 1004: return 10;
    case 0x80000000: return 11;
    default: ;
    }
    return 0;
}

int narrow(char c) {
    switch (c) {
    case -1: return 1;
    case 255: return 2;
    case 127: return 3;
    }
    return 0;
}

int nested(int a, int b) {
    int r = 0;
    switch (a) {
    case 9: r = 100;
    case 1:
        switch (b) {
        case 1: r += 1; break;
        default: r += 2;
        case 7: r += 4;
        }
        r += 8; break;
    case 0:
        for (;;) {
            switch (b) {
            case 0: b++; continue;
            case 1: b = 5; break;
            default: r = b;
            }
            if (r) break;
        }
        break;
    default:
        {
        case 3: r = 77;
        }
    }
    return r;
}

int first(int n) {
    switch (n) default: n = 5;
    switch (n) {
    }
    switch (n) {
    case 5: n += 3;
    }
    return n;
}

int main(int argc, char **argv) {
    int i, a, b;
    for (i = -2; i < 9; i++) print(dense(i));
    print(sparse(-9000000000)); print(sparse(0)); print(sparse(1000)); print(sparse(70000));
    print(sparse(9000000000)); print(sparse(55)); print(sparse(56)); print(sparse(0x7fffffffffffffff));
    print(sparse(-0x7fffffffffffffff - 1)); print(sparse(1 - 0x7fffffffffffffff)); print(sparse(4294967296));
    print(mixed(-1));
    for (i = 'a' - 1; i < 'g'; i++) print(mixed(i));
    for (i = 999; i < 1006; i++) print(mixed(i));
    print(mixed(1U << 31)); print(mixed(0)); print(narrow(-1)); print(narrow(127)); print(narrow(5));
    for (a = 0; a < 10; a++) for (b = 0; b < 9; b++) print(nested(a, b));
    print(first(1)); return 0;
}
