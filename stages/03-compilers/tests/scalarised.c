/* A static function called twice, with two constant arguments and a pointer that is only read. Prints "ok". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct machine { int *owner; int used; int ops[40]; };

__attribute__((noinline)) static void *reserve(int *owner, int size) { ++*owner; return malloc(size); }
__attribute__((noinline)) static int add(struct machine *p, int op, int p1, int p2, int p3, char *p4, int type)
{
	p->ops[p->used++] = op + p1 + p2 + p3 + p4[0] + type;
	return p->used;
}
static int *owner_of(struct machine *p) { return p->owner; }
__attribute__((noinline)) static int add_copy(struct machine *p, int op, int p1, int p2, int p3, const unsigned char *p4, int type)
{
	char *copy = reserve(owner_of(p), 8);
	if (copy) memcpy(copy, p4, 8);
	return add(p, op, p1, p2, p3, copy, type);
}
__attribute__((noinline)) static void real(struct machine *v, const char *z, int negate, int where)
{
	if (z) {
		double value = atof(z);
		if (negate) value = -value;
		add_copy(v, 154, 0, where, 0, (unsigned char *)&value, -12);
	}
}
int main(int argc, char **argv)
{
	int n = 0;
	struct machine m = { &n, 0, {0} };
	real(&m, "1.5", 0, argc);
	real(&m, "2.5", 1, argc + 1);
	puts(n == 2 && m.used == 2 ? "ok" : "wrong");
	return 0;
}
