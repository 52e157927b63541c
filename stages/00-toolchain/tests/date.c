/* patches/tcc/08: compiled with SOURCE_DATE_EPOCH=315532800. */
#include <stdio.h>
#include <string.h>

int main(void)
{
	if (strcmp(__DATE__, "Jan  1 1980") || strcmp(__TIME__, "00:00:00"))
		return 1;
	puts("ok");
	return 0;
}
