/* Integers from text, sorting, the environment: C99, 7.20. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "system.h"

int __digit(int character) {
    if (character >= '0' && character <= '9')
        return character - '0';
    if (character >= 'a' && character <= 'z')
        return character - 'a' + 10;
    if (character >= 'A' && character <= 'Z')
        return character - 'A' + 10;
    return 36;
}

const char *__sign(const char *text, int *negative) {
    while (*text == ' ' || (*text >= '\t' && *text <= '\r'))
        text++;
    *negative = *text == '-';
    return *text == '-' || *text == '+' ? text + 1 : text;
}

/* The magnitude of an integer; ULONG_MAX, too, if it has more than 64 bits. */
static unsigned long magnitude(const char *text, char **end, int base, int *negative, int *too_large) {
    const char *at = __sign(text, negative);
    unsigned long value = 0;

    if ((base == 0 || base == 16) && at[0] == '0' && (at[1] == 'x' || at[1] == 'X') && __digit(at[2]) < 16) {
        at += 2;
        base = 16;
    }
    if (base == 0)
        base = *at == '0' ? 8 : 10;
    if (__digit(*at) < base)
        text = at;
    *too_large = 0;
    for (; __digit(*text) < base; text++) {
        unsigned long digit = (unsigned long)__digit(*text);

        if (value > (~0UL - digit) / (unsigned long)base)
            *too_large = 1;
        value = value * (unsigned long)base + digit;
    }
    if (end)
        *end = (char *)text;
    return *too_large ? ~0UL : value;
}

long strtol(const char *text, char **end, int base) {
    int negative;
    int too_large;
    unsigned long value = magnitude(text, end, base, &negative, &too_large);
    unsigned long limit = (1UL << 63) - !negative;

    if (value > limit) {
        errno = ERANGE;
        value = limit;
    }
    return (long)(negative ? -value : value);
}

unsigned long strtoul(const char *text, char **end, int base) {
    int negative;
    int too_large;
    unsigned long value = magnitude(text, end, base, &negative, &too_large);

    if (too_large)
        errno = ERANGE;
    return negative && !too_large ? -value : value;
}

unsigned long long strtoull(const char *text, char **end, int base) {
    return strtoul(text, end, base);
}

int atoi(const char *text) {
    return (int)strtol(text, NULL, 10);
}

static void swap(char *left, char *right, size_t size) {
    for (; size > 0; size--) {
        char byte = *left;

        *left++ = *right;
        *right++ = byte;
    }
}

/* Shell's sort: equal elements end up in any order. */
void qsort(void *elements, size_t count, size_t size, int (*compare)(const void *, const void *)) {
    char *first = elements;
    size_t gap;
    size_t i;
    size_t j;

    for (gap = count / 2; gap > 0; gap /= 2)
        for (i = gap; i < count; i++)
            for (j = i; j >= gap && compare(first + (j - gap) * size, first + j * size) > 0; j -= gap)
                swap(first + (j - gap) * size, first + j * size, size);
}

char *getenv(const char *name) {
    size_t length = strlen(name);
    char **at;

    for (at = environ; *at; at++)
        if (strncmp(*at, name, length) == 0 && (*at)[length] == '=')
            return *at + length + 1;
    return NULL;
}
