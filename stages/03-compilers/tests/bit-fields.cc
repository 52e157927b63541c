// [conv.prom]: a bit-field becomes an int if int holds all its values, whatever type it was declared with.
#include <cstdarg>
#include <cstdio>

enum Colour { red, green, blue = 0x7fffffff };

struct Fields {
	unsigned narrow : 16, full : 32;
	unsigned char small : 5;
	unsigned long wide : 20, wider : 40;
	int negative : 7;
	Colour colour : 31;
	unsigned plain;
};

static int kind(int) { return 1; }
static int kind(unsigned) { return 2; }
static int kind(long) { return 3; }
static int kind(unsigned long) { return 4; }

template <typename T> static bool below(T less, const Fields &fields) { return less < fields.narrow; }

static int failures;
static void expect(int line, long got, long wanted)
{
	if (got == wanted) return;
	std::printf("line %d: %ld, not %ld\n", line, got, wanted);
	++failures;
}
#define EXPECT(got, wanted) expect(__LINE__, got, wanted)

static long sum(int count, ...)
{
	std::va_list list;
	long total = 0;
	va_start(list, count);
	while (count--) total += va_arg(list, int);
	va_end(list);
	return total;
}

int main()
{
	Fields fields = { 3, 4, 5, 6, 7, -8, green, 9 };
	Fields *p = &fields, &r = fields;
	volatile int minus = -1;
	const int largest = -1;

	EXPECT(minus < p->narrow, 1);
	EXPECT(largest < p->narrow, 1);
	EXPECT(minus < r.small, 1);
	EXPECT(minus < (long)fields.wide, 1);
	EXPECT(minus < fields.wide, 1);
	EXPECT(minus < fields.full, 0);
	EXPECT(minus < fields.plain, 0);
	EXPECT(below(minus, fields), 1);
	EXPECT(p->narrow - 4 < 0, 1);
	EXPECT(-p->narrow < 0, 1);
	EXPECT(~r.narrow < 0, 1);
	EXPECT((p->narrow - 4) / 2, 0);
	EXPECT((p->narrow - 5) >> 1, -1);
	EXPECT(minus * p->narrow, -3);
	EXPECT((double)(p->narrow - 4) < 0, 1);
	p->narrow += 3;
	EXPECT(kind(p->narrow), 2);
	EXPECT(kind(+p->narrow), 1);
	EXPECT(kind(p->narrow + 1), 1);
	EXPECT(kind(p->narrow | r.narrow), 1);
	EXPECT(kind(+p->full), 2);
	EXPECT(kind(+p->wide), 1);
	EXPECT(p->wider - 8 < 0, 0);
	EXPECT(kind(p->negative + 1), 1);
	EXPECT(p->negative < p->plain, 0);
	EXPECT(kind(minus ? p->narrow : 1u), 2);
	EXPECT(kind(1 << p->narrow), 1);
	EXPECT(p->colour == green, 1);
	EXPECT(sum(3, p->narrow, p->small, p->negative), 6 + 5 - 8);
	switch (p->narrow - 7) {
	case -1: break;
	default: EXPECT(0, 1);
	}
	if (!failures) std::puts("ok");
	return failures != 0;
}
