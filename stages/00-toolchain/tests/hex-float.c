/* patches/tcc/05: hexadecimal constants, and the libc that is made of them. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(c) do { if (!(c)) { printf("%d: %s\n", __LINE__, #c); return 1; } } while (0)

static long double tiny = 0x1p-16382L, huge = 0x1.fffffffffffffffep16383L;
static double least = 0x1p-1074, twice = 0x0.00000000000018p-1022;
static float leastf = 0x1p-149f, between = 0x1.000001000000001p0f;

int main(void)
{
	char text[64];

	CHECK(tiny != 0 && tiny == LDBL_MIN && tiny / 2 != 0);
	CHECK(huge == LDBL_MAX && huge > DBL_MAX);
	CHECK(0x00000000000000000000000000000000001.8p0L == 1.5L);
	CHECK(0x100000000000000000000000000000000000000p0L == 0x1p152L);
	CHECK(0x1.80000000000000000000000000000000000001p-64L + 1 > 1);
	CHECK(0x1.8p0L == 1.5L && 0x1.fffffffffffffffep0L < 2);
	CHECK(0x1.0000000000000002p0L - 1 == LDBL_EPSILON);
	CHECK(least > 0 && least / 2 == 0);
	CHECK(twice == 2 * least);              /* a tie, rounded once, to even */
	CHECK(leastf > 0 && leastf / 2 == 0);
	CHECK(between == 1 + FLT_EPSILON);      /* just above a tie in float, a tie in double */
	CHECK(scalbnl(1, -16382) == tiny && scalbnl(1, -16445) != 0);
	CHECK(ldexpl(tiny, 16382) == 1);
	CHECK(strtold("0x1p-16382", 0) == tiny);
	CHECK(strtold("3.3621031431120935063e-4932", 0) == tiny);
	snprintf(text, sizeof text, "%.21Lg", tiny);
	CHECK(!strcmp(text, "3.36210314311209350626e-4932"));
	snprintf(text, sizeof text, "%La", huge);
	CHECK(strtold(text, 0) == huge);
	puts("ok");
	return 0;
}
