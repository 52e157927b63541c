/* Compares the libc's conversions with the host's: numbers COUNT SEED.

   Compiled together with number.c, whose functions are renamed to ml_*. Strings are made at random, with many that
   lie on, or just beside, the middle between two neighbouring numbers of a format. Prints each that gave another
   value than the host's, with both as hexadecimal digits, and at the end how often a value, end or overflow was another. */

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

float ml_strtof(const char *text, char **end);
double ml_strtod(const char *text, char **end);
long double ml_strtold(const char *text, char **end);
long double ml_ldexpl(long double value, int exponent);

static unsigned long state;
static char text[40000];
static long mismatches;

static unsigned long any(void) { /* xorshift64* */
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return state * 0x2545f4914f6cdd1dUL;
}

static long below(long bound) { return (long)((any() >> 1) % (unsigned long)bound); }

static long between(long least, long most) { return least + below(most - least + 1); }

static char *add_digits(char *at, const char *from, long count) {
    for (; count > 0; count--)
        *at++ = from[below((long)strlen(from))];
    return at;
}

static char *add_point(char *first, char *end) {
    char *at = first + below(end - first + 1);
    memmove(at + 1, at, (size_t)(end - at));
    *at = '.';
    return end + 1;
}

/* k * 2^exponent in decimal, exactly. */
static char *exact(char *at, unsigned __int128 k, long exponent) {
    static unsigned int words[1500]; /* base 10^9, the least first */
    int count = 0;
    long left = exponent < 0 ? -exponent : exponent;
    for (; k; k /= 1000000000)
        words[count++] = (unsigned int)(k % 1000000000);
    while (left > 0) {
        long step = left < 12 ? left : 12;
        unsigned long factor = 1, carry = 0;
        int i;
        left -= step;
        for (; step > 0; step--)
            factor *= exponent < 0 ? 5 : 2;
        for (i = 0; i < count; i++) {
            carry += words[i] * factor;
            words[i] = (unsigned int)(carry % 1000000000);
            carry /= 1000000000;
        }
        if (carry)
            words[count++] = (unsigned int)carry;
    }
    at += sprintf(at, "%u", words[--count]);
    while (count > 0)
        at += sprintf(at, "%09u", words[--count]);
    return at;
}

/* The middle between two neighbours of a format, or what is just above or below it. */
static void middle(int precision, long least, long most) {
    unsigned __int128 k = ((unsigned __int128)any() << 1 | 1) & (((unsigned __int128)1 << (precision + 1)) - 1);
    long exponent = between(least, most);
    char *at = text, *digits;
    if (below(4))
        k |= (unsigned __int128)1 << precision;
    if (below(8) == 0) {
        k = ((unsigned __int128)1 << (precision + 1)) - 1;
        if (exponent <= least + 1) { /* the middle between the largest subnormal and the least normal number */
            k >>= 1;
            exponent = least;
        }
    }
    if (below(4) == 0)
        *at++ = '-';
    digits = at;
    at = exact(at, k, exponent);
    if (below(3) == 0) {
        /* Shown with a point, and a digit more or less in the last place. */
        long shown = below(at - digits) + 1;
        long dropped = (at - digits) - shown;
        memmove(digits + shown + 1, digits + shown, (size_t)dropped);
        digits[shown] = '.';
        at++;
        exponent = exponent < 0 ? exponent + dropped : dropped;
    } else if (exponent > 0) {
        exponent = 0;
    }
    switch (below(4)) {
    case 0:
        break;
    case 1:
        if (exponent < 0 || memchr(digits, '.', (size_t)(at - digits))) {
            long zeros = below(30);
            int pointed = memchr(digits, '.', (size_t)(at - digits)) != NULL;
            memset(at, '0', (size_t)zeros);
            at += zeros;
            *at++ = '1';
            if (!pointed)
                exponent -= zeros + 1;
        }
        break;
    case 2:
        if (at[-1] > '0' && at[-1] <= '9')
            at[-1]--;
        break;
    default:
        if (memchr(digits, '.', (size_t)(at - digits)) && below(400) == 0) { /* more digits than are kept */
            memset(at, '0', 12000);
            at += 12000;
            *at++ = "01"[below(2)];
        } else if (at[-1] >= '0' && at[-1] < '9') {
            at[-1]++;
        }
    }
    if (exponent)
        at += sprintf(at, "e%ld", exponent);
    *at = 0;
}

static void decimal(long digits, long spread) {
    char *at = text, *first;
    if (below(5) == 0)
        *at++ = "+-"[below(2)];
    first = at;
    at = add_digits(at, "0123456789", digits);
    if (below(20000) == 0) /* more than are kept */
        at = add_digits(at, "9", 12000 + below(8000));
    if (below(3))
        at = add_point(first, at);
    if (below(3))
        at += sprintf(at, "%c%s%ld", "eE"[below(2)], below(3) ? "" : below(2) ? "+" : "-0", between(-spread, spread));
    *at = 0;
    if (below(50) == 0)
        strcpy(at, below(2) ? "f" : "e+");
}

static void decimal_near(long power) {
    char *at = add_digits(text, "123456789", 1);
    *at++ = '.';
    at = add_digits(at, "0123456789", below(25));
    sprintf(at, "e%ld", power + between(-3, 3));
}

static void hexadecimal(void) {
    static const long border[] = {0, -126, -149, 127, -1022, -1074, 1023, -16382, -16445, 16383, 25000, -25000};
    char *at = text, *first;
    if (below(5) == 0)
        *at++ = '-';
    *at++ = '0';
    *at++ = "xX"[below(2)];
    first = at;
    at = add_digits(at, "0123456789abcdefABCDEF", below(24));
    at = add_digits(at, below(2) ? "08" : "f", below(20));
    at = add_digits(at, "0", below(below(20) ? 20 : 400));
    if (below(5000) == 0) /* more than are kept */
        at = add_digits(at, "f", 12000 + below(8000));
    if (below(2))
        at = add_digits(at, "01", 1);
    if (below(3))
        at = add_point(first, at);
    if (below(4))
        at += sprintf(at, "%c%ld", "pP"[below(2)], border[below(12)] + between(-100, 100));
    *at = 0;
}

static void make(void) {
    long which = below(1000);
    if (which < 250)
        decimal(between(1, 20), 30);
    else if (which < 350)
        decimal(between(1, 40), 60);
    else if (which < 500)
        decimal(between(1, 40), 400);
    else if (which < 520)
        decimal(between(1, 40), 5100);
    else if (which < 530)
        decimal(between(200, 1200), 400);
    else if (which < 650)
        middle(24, -149 - 1, -100);
    else if (which < 680)
        middle(24, -20, 127 - 23);
    else if (which < 720)
        middle(53, -100, 100);
    else if (which < 725)
        middle(53, -1074 - 1, -1074);
    else if (which < 750)
        middle(53, -1074 - 1, -1000);
    else if (which < 760)
        middle(53, 900, 1023 - 52);
    else if (which < 790)
        middle(64, -100, 100);
    else if (which < 791 && below(10) == 0)
        middle(64, -16445 - 1, -16300);
    else if (which < 792 && below(10) == 0)
        middle(64, 16300, 16383 - 63);
    else if (which < 795)
        decimal_near(-4951);
    else if (which < 800)
        decimal_near(4932);
    else if (which < 805)
        decimal_near(below(2) ? 308 : -324);
    else if (which < 810)
        decimal_near(below(2) ? 38 : -45);
    else if (which < 940)
        hexadecimal();
    else
        *add_digits(text, "+-..0123456789eExXpPiInNfFaAtTyY()_ \t", between(0, 12)) = 0;
    if (which % 100 == 99) {
        static const char *const words[] = {"inf", "-INFINITY", "+infinit", "nan", "NaN(12_x)", "-nan(", "nan()", "infinityx", "in", ".", "-", "0x", "0x.", "0x.p1", "1e", "1e+", "0x1p", "0x1p-", " \t\n\v\f\r1", "1.e1", ".5", "-0", "0e99999999999999999999", "1e99999999999999999999", "1e-99999999999999999999", "0x0p99999", "00000.00000e1", "--1", "+-1", "1..2", "1e1.5"};
        strcpy(text, words[below((long)(sizeof words / sizeof *words))]);
    }
}

static void bits(const void *value, long size) {
    for (putchar(' '); size > 0; size--)
        printf("%02x", ((const unsigned char *)value)[size - 1]);
}

int main(int argc, char **argv) {
    long count = atol(argv[1]);
    long i;
    (void)argc;
    state = strtoul(argv[2], NULL, 10) * 2 + 1;
    for (i = 0; i < count; i++) {
        char *our_end, *their_end;
        int ours, theirs;
        make();
#define COMPARE(type, size, function)                                                                        \
    {                                                                                                        \
        type a, b;                                                                                           \
        errno = 0;                                                                                           \
        a = ml_##function(text, &our_end);                                                                   \
        ours = errno == ERANGE && isinf(a);                                                                  \
        errno = 0;                                                                                           \
        b = function(text, &their_end);                                                                      \
        theirs = errno == ERANGE && isinf(b);                                                                \
        if (our_end != their_end || ours != theirs)                                                          \
            mismatches++;                                                                                    \
        if (memcmp(&a, &b, size) != 0 && !(isnan(a) && isnan(b) && !signbit(a) == !signbit(b))) {            \
            mismatches++;                                                                                    \
            printf(#function " %s", text);                                                                   \
            bits(&a, size);                                                                                  \
            bits(&b, size);                                                                                  \
            putchar('\n');                                                                                   \
        }                                                                                                    \
    }
        COMPARE(float, 4, strtof)
        COMPARE(double, 8, strtod)
        COMPARE(long double, 10, strtold)
        {
            long double value = 0, a, b;
            unsigned long significand = any() | 1UL << 63;
            unsigned short head = (unsigned short)any();
            int exponent = (int)between(-33000, 33000);
            if (below(10) == 0)
                significand &= -1UL << below(64);
            if (head % 0x8000 == 0)
                significand &= ~(1UL << 63);
            memcpy(&value, &significand, 8);
            memcpy((char *)&value + 8, &head, 2);
            if (below(2)) /* to where subnormal numbers are */
                exponent = (int)between(-16450, -16380) - (head % 0x8000 - 16383);
            a = ml_ldexpl(value, exponent);
            b = ldexpl(value, exponent);
            if (memcmp(&a, &b, 10) != 0 && !(isnan(a) && isnan(b))) {
                mismatches++;
                printf("ldexpl(%La, %d) = %La, not %La\n", value, exponent, a, b);
            }
        }
    }
    printf("%ld mismatches\n", mismatches);
    return 0;
}
