/* Bytes and strings: C99, 7.21. */

#include <string.h>

/* TinyCC copies and clears large blocks: words where both ends are aligned to them, else bytes. */
void *memcpy(void *to, const void *from, size_t size) {
    char *t = to;
    const char *f = from;

    if ((((unsigned long)t | (unsigned long)f) & 7) == 0) {
        for (; size >= 8; size -= 8) {
            *(long *)t = *(const long *)f;
            t += 8;
            f += 8;
        }
    }
    for (; size > 0; size--)
        *t++ = *f++;
    return to;
}

void *memmove(void *to, const void *from, size_t size) {
    char *t = to;
    const char *f = from;

    if ((unsigned long)t - (unsigned long)f >= size)
        return memcpy(to, from, size);
    while (size > 0) {
        size--;
        t[size] = f[size];
    }
    return to;
}

void *memset(void *memory, int byte, size_t size) {
    char *m = memory;

    if (((unsigned long)m & 7) == 0) {
        long word = (long)((unsigned char)byte * 0x0101010101010101UL);

        for (; size >= 8; size -= 8) {
            *(long *)m = word;
            m += 8;
        }
    }
    for (; size > 0; size--)
        *m++ = (char)byte;
    return memory;
}

int memcmp(const void *left, const void *right, size_t size) {
    const unsigned char *l = left;
    const unsigned char *r = right;

    for (; size > 0; size--) {
        if (*l != *r)
            return *l - *r;
        l++;
        r++;
    }
    return 0;
}

size_t strlen(const char *text) {
    const char *end = text;

    while (*end)
        end++;
    return (size_t)(end - text);
}

char *strcpy(char *to, const char *from) {
    char *t = to;

    while ((*t++ = *from++) != 0)
        ;
    return to;
}

int strcmp(const char *left, const char *right) {
    while (*left && *left == *right) {
        left++;
        right++;
    }
    return (unsigned char)*left - (unsigned char)*right;
}

int strncmp(const char *left, const char *right, size_t size) {
    for (; size > 0; size--) {
        if (*left != *right || !*left)
            return (unsigned char)*left - (unsigned char)*right;
        left++;
        right++;
    }
    return 0;
}

char *strchr(const char *text, int character) {
    for (; *text != (char)character; text++)
        if (!*text)
            return NULL;
    return (char *)text;
}

char *strrchr(const char *text, int character) {
    const char *end = text + strlen(text);

    for (; *end != (char)character; end--)
        if (end == text)
            return NULL;
    return (char *)end;
}

char *strstr(const char *text, const char *part) {
    size_t length = strlen(part);

    for (; strncmp(text, part, length) != 0; text++)
        if (!*text)
            return NULL;
    return (char *)text;
}
