// Floating constants, converted exactly and rounded once, to nearest, ties to even.
//
// Every constant, whatever its type, is kept as the 80-bit format has it: a mantissa of 64 bits with its top bit
// set, and sign and exponent (15 bits, bias 16383) in a word of 16 bits. A constant is first the quotient of two
// big integers times a power of two; the bits that its own type has are then divided out one after the other.

enum { BIG_WORDS = 2048, LITERAL_LIMIT = 4096, EXPONENT_BIAS = 16383, EXPONENT_ALL = 0x7fff, SIGN = 0x8000 };

struct big {  // a natural number: words of 32 bits, least first; no zero word at the end
    int count;
    unsigned int words[BIG_WORDS];
};

struct big big_number, big_divisor;
unsigned long float_mantissa;  // the result
int float_exponent;

void big_set(struct big *b, unsigned long value) {
    b->words[0] = value;
    b->words[1] = value >> 32;
    b->count = value >> 32 ? 2 : value != 0;
}

// b = b * factor + addend
void big_multiply(struct big *b, unsigned long factor, unsigned long addend) {
    int i;
    for (i = 0; i < b->count; i++) {
        addend += b->words[i] * factor;
        b->words[i] = addend;
        addend >>= 32;
    }
    if (!addend) return;
    if (b->count == BIG_WORDS) fail("floating constant out of bounds");
    b->words[b->count++] = addend;
}

void big_scale(struct big *b, long power_of_ten) {
    for (; power_of_ten >= 9; power_of_ten -= 9) big_multiply(b, 1000000000, 0);
    for (; power_of_ten > 0; power_of_ten--) big_multiply(b, 10, 0);
}

void big_shift_left(struct big *b, int bits) {
    int i, words = bits / 32;
    if (b->count + words + 1 >= BIG_WORDS) fail("floating constant out of bounds");
    for (i = b->count - 1; i >= 0; i--) b->words[i + words] = b->words[i];
    for (i = 0; i < words; i++) b->words[i] = 0;
    if (b->count) b->count += words;
    big_multiply(b, 1L << bits % 32, 0);
}

int big_bits(struct big *b) {
    int bits = (b->count - 1) * 32;
    unsigned int top;
    if (!b->count) return 0;
    for (top = b->words[b->count - 1]; top; top >>= 1) bits++;
    return bits;
}

int big_compare(struct big *a, struct big *b) {
    int i;
    if (a->count != b->count) return a->count < b->count ? -1 : 1;
    for (i = a->count - 1; i >= 0; i--)
        if (a->words[i] != b->words[i]) return a->words[i] < b->words[i] ? -1 : 1;
    return 0;
}

// a = a - b, where a >= b
void big_subtract(struct big *a, struct big *b) {
    int i;
    long borrow = 0;
    for (i = 0; i < a->count; i++) {
        borrow += (long)a->words[i] - (i < b->count ? (long)b->words[i] : 0);
        a->words[i] = borrow;
        borrow >>= 32;
    }
    while (a->count && !a->words[a->count - 1]) a->count--;
}

// The result: big_number / big_divisor * 2 ** scale as the type of `size` bytes (4, 8, 16) has it.
void float_round(long scale, int size) {
    int precision = size == 4 ? 24 : size == 8 ? 53 : 64, bits, i, order;
    int most = size == 4 ? 127 : size == 8 ? 1023 : 16383, least = 1 - most;
    long exponent;
    unsigned long m = 0;
    float_mantissa = 0;
    float_exponent = 0;
    if (!big_number.count) return;
    bits = big_bits(&big_number) - big_bits(&big_divisor);
    if (bits > 0) big_shift_left(&big_divisor, bits);
    else big_shift_left(&big_number, -bits);
    exponent = bits + scale;
    if (big_compare(&big_number, &big_divisor) < 0) {
        big_shift_left(&big_number, 1);
        exponent--;
    }
    // now 1 <= number / divisor < 2, to be multiplied by 2 ** exponent
    bits = precision;
    if (exponent < least - precision) return;
    if (exponent < least) bits -= least - exponent;
    for (i = 0; i < bits; i++) {
        m <<= 1;
        if (big_compare(&big_number, &big_divisor) >= 0) {
            m |= 1;
            big_subtract(&big_number, &big_divisor);
        }
        big_shift_left(&big_number, 1);
    }
    order = big_compare(&big_number, &big_divisor);
    if (order > 0 || (order == 0 && (m & 1))) {
        m++;
        if (!m) {  // of 64 bits, all were set
            m = 1UL << 63;
            exponent++;
        }
    }
    if (!m) return;
    exponent += 64 - bits;  // of the top bit, if m had 64 bits
    while (!(m >> 63)) {
        m <<= 1;
        exponent--;
    }
    if (exponent > most) {
        float_mantissa = 1UL << 63;
        float_exponent = EXPONENT_ALL;
    } else if (exponent + EXPONENT_BIAS <= 0) {
        float_mantissa = m >> (1 - exponent - EXPONENT_BIAS);
    } else {
        float_mantissa = m;
        float_exponent = exponent + EXPONENT_BIAS;
    }
}

// An 80-bit constant as a smaller type has it.
void float_narrow(unsigned long mantissa, int exponent, int size) {
    int magnitude = exponent & EXPONENT_ALL;
    if (magnitude == EXPONENT_ALL) {
        float_mantissa = mantissa;
        float_exponent = exponent;
        return;
    }
    big_set(&big_number, mantissa);
    big_set(&big_divisor, 1);
    float_round((magnitude ? magnitude : 1) - EXPONENT_BIAS - 63, size);
    float_exponent |= exponent & SIGN;
}

void float_from_integer(long value, int is_unsigned, int size) {
    int negative = value < 0 && !is_unsigned;
    big_set(&big_number, negative ? -value : value);
    big_set(&big_divisor, 1);
    float_round(0, size);
    if (negative) float_exponent |= SIGN;
}

int float_fits_integer(int exponent) { return (exponent & EXPONENT_ALL) - EXPONENT_BIAS < 64; }

// Towards zero, as a cast does it.
long float_to_integer(unsigned long mantissa, int exponent) {
    int bits = (exponent & EXPONENT_ALL) - EXPONENT_BIAS;
    if (bits < 0) return 0;
    mantissa >>= 63 - bits;
    return exponent & SIGN ? -mantissa : mantissa;
}

// A literal: the size of its type; its value is the result.
int literal_float(struct token *t) {
    char *p = t->text, *end = t->text + t->length;
    int hexadecimal = t->length > 1 && (p[1] == 'x' || p[1] == 'X'), base = hexadecimal ? 16 : 10;
    int digits = 0, point = 0, size = 8, negative = 0, exponent_digits = 0;
    long fraction = 0, exponent = 0, magnitude;
    if (t->length > LITERAL_LIMIT) fail("floating constant too long");
    if (hexadecimal) p += 2;
    big_set(&big_number, 0);
    big_set(&big_divisor, 1);
    for (; p < end && (*p == '.' || digit_value(*p) < base); p++) {
        if (*p == '.') {
            if (point) bad_literal(t);
            point = 1;
        } else {
            big_multiply(&big_number, base, digit_value(*p));
            digits++;
            fraction += point;
        }
    }
    if (!digits) bad_literal(t);
    if (p < end && (hexadecimal ? *p == 'p' || *p == 'P' : *p == 'e' || *p == 'E')) {
        p++;
        if (p < end && (*p == '-' || *p == '+')) negative = *p++ == '-';
        for (; p < end && digit_value(*p) < 10; exponent_digits++) {
            exponent = exponent * 10 + digit_value(*p++);
            if (exponent > 1000000) exponent = 1000000;
        }
        if (!exponent_digits) bad_literal(t);
        if (negative) exponent = -exponent;
    } else if (hexadecimal) {
        bad_literal(t);
    }
    if (p < end && ((*p | 32) == 'f' || (*p | 32) == 'l')) size = (*p++ | 32) == 'f' ? 4 : 16;
    if (p < end) bad_literal(t);
    if (hexadecimal) {
        float_round(exponent - fraction * 4, size);
        return size;
    }
    exponent -= fraction;
    magnitude = exponent + (big_bits(&big_number) * 30103L) / 100000;  // about the decimal exponent
    if (magnitude > 5000) exponent = 5000;      // infinity in every type
    if (magnitude < -5100) big_set(&big_number, 0);  // zero in every type
    if (exponent > 0) big_scale(&big_number, exponent);
    else if (big_number.count) big_scale(&big_divisor, -exponent);
    float_round(0, size);
    return size;
}

// The bytes of a constant in memory.
void put_float(char *to, unsigned long mantissa, int exponent, int size) {
    int magnitude = exponent & EXPONENT_ALL;
    int fraction_bits = size == 4 ? 23 : 52, bias = size == 4 ? 127 : 1023, all = bias * 2 + 1;
    unsigned long bits = mantissa << 1 >> 1;  // without the top bit, which is implied
    int power = magnitude - EXPONENT_BIAS + bias;
    if (size == 16) {
        put(to, mantissa, 8);
        put(to + 8, exponent, 2);
        put(to + 10, 0, 6);
        return;
    }
    if (!mantissa) power = 0;
    else if (magnitude == EXPONENT_ALL) power = all;
    else if (power <= 0) {  // no bit is implied
        bits = mantissa >> (1 - power);
        power = 0;
    }
    bits = bits >> (63 - fraction_bits) | (unsigned long)power << fraction_bits;
    if (exponent & SIGN) bits |= 1UL << (size * 8 - 1);
    put(to, bits, size);
}
