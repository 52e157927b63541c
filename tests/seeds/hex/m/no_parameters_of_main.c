#include "print.h"

int main(void) {
    print(1); return 42;
}
