/* Compiled without any flag: headers, libc and static linking are the default. */
#include <stdio.h>

int main(void)
{
	puts("ok");
	return 0;
}
