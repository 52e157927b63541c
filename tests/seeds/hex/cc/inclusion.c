#define NAME(x) <x.h>
#define E(name, file, line) text(#name); text(file); print(line);
#define OWN "own.h"
int main(void) {
#include "own.h"
#include OWN
#include <list.h>
#include NAME(list)
#undef E
#define E(name, file, line) + line
print(0
#include "own.h"
);
text(__FILE__);
return 0;
}
