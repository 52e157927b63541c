/* patches/tcc/16: functions that are defined in the style of before 1989. */
#include <stdio.h>

#define CHECK(c) do { if (!(c)) { printf("%d: %s\n", __LINE__, #c); return 1; } } while (0)

float twice(x) float x; { return 2 * x; }

float mixed(x, i, y) float x, y; int i; { float *p = &x; *p += i; return x * y; }

float many(a, b, c, d, e, f, g, h, i, j) float a, b, c, d, e, f, g, h, i, j;
{
	return a + b + c + d + e + f + g + h + 10 * i + 100 * j;
}

int narrow(a, b) signed char a; unsigned short b; { return a + b; }

double declared(double);
double declared(x) double x; { return x + 1; }

/* As GCC has it: the prototype counts. */
float narrowed(float);
float early(void) { return narrowed(2); }
float narrowed(x) float x; { return x + 1; }

int nothing(void);
int nothing() { return 3; }

int main(void)
{
	float one = 1;

	CHECK(twice(one) == 2 && twice(1.5) == 3);
	CHECK(mixed(one, 2, 3.0) == 9);
	CHECK(many(1.f, 2.f, 3.f, 4.f, 5.f, 6.f, 7.f, 8.f, 9.f, 10.f) == 1126);
	CHECK(narrow(0x1ff, 0x10001) == 0);
	CHECK(declared(1) == 2);
	CHECK(early() == 3 && narrowed(2) == 3 && narrowed(one) == 2);
	CHECK(nothing() == 3);
	puts("ok");
	return 0;
}
