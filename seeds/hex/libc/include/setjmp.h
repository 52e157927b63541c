#ifndef SETJMP_H
#define SETJMP_H
typedef long jmp_buf[8];

/* Both are built in to cc. */
int setjmp(jmp_buf state);
void longjmp(jmp_buf state, int value);
#endif
