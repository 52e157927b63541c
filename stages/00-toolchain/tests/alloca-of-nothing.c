/* alloca(0) gives a pointer, and what was there before stays as it was. */
#include <alloca.h>
#include <stdio.h>
#include <string.h>

static int holds(int size)
{
	char *before = alloca(16), *here, *after;
	memset(before, 7, 16);
	here = alloca(size);
	after = alloca(16);
	memset(after, 9, 16);
	return here && before[0] == 7 && before[15] == 7 && after != before;
}

int main(void)
{
	puts(holds(0) && holds(1) && holds(1000) ? "ok" : "alloca(0) failed");
	return 0;
}
