/* patches/tcc/09, and what else later stages ask of the preprocessor and of constants. */
#include <stddef.h>
#include <stdio.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__ || __BYTE_ORDER__ == __ORDER_PDP_ENDIAN__
#error byte order
#endif
#if __ORDER_PDP_ENDIAN__ != 3412 || !defined __linux__ || !defined __x86_64__ || defined __GNUC__
#error predefined macros
#endif

struct s { char c; struct { int x[3]; long y; } in; };
static size_t offset = offsetof(struct s, in.y);
static struct { const char *name; long at; } members[] = {
	{ "x", offsetof(struct s, in.x[2]) },
	{ "y", offsetof(struct s, in.y) },
	{ 0 },
};
enum { AT = offsetof(struct s, in) };
static char sized[offsetof(struct s, in.y)];

int main(void)
{
	if (offset != 24 || members[0].at != 16 || members[1].at != 24 || AT != 8 || sizeof sized != 24)
		return 1;
	puts("ok");
	return 0;
}
