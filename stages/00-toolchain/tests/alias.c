/* patches/tcc/02: an alias is a symbol of its own, strong or weak, of functions and of
   data. Compiled twice: with -DLIBRARY for the object that defines, without for the
   program that asks by name. */
#ifdef LIBRARY
int f(void) { return 7; }
int data = 9;
extern int g(void) __attribute__((alias("f")));
extern int w(void) __attribute__((weak, alias("f")));
extern int replaced(void) __attribute__((weak, alias("f")));
extern int also __attribute__((alias("data")));
#else
#include <stdio.h>
int f(void), g(void), w(void), replaced(void);
extern int data, also;

int replaced(void) { return 8; }

int main(void)
{
	if (g() != 7 || w() != 7 || g != f || replaced() != 8 || &also != &data || also != 9)
		return 1;
	puts("ok");
	return 0;
}
#endif
