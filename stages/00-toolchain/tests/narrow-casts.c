/* patches/tcc/15: integers to narrower ones, and to wider ones that are still narrow. */
#include <stdio.h>

#define CHECK(c) do { if (!(c)) { printf("%d: %s\n", __LINE__, #c); return 1; } } while (0)

static signed char c = -1;
static short s = -1;

int main(void)
{
	signed char a = -30, b = -31;
	unsigned u = (unsigned short)c;

	CHECK(u == 0xffff && (unsigned)(unsigned short)c == 0xffff && (unsigned long)(unsigned short)c == 0xffff);
	CHECK((unsigned)(unsigned short)(signed char)s == 0xffff && (unsigned)(unsigned char)s == 0xff);
	CHECK(((unsigned short)c ^ (signed char)0x99) == (int)0xffff0066);
	CHECK(a <= (unsigned short)b);
	CHECK((short)(signed char)s == -1 && (short)(unsigned char)s == 255 && (int)(unsigned short)s == 65535);
	puts("ok");
	return 0;
}
