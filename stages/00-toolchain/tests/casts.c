/* patches/tcc/12 and 13: from floating point to integers, as constants and at run time. */
#include <stdio.h>

#define CHECK(c) do { if (!(c)) { printf("%d: %s\n", __LINE__, #c); return 1; } } while (0)

static int i = (int)-2.5, j = -3.0;
static long l = (long)-3e10L;
static short s = (short)-7.9f;
static signed char c = -1.0L;

int main(void)
{
	volatile double d = -1;
	volatile float f = -3e9f;
	volatile long double x = -5.5L;

	CHECK(i == -2 && j == -3 && l == -30000000000 && s == -7 && c == -1);
	CHECK((int)-1.0 == -1 && (long)-1.0f == -1 && (char)-1.0L == -1 && (int)-0.5 == 0);
	CHECK((unsigned)3e9 == 3000000000 && (unsigned long)0xf.fffffffffffffffp60L == 0xffffffffffffffff);
	CHECK((int)d == -1 && (long)d == -1 && (short)d == -1);
	CHECK((unsigned long)d == -1ul && (unsigned)d == -1u);          /* as GCC's code does */
	CHECK((long)f == -3000000000 && (unsigned long)f == -3000000000ul);
	CHECK((int)x == -5 && (long)x == -5 && (signed char)x == -5 && (unsigned long)x == -5ul);
	x = 0x1.fffffffffffffffep0L;
	CHECK((int)x == 1 && (long)x == 1 && (unsigned)x == 1 && (unsigned long)x == 1 && (char)x == 1 && (_Bool)x);
	x = 9007199254740993.L;
	CHECK((long)x == 9007199254740993 && (unsigned long)x == 9007199254740993);
	CHECK((long)9007199254740993.L == 9007199254740993);
	x = -9223372036854775807.L;
	CHECK((long)x == -9223372036854775807);
	x = 4294967295.5L;
	CHECK((unsigned)x == 4294967295 && (unsigned long)(unsigned)x == 4294967295);
	puts("ok");
	return 0;
}
