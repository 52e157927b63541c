#include "print.h"

int main(int argc, char **argv) {
    print(2147483647 + 0); print(2147483648); print(0xffffffff); print(0x7fffffff + 0x1);
    print(4294967295U + 1); print(0777); print(0xFFFFFFFFFFFFFFFF == -1); print(-1 < 0xffffffff);
    print(-1 < 0xffffffffL); print(1U - 2 > 0); print(10l); print(10UL - 11 > 0); print(5ul % 3);
    print(0); print(00); print(sizeof(1)); print(sizeof(2147483648)); print(sizeof(0xffffffff));
    print(sizeof(1L)); print(sizeof('a')); print(0xffffffffffffffffUL / 10); print(9223372036854775807);
    print(01777777777777777777777 == -1ul); return 0;
}
