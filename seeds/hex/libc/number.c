/* Floating-point numbers from text, and scaled by powers of two, each rounded once and exactly.

   A number is a fraction of two natural numbers times a power of two, none of which is ever rounded. Of the
   fraction as many binary digits are taken as the format has room for; what is left of it is compared with
   one half. No floating-point arithmetic is done here, so nothing depends on the compiler's. README.md has the
   argument in full. */

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "system.h"

/* What strtold may ask for. Halfway between two neighbouring long doubles there is no number of more than 11,515
   significant decimal digits: (2^65 - 1) * 2^-16446 has as many. So if the digits after the first 11,600 are
   not all zero, it is all the same what they are. */
enum {
    DIGITS = 11600,
    WORDS = 1500, /* 16^DIGITS, 5^(DIGITS + 5001); 32 bits each */
    FAR = 5000,   /* every number of a format, and half of its least, is between 10^-FAR and 10^FAR */
    FAR_2 = 20000 /* and between 2^-FAR_2 and 2^FAR_2 */
};

struct natural {
    int count;
    unsigned int words[WORDS]; /* the least first; the last of them is not 0 */
};

/* A format of IEEE 754: bits of the significand, and the exponents of the least and largest normal numbers. */
struct format {
    int precision;
    int least;
    int largest;
};

static const struct format single_format = {24, -126, 127};
static const struct format double_format = {53, -1022, 1023};
static const struct format extended_format = {64, -16382, 16383};

/* A number of a format, with the first bit of a normal one's significand written out. */
struct binary {
    unsigned long negative;
    unsigned long exponent; /* biased */
    unsigned long significand;
};

static void set(struct natural *n, unsigned long value) {
    n->words[0] = (unsigned int)value;
    n->words[1] = (unsigned int)(value >> 32);
    n->count = value >> 32 ? 2 : value > 0;
}

static void multiply_add(struct natural *n, unsigned long factor, unsigned long addend) {
    unsigned long carry = addend;
    int i;

    for (i = 0; i < n->count; i++) {
        carry += n->words[i] * factor;
        n->words[i] = (unsigned int)carry;
        carry >>= 32;
    }
    if (carry)
        n->words[n->count++] = (unsigned int)carry;
}

static void multiply_by_power_of_5(struct natural *n, long power) {
    for (; power >= 13; power -= 13)
        multiply_add(n, 1220703125, 0);
    for (; power > 0; power--)
        multiply_add(n, 5, 0);
}

static void shift_left(struct natural *n, int bits) {
    int whole = bits / 32;
    int i;

    multiply_add(n, 1UL << bits % 32, 0);
    if (n->count == 0 || whole == 0)
        return;
    for (i = n->count - 1; i >= 0; i--)
        n->words[i + whole] = n->words[i];
    for (i = 0; i < whole; i++)
        n->words[i] = 0;
    n->count += whole;
}

static int bit_length(const struct natural *n) {
    unsigned int last = n->words[n->count - 1];
    int bits = 32 * (n->count - 1);

    for (; last; last >>= 1)
        bits++;
    return bits;
}

static int compare(const struct natural *left, const struct natural *right) {
    int i = left->count - 1;

    if (left->count != right->count)
        return left->count > right->count ? 1 : -1;
    while (i > 0 && left->words[i] == right->words[i])
        i--;
    if (i < 0 || left->words[i] == right->words[i])
        return 0;
    return left->words[i] > right->words[i] ? 1 : -1;
}

/* left -= right, which must not be larger. */
static void subtract(struct natural *left, const struct natural *right) {
    unsigned long borrow = 0;
    int i;

    for (i = 0; i < left->count; i++) {
        unsigned long difference = left->words[i] - borrow - (i < right->count ? right->words[i] : 0);

        left->words[i] = (unsigned int)difference;
        borrow = difference >> 63;
    }
    while (left->count > 0 && left->words[left->count - 1] == 0)
        left->count--;
}

/* The number of a format that is nearest to numerator/denominator * 2^exponent; of two, the even one. Uses up the
   fraction, which is not 0. ERANGE if the number is too large, or is no normal one and not exact. */
static void round_fraction(struct binary *result, struct natural *numerator, struct natural *denominator, long exponent, const struct format *format) {
    unsigned long top = 1UL << (format->precision - 1);
    unsigned long significand = 0;
    int shift = bit_length(numerator) - bit_length(denominator);
    long bits = format->precision;
    int above;

    /* Make it 1 <= numerator/denominator < 2. */
    if (shift > 0)
        shift_left(denominator, shift);
    else
        shift_left(numerator, -shift);
    exponent += shift;
    if (compare(numerator, denominator) < 0) {
        shift_left(numerator, 1);
        exponent--;
    }

    if (exponent < format->least)
        bits -= format->least - exponent;
    for (; bits > 0; bits--) {
        significand <<= 1;
        if (compare(numerator, denominator) >= 0) {
            subtract(numerator, denominator);
            significand++;
        }
        shift_left(numerator, 1);
    }
    /* One unit of the significand's last place is twice the denominator now (more, if bits < 0). */
    above = bits < 0 ? -1 : compare(numerator, denominator);
    if (numerator->count > 0 && exponent < format->least)
        errno = ERANGE;
    if (above > 0 || (above == 0 && significand & 1)) {
        if (significand == top - 1 + top) {
            significand = top;
            exponent++;
        } else {
            significand++;
        }
    }

    if (exponent > format->largest) {
        errno = ERANGE;
        significand = top;
        exponent = format->largest + 1;
    }
    result->significand = significand;
    if (exponent < format->least)
        result->exponent = significand >= top;
    else
        result->exponent = (unsigned long)(exponent + format->largest);
}

/* Whether a text begins with a word, whatever the case of its letters. */
static int begins_with(const char *text, const char *word) {
    for (; *word; word++)
        if (__digit(*text++) != __digit(*word))
            return 0;
    return 1;
}

/* The end of a word for infinity or for no number, and its value; NULL if there is none. */
static const char *parse_word(const char *at, const struct format *format, struct binary *result) {
    const char *end = at + 4;

    result->exponent = 2 * (unsigned long)format->largest + 1;
    result->significand = 1UL << (format->precision - 1);
    if (begins_with(at, "inf"))
        return at + (begins_with(at, "infinity") ? 8 : 3);
    if (!begins_with(at, "nan"))
        return NULL;
    result->significand += result->significand >> 1;
    if (at[3] == '(')
        while (__digit(*end) < 36 || *end == '_')
            end++;
    return at[3] == '(' && *end == ')' ? end + 1 : at + 3;
}

/* The end of an exponent, which is added to `exponent`; if there is none, where it would have been. */
static const char *parse_exponent(const char *at, char marker, long *exponent) {
    const char *digit = at + 1;
    long value = 0;
    int negative;

    if (__digit(*at) != __digit(marker))
        return at;
    negative = *digit == '-';
    if (*digit == '-' || *digit == '+')
        digit++;
    if (__digit(*digit) >= 10)
        return at;
    for (; __digit(*digit) < 10; digit++)
        if (value < 1000000000000000) /* no text is that long, so it is all the same */
            value = value * 10 + __digit(*digit);
    *exponent += negative ? -value : value;
    return digit;
}

/* The number that a text begins with: C99, 7.20.1.3, in the C locale. */
static void parse(struct binary *result, const char *text, char **end, const struct format *format) {
    static struct natural numerator;
    static struct natural denominator;
    int negative;
    const char *at = __sign(text, &negative);
    const char *after;
    unsigned long base = 10;
    long place = 0; /* what the digits' last is worth: base^place */
    long power = 0; /* of 10 or 2 */
    long magnitude; /* the number is less than 10 or 2 to it */
    int kept = 0;
    int more = 0;
    int any = 0;
    int fraction = 0;

    result->negative = (unsigned long)negative;
    after = parse_word(at, format, result);
    if (after) {
        if (end)
            *end = (char *)after;
        return;
    }

    if (at[0] == '0' && (at[1] == 'x' || at[1] == 'X') && __digit(at[at[2] == '.' ? 3 : 2]) < 16) {
        base = 16;
        at += 2;
    }
    set(&numerator, 0);
    for (;; at++) {
        unsigned long digit = (unsigned long)__digit(*at);

        if (*at == '.' && !fraction) {
            fraction = 1;
            continue;
        }
        if (digit >= base)
            break;
        any = 1;
        if (kept == DIGITS) {
            more = more || digit > 0;
            place += !fraction;
        } else {
            place -= fraction;
            if (kept > 0 || digit > 0) {
                multiply_add(&numerator, base, digit);
                kept++;
            }
        }
    }
    if (more) {
        multiply_add(&numerator, base, 1);
        place--;
        kept++;
    }
    if (any)
        at = parse_exponent(at, base == 16 ? 'p' : 'e', &power);
    else
        at = text;
    if (end)
        *end = (char *)at;
    if (numerator.count == 0) {
        if (!any)
            result->negative = 0;
        result->exponent = 0;
        result->significand = 0;
        return;
    }

    power += base == 16 ? 4 * place : place;
    magnitude = power + (base == 16 ? 4 * kept : kept);
    set(&denominator, 1);
    if (magnitude > (base == 16 ? FAR_2 : FAR)) {
        set(&numerator, 1);
        power = FAR_2;
    } else if (magnitude < (base == 16 ? -FAR_2 : -FAR)) {
        set(&numerator, 1);
        power = -FAR_2;
    } else if (base == 10) {
        multiply_by_power_of_5(power > 0 ? &numerator : &denominator, power > 0 ? power : -power);
    }
    round_fraction(result, &numerator, &denominator, power, format);
}

/* IEEE 754, and for long double x87's own format: Intel's manual, volume 1, 4.2. */

float strtof(const char *text, char **end) {
    struct binary binary;
    unsigned int bits;
    float value;

    parse(&binary, text, end, &single_format);
    bits = (unsigned int)(binary.negative << 31 | binary.exponent << 23 | (binary.significand & ((1UL << 23) - 1)));
    memcpy(&value, &bits, sizeof value);
    return value;
}

double strtod(const char *text, char **end) {
    struct binary binary;
    unsigned long bits;
    double value;

    parse(&binary, text, end, &double_format);
    bits = binary.negative << 63 | binary.exponent << 52 | (binary.significand & ((1UL << 52) - 1));
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void store_extended(long double *value, const struct binary *binary) {
    unsigned short head = (unsigned short)(binary->negative << 15 | binary->exponent);

    memset(value, 0, sizeof *value);
    memcpy(value, &binary->significand, 8);
    memcpy((char *)value + 8, &head, 2);
}

long double strtold(const char *text, char **end) {
    struct binary binary;
    long double value;

    parse(&binary, text, end, &extended_format);
    store_extended(&value, &binary);
    return value;
}

long double ldexpl(long double value, int exponent) {
    static struct natural numerator;
    static struct natural denominator;
    struct binary binary;
    unsigned long significand;
    unsigned short head;
    long power;

    memcpy(&significand, &value, 8);
    memcpy(&head, (char *)&value + 8, 2);
    power = head & 0x7fff;
    if (significand == 0 || power == 0x7fff)
        return value; /* zero, infinity, no number */
    binary.negative = head >> 15;
    set(&numerator, significand);
    set(&denominator, 1);
    round_fraction(&binary, &numerator, &denominator, (power ? power : 1) - 16383 - 63 + (long)exponent, &extended_format);
    store_extended(&value, &binary);
    return value;
}
