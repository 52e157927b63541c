/* patches/tcc/10: rounding modes and exception flags are real. */
#include <fenv.h>
#include <math.h>
#include <stdio.h>

int main(void)
{
	volatile double one = 1, three = 3, up, down, zero = 0;
	volatile long double lone = 1, lthree = 3, lup, ldown;

	if (fesetround(FE_UPWARD)) return 1;
	up = one / three, lup = lone / lthree;
	if (fegetround() != FE_UPWARD || rint(1.25) != 2) return 2;
	if (fesetround(FE_DOWNWARD)) return 3;
	down = one / three, ldown = lone / lthree;
	fesetround(FE_TONEAREST);
	if (!(down < up) || !(ldown < lup)) return 4;
	feclearexcept(FE_ALL_EXCEPT);
	if (fetestexcept(FE_ALL_EXCEPT)) return 5;
	up = one / zero;
	if (!fetestexcept(FE_DIVBYZERO) || fetestexcept(FE_INVALID)) return 6;
	puts("ok");
	return 0;
}
