/* patches/tcc/03: a return inside an endless loop at the end of a function returns. */
#include <stdio.h>
#include <stdlib.h>

static int steps;

static int f(int x)
{
	while (1)
		if (++steps > 100)
			exit(1);
		else if (x > 10)
			x -= 10;
		else
			return x;
}

static int g(int x)
{
	for (;;)
		switch (x) {
		case 0:
			if (++steps > 100)
				exit(2);
			x = 1;
			break;
		default:
			return x;
		}
}

int main(void)
{
	if (f(47) != 7 || g(0) != 1)
		return 3;
	puts("ok");
	return 0;
}
