/* patches/tcc/17: constants of case, in the type of the switch; more than eight, so that they are searched. */
#include <stdio.h>

#define CHECK(c) do { if (!(c)) { printf("%d: %s\n", __LINE__, #c); return 1; } } while (0)
#define MANY case 1: case 2: case 3: case 4: case 5: case 6: case 7: case 8: return 1

static int of_unsigned(unsigned u) { switch (u) { MANY; case -1: return 2; case -2: return 3; default: return 4; } }
static int of_int(int i) { switch (i) { MANY; case 0x80000000: return 2; case 0xffffffff: return 3; default: return 4; } }
static int of_char(unsigned char c) { switch (c) { MANY; case -1: return 2; case 255: return 3; default: return 4; } }
static int of_long(long l) { switch (l) { MANY; case -1: return 2; case 0xffffffff: return 3; default: return 4; } }
static int of_unsigned_long(unsigned long u) { switch (u) { MANY; case -1: return 2; case 1ul << 63: return 3; default: return 4; } }
static int of_range(unsigned long u) { switch (u) { case 1 ... 0xf000000000000000: return 1; default: return 4; } }

static struct { unsigned u : 4; unsigned long l : 40; } bits = {9, 9};
static int of_bits(void) { switch (bits.u) { MANY; case -1: return 2; case 9: return 3; default: return 4; } }
static int of_long_bits(void) { switch (bits.l) { MANY; case -1: return 2; case 9: return 3; default: return 4; } }

int main(void)
{
	CHECK(of_unsigned(5) == 1 && of_unsigned(-1) == 2 && of_unsigned(-2) == 3 && of_unsigned(9) == 4);
	CHECK(of_int(5) == 1 && of_int(-2147483647 - 1) == 2 && of_int(-1) == 3 && of_int(9) == 4);
	CHECK(of_char(5) == 1 && of_char(255) == 3 && of_char(9) == 4);
	CHECK(of_long(5) == 1 && of_long(-1) == 2 && of_long(0xffffffff) == 3 && of_long(9) == 4);
	CHECK(of_unsigned_long(5) == 1 && of_unsigned_long(-1) == 2 && of_unsigned_long(1ul << 63) == 3 && of_unsigned_long(9) == 4);
	CHECK(of_range(5) == 1 && of_range(1ul << 63) == 1 && of_range(0) == 4 && of_range(-1) == 4);
	CHECK(of_bits() == 3 && of_long_bits() == 3);
	puts("ok");
	return 0;
}
