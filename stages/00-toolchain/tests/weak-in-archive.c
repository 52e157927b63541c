/* patches/tcc/01: a weak symbol is found through an archive's index. Compiled twice:
   with -DLIBRARY for the member of the archive, without for the program. */
#ifdef LIBRARY
int strong(void) { return 5; }
extern int weak(void) __attribute__((weak, alias("strong")));
#else
#include <stdio.h>
int weak(void);

int main(void)
{
	if (weak() != 5)
		return 1;
	puts("ok");
	return 0;
}
#endif
