/* printf and strtod agree with each other, for every type; sqrt and fma are right. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned long long state = 88172645463325252ull;

static unsigned long long next(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	return state ^= state << 17;
}

int main(void)
{
	char text[6000];
	int i;

	for (i = 0; i < 20000; i++) {
		union { unsigned long long u; double d; } x = { next() };
		union { unsigned u; float f; } y = { (unsigned)next() };
		union { struct { unsigned long long m; unsigned short e; } u; long double l; } z = { { next() | 1ull << 63, next() & 0x7fff } };
		long double r;

		if (isfinite(x.d)) {
			snprintf(text, sizeof text, "%.17g", x.d);
			if (strtod(text, 0) != x.d) return 1;
			snprintf(text, sizeof text, "%a", x.d);
			if (strtod(text, 0) != x.d) return 2;
		}
		if (isfinite(y.f)) {
			snprintf(text, sizeof text, "%.9g", y.f);
			if (strtof(text, 0) != y.f) return 3;
		}
		if (z.u.e == 0) z.u.e = 1;
		if (z.u.e != 0x7fff) {
			snprintf(text, sizeof text, "%.21Lg", z.l);
			if (strtold(text, 0) != z.l) return 4;
			r = sqrtl(z.l);
			if (z.u.e > 200 && z.u.e < 32000 && fabsl(r * r - z.l) > 2 * LDBL_EPSILON * z.l) return 5;
		}
	}
	if (sqrt(2) != 0x1.6a09e667f3bcdp0 || sqrtf(2) != 0x1.6a09e6p0f || sqrtl(2) != 0x1.6a09e667f3bcc908p0L) return 6;
	if (fma(0x1.0000000000001p0, 0x1.0000000000001p0, -1) != 0x1.00000000000008p-51) return 7;
	if (strtold("1e-4950", 0) == 0 || strtold("1.18973149535723176502e4932", 0) != LDBL_MAX) return 8;
	if (LDBL_MANT_DIG != 64 || sizeof(long double) != 16) return 9;
	if ((double)(1ull << 63) != 0x1p63 || (unsigned long long)0x1.8p63 != 3ull << 62) return 10;
	if ((float)0xffffffffffffffffull != 0x1p64f || (long double)0xffffffffffffffffull != 0x1.fffffffffffffffep63L) return 11;
	if (expl(1) < 2.718281828459045235L || expl(1) > 2.718281828459045236L) return 12;
	if (sinl(1) != 0xd.76aa47848677021p-4L || powl(2, 0.5L) != sqrtl(2)) return 13;
	puts("ok");
	return 0;
}
