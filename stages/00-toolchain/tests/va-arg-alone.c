/* patches/tcc/04: nothing in the program but libtcc1's __va_arg asks libc for abort(). */
#include <stdarg.h>
#include <unistd.h>

static int sum(int n, ...)
{
	va_list ap;
	int s = 0;

	va_start(ap, n);
	while (n--)
		s += va_arg(ap, int);
	va_end(ap);
	return s;
}

int main(void)
{
	if (sum(8, 1, 2, 3, 4, 5, 6, 7, 8) != 36)
		return 1;
	write(1, "ok\n", 3);
	return 0;
}
