/* What a C compiler owes to a program of 1999: structures by value, floating point, 64-bit numbers,
   variable arguments, setjmp, and a libc that agrees with it about all of these. */

#include <limits.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct point { double x; long n; };

static struct point twice (struct point p) { p.x *= 2; p.n *= 2; return p; }

static double sum (int count, ...)
{
    va_list rest;
    double total = 0;
    va_start (rest, count);
    while (count--)
        total += va_arg (rest, double);
    va_end (rest);
    return total;
}

static int backwards (const void *left, const void *right) { return strcmp (right, left); }

static jmp_buf place;

int main (void)
{
    struct point p = { 1.5, 1L << 40 };
    char names[3][4] = { "one", "two", "six" }, text[64];
    volatile long double third = 1.0L / 3;

    p = twice (p);
    if (p.x != 3 || p.n != 1L << 41 || sum (3, 0.5, 0.25, 0.25) != 1 || sqrt (p.x * 3) != 3)
        return 1;
    qsort (names, 3, 4, backwards);
    snprintf (text, sizeof text, "%s %s %.20Lf %d", names[0], names[2], third, PATH_MAX > 255);
    if (strcmp (text, "two one 0.33333333333333333334 1"))
        return 2;
    if (setjmp (place) == 0)
        longjmp (place, 1);
    puts ("ok");
    return 0;
}
