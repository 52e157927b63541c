/* patches/tcc/06: a constant expression has the value that it would have at run time. */
#include <stdio.h>

static volatile double da = 0x1.0000000000001p0, db = 0x1.0000000000001p-53, dc = 0x1.fffffffffffffp-54;
static volatile float fa = 0x1.000002p0f, fb = 0x1.8p-25f;

#define A 0x1.0000000000001p0
static double sum = A + 0x1.fffffffffffffp-54;
static double quotient = 0x1.00000000000ffp0 / 0x1.0000000000101p0;
static double product = 0x1.0000000000001p0 * 0x1.00000000007ffp0;

/* Pairs whose exact result lies so near a tie that rounding first to 64 bits
   makes it one. */
static double tie = 0x1p0 + 0x1.0000000000001p-53;

int main(void)
{
	volatile double x, y;

	if (sum != da + dc) return 1;
	x = 0x1.00000000000ffp0, y = 0x1.0000000000101p0;
	if (quotient != x / y) return 2;
	x = 0x1.0000000000001p0, y = 0x1.00000000007ffp0;
	if (product != x * y) return 3;
	x = 0x1p0;
	if (tie != x + db || tie == 1) return 4;
	if (0x1.000002p0f + 0x1.8p-25f != fa + fb) return 5;
	puts("ok");
	return 0;
}
