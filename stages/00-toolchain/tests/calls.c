/* The calling convention: variadic functions, structures by value, six-argument system calls. */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct two { double x, y; };
struct mixed { long n; double d; };
struct small { char c[3]; };
struct large { int v[10]; };
struct odd { float f; int i; float g; };
struct wide { long double l; };

static struct two swap(struct two a) { struct two r; r.x = a.y, r.y = a.x; return r; }
static struct mixed mix(struct mixed m, int k) { m.n += k, m.d += k; return m; }
static struct small shrink(struct small s) { s.c[1] = 'x'; return s; }
static struct large grow(struct large l, struct two t) { l.v[9] += (int)t.y; return l; }
static struct odd flip(struct odd o) { float t = o.f; o.f = o.g, o.g = t, o.i = -o.i; return o; }
static struct wide widen(struct wide w, int i) { w.l += i; return w; }

static int va(const char *kinds, ...)
{
	va_list ap, copy;
	double sum = 0;

	va_start(ap, kinds);
	va_copy(copy, ap);
	for (; *kinds; kinds++)
		switch (*kinds) {
		case 'i': sum += va_arg(ap, int); break;
		case 'l': sum += va_arg(ap, long); break;
		case 'd': sum += va_arg(ap, double); break;
		case 'L': sum += va_arg(ap, long double); break;
		case 't': { struct two t = va_arg(ap, struct two); sum += t.x - t.y; break; }
		case 'm': { struct mixed m = va_arg(ap, struct mixed); sum += m.n * m.d; break; }
		case 'b': { struct large l = va_arg(ap, struct large); sum += l.v[9]; break; }
		case 's': { struct small s = va_arg(ap, struct small); sum += s.c[2]; break; }
		}
	va_end(ap);
	sum += va_arg(copy, int);
	va_end(copy);
	return (int)sum;
}

static int forward(char *to, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsprintf(to, format, ap);
	va_end(ap);
	return n;
}

int main(void)
{
	struct two t = { 1.5, 4 };
	struct mixed m = { 3, 2 };
	struct small s = { { 'a', 'b', 7 } };
	struct large l = { { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 } };
	struct odd o = { 1, 2, 3 };
	struct wide w = { 1.25L };
	char text[200];
	int status;
	char *map;

	t = swap(t);
	if (t.x != 4 || t.y != 1.5) return 1;
	m = mix(m, 4);
	if (m.n != 7 || m.d != 6) return 2;
	s = shrink(s);
	if (s.c[0] != 'a' || s.c[1] != 'x' || s.c[2] != 7) return 3;
	l = grow(l, t);
	if (l.v[9] != 10 || l.v[0] != 0) return 4;
	o = flip(o);
	if (o.f != 3 || o.i != -2 || o.g != 1) return 5;
	w = widen(w, 2);
	if (w.l != 3.25L) return 6;
	if (va("iiiiiiiddddddddddlLtmbs", 1, 2, 3, 4, 5, 6, 7, 1., 2., 3., 4., 5., 6., 7., 8., 9., 10., 100L, 1000.L, t, m, l, s) != 28 + 55 + 100 + 1000 + 2 + 42 + 10 + 7 + 1) return 7;
	forward(text, "%d %s %c %5.2f %Lg %ld %x %g %g %g %g %g %g %g %g", 1, "two", '3', 4.25, 5.5L, 6L, 255, 1., 2., 3., 4., 5., 6., 7., 8.);
	if (strcmp(text, "1 two 3  4.25 5.5 6 ff 1 2 3 4 5 6 7 8")) return 8;
	map = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (map == MAP_FAILED || munmap(map, 8192)) return 9;
	if (!vfork()) _exit(9);
	if (wait(&status) < 0 || WEXITSTATUS(status) != 9) return 10;
	puts("ok");
	return 0;
}
