#include "print.h"

char *s = "a\n\t\r\\\'\"\a\b\f\v\101\0z" "joined" // here
    "\7\177\377";
int main(int argc, char **argv) {
    int i;
    for (i = 0; i < 24; i++) print(s[i]);
    print('\377'); print('\0'); print('"'); print('\''); print("abc"[1]);
    print(sizeof("abc" "de")); print(*("xyz" + 2)); text("one " "two\n"); return 0;
}
