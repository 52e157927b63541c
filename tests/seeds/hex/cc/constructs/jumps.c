#ifdef __GNUC__
#include <setjmp.h>
jmp_buf state;
#else
long state[8]; int setjmp(long *); void longjmp(long *, int);
#endif
int deep(int n) { if (!n) longjmp(state, 42); return deep(n - 1) + 1; }
int main(void) { volatile int tries = 0; int r; struct { int a; } s = { 5 };
    r = setjmp(state); print(r); print(s.a); if (r == 0) deep(10); if (tries++ < 2) longjmp(state, 0); print(tries); return 0; }
