/* The printf family and sscanf, as far as TinyCC goes: C99, 7.19.6.

   printf: the flags - and 0, width, precision, l and ll, and the conversions d u x c s %. sscanf: %d. Whatever
   else is asked for ends the program. */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "system.h"

/* Where the text goes: into a file, or the first `room` bytes of it into memory. */
struct sink {
    FILE *file;
    char *memory;
    size_t room;
    size_t count; /* bytes of the whole text so far */
};

struct directive {
    int to_the_left;
    int zeros; /* fill with them, not with spaces */
    int is_long;
    long width;
    long precision; /* -1: none */
};

static void put(struct sink *sink, const char *text, size_t size) {
    if (sink->file) {
        fwrite(text, 1, size, sink->file);
    } else if (sink->count < sink->room) {
        size_t left = sink->room - sink->count;

        memcpy(sink->memory + sink->count, text, size < left ? size : left);
    }
    sink->count += size;
}

static void put_many(struct sink *sink, const char *character, long count) {
    for (; count > 0; count--)
        put(sink, character, 1);
}

/* A sign, zeros and a text, filled up with spaces to the directive's width. */
static void put_field(struct sink *sink, struct directive *directive, int minus, long zeros, const char *text, long length) {
    long spaces = directive->width - minus - zeros - length;

    if (!directive->to_the_left)
        put_many(sink, " ", spaces);
    put_many(sink, "-", minus);
    put_many(sink, "0", zeros);
    put(sink, text, (size_t)length);
    if (directive->to_the_left)
        put_many(sink, " ", spaces);
}

static void put_integer(struct sink *sink, struct directive *directive, int minus, unsigned long magnitude, unsigned int base) {
    char digits[20]; /* of 2^64 in decimal */
    char *end = digits + sizeof digits;
    char *first = end;
    long zeros = 1;

    for (; magnitude > 0; magnitude /= base)
        *--first = "0123456789abcdef"[magnitude % base];
    if (directive->precision >= 0)
        zeros = directive->precision;
    else if (directive->zeros && !directive->to_the_left && directive->width > minus)
        zeros = directive->width - minus;
    zeros -= end - first;
    put_field(sink, directive, minus, zeros > 0 ? zeros : 0, first, end - first);
}

/* The length of a string, of which no more than `most` bytes may be read. */
static long length_within(const char *text, long most) {
    long length = 0;

    while (length != most && text[length])
        length++;
    return length;
}

static int is_digit(char character) {
    return character >= '0' && character <= '9';
}

/* A number in a directive. */
static long number(const char **format) {
    long value = 0;

    for (; is_digit(**format); ++*format)
        value = value * 10 + **format - '0';
    return value;
}

static void print(struct sink *sink, const char *format, va_list arguments) {
    const char *text;
    const char *percent;
    struct directive directive;
    long value;
    char character;

    for (;;) {
        for (text = format; *format && *format != '%'; format++)
            ;
        put(sink, text, (size_t)(format - text));
        if (!*format)
            return;

        percent = format++;
        directive.to_the_left = 0;
        directive.zeros = 0;
        for (; *format == '-' || *format == '0'; format++) {
            if (*format == '-')
                directive.to_the_left = 1;
            else
                directive.zeros = 1;
        }
        if (*format == '*') {
            directive.width = va_arg(arguments, int);
            format++;
        } else {
            directive.width = number(&format);
        }
        if (directive.width < 0) {
            directive.to_the_left = 1;
            directive.width = -directive.width;
        }
        directive.precision = -1;
        if (*format == '.') {
            format++;
            if (*format == '*') {
                directive.precision = va_arg(arguments, int);
                format++;
            } else {
                directive.precision = number(&format);
            }
        }
        directive.is_long = 0;
        for (; *format == 'l'; format++)
            directive.is_long = 1;

        switch (*format++) {
        case 'd':
            if (directive.is_long)
                value = va_arg(arguments, long);
            else
                value = va_arg(arguments, int);
            put_integer(sink, &directive, value < 0, value < 0 ? -(unsigned long)value : (unsigned long)value, 10);
            break;
        case 'u':
        case 'x':
            if (directive.is_long)
                value = va_arg(arguments, long);
            else
                value = va_arg(arguments, unsigned int);
            put_integer(sink, &directive, 0, (unsigned long)value, format[-1] == 'x' ? 16 : 10);
            break;
        case 'c':
            character = (char)va_arg(arguments, int);
            put_field(sink, &directive, 0, 0, &character, 1);
            break;
        case 's':
            text = va_arg(arguments, const char *);
            put_field(sink, &directive, 0, 0, text, length_within(text, directive.precision));
            break;
        case '%':
            put(sink, "%", 1);
            break;
        default:
            __stop("printf cannot do this", percent);
        }
    }
}

int vfprintf(FILE *file, const char *format, va_list arguments) {
    struct sink sink;

    sink.file = file;
    sink.count = 0;
    print(&sink, format, arguments);
    return (int)sink.count;
}

int vsnprintf(char *text, size_t size, const char *format, va_list arguments) {
    struct sink sink;

    sink.file = NULL;
    sink.memory = text;
    sink.room = size > 0 ? size - 1 : 0;
    sink.count = 0;
    print(&sink, format, arguments);
    if (size > 0)
        text[sink.count < sink.room ? sink.count : sink.room] = 0;
    return (int)sink.count;
}

int printf(const char *format, ...) {
    va_list arguments;
    int count;

    va_start(arguments, format);
    count = vfprintf(stdout, format, arguments);
    va_end(arguments);
    return count;
}

int fprintf(FILE *file, const char *format, ...) {
    va_list arguments;
    int count;

    va_start(arguments, format);
    count = vfprintf(file, format, arguments);
    va_end(arguments);
    return count;
}

int sprintf(char *text, const char *format, ...) {
    va_list arguments;
    int count;

    va_start(arguments, format);
    count = vsnprintf(text, ~0UL, format, arguments);
    va_end(arguments);
    return count;
}

int snprintf(char *text, size_t size, const char *format, ...) {
    va_list arguments;
    int count;

    va_start(arguments, format);
    count = vsnprintf(text, size, format, arguments);
    va_end(arguments);
    return count;
}

int sscanf(const char *text, const char *format, ...) {
    va_list arguments;
    int count = 0;
    char *end;
    long value;

    va_start(arguments, format);
    for (; *format; format++) {
        if (*format != '%') {
            if (*text++ != *format)
                break;
            continue;
        }
        if (*++format != 'd')
            __stop("sscanf cannot do this", format - 1);
        value = strtol(text, &end, 10);
        if (end == text)
            break;
        *va_arg(arguments, int *) = (int)value;
        text = end;
        count++;
    }
    va_end(arguments);
    return count;
}
