/* What a C compiler of 2023 owes, and of its libc: constexpr, typed enumerations,
   complex numbers, 128-bit integers, atomics and thread-local variables. */

#include <complex.h>
#include <stdatomic.h>
#include <stdckdint.h>
#include <stdio.h>
#include <threads.h>

enum colour : unsigned char { red = 1, green };

constexpr int rounds = 1000;
static atomic_int count;
static thread_local int own;

static int work (void *)
{
    for (int i = 0; i < rounds; i++, own++)
        atomic_fetch_add (&count, 1);
    return own;
}

int main (void)
{
    thrd_t threads[4];
    int result, sum = 0, small;

    for (int i = 0; i < 4; i++)
        if (thrd_create (&threads[i], work, nullptr) != thrd_success)
            return 1;
    for (int i = 0; i < 4; i++, sum += result)
        thrd_join (threads[i], &result);
    unsigned _BitInt (128) wide = 0xffff'ffff'ffff'ffffuwb;
    double complex z = csqrt (-4);
    if (sum != 4 * rounds || count != sum || own || sizeof (enum colour) != 1)
        return 2;
    if ((wide * wide) >> 64 != wide - 1 || cimag (z) != 2 || !ckd_add (&small, 0x7fffffff, 1))
        return 3;
    puts ("ok");
}
