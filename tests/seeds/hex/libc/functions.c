/* Calls every function of the libc and prints what it did: functions PART.

   Compiled with the host's libc and with ours, and must print the same. Nothing is printed that the C standard
   leaves open: of comparisons the sign, of qsort's equal elements the key. */

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static unsigned long state = 88172645463325252UL;

static unsigned long any(void) { /* xorshift64* */
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return state * 0x2545f4914f6cdd1dUL;
}

static long below(long bound) { return (long)((any() >> 1) % (unsigned long)bound); }

static int sign(int order) { return order > 0 ? 1 : order < 0 ? -1 : 0; }

/* FNV-1a */
static unsigned long sum(const void *data, size_t size) {
    const unsigned char *byte = data;
    unsigned long hash = 0xcbf29ce484222325UL;
    for (; size > 0; size--)
        hash = (hash ^ *byte++) * 0x100000001b3UL;
    return hash;
}

static void fill(char *text, long length, const char *from) {
    long letters = (long)strlen(from);
    for (; length > 0; length--)
        *text++ = from[below(letters)];
    *text = 0;
}

static void blocks(void) {
    static char left[600], right[600];
    int i;
    for (i = 0; i < 20000; i++) {
        long from = below(200), to = below(200), size = below(300);
        long j;
        int byte;
        if (below(2)) {
            from &= -8;
            to &= -8;
        }
        for (j = 0; j < 600; j++)
            left[j] = (char)any();
        assert(memcpy(right, left, 600) == right);
        assert(memcpy(right + to, left + from, (size_t)size) == right + to);
        assert(memmove(left + to, left + from, (size_t)size) == left + to);
        byte = (int)any();
        assert(memset(left + from, byte, (size_t)size / 3) == left + from);
        printf("%lx %lx ", sum(left, 600), sum(right, 600));
        memcpy(right + to, left + from, (size_t)size);
        if (size && below(2))
            right[to + below(size)] ^= 1;
        printf("%d\n", sign(memcmp(left + from, right + to, (size_t)size)));
    }
}

static void strings(void) {
    char left[64], right[64], copy[64];
    int i;
    for (i = 0; i < 20000; i++) {
        char *found;
        int letter = below(8) ? "ab\377\001"[below(4)] : 0;
        long length = below(40);
        size_t most = (size_t)below(8);
        fill(left, length, below(2) ? "ab" : "ab\377\001");
        fill(right, below(6), "ab");
        if (below(4) == 0)
            strcpy(right, left);
        assert(strcpy(copy, left) == copy);
        printf("%lu %d %d %d ", strlen(copy), sign(strcmp(left, right)), sign(strcmp(left, copy)), sign(strncmp(left, right, most)));
        found = strchr(left, letter);
        printf("%ld ", found ? (long)(found - left) : -1);
        found = strrchr(left, letter);
        printf("%ld ", found ? (long)(found - left) : -1);
        found = strstr(left, right);
        printf("%ld\n", found ? (long)(found - left) : -1);
    }
}

struct element {
    int key;
    char rest[13];
};

static int by_key(const void *left, const void *right) {
    int l = ((const struct element *)left)->key, r = ((const struct element *)right)->key;
    return l < r ? -1 : l > r;
}

static int by_value(const void *left, const void *right) {
    unsigned char l = *(const unsigned char *)left, r = *(const unsigned char *)right;
    return l - r;
}

static void sorting(void) {
    static struct element elements[1000];
    static unsigned char bytes[1000];
    int i, j;
    for (i = 0; i < 200; i++) {
        long count = below(10) ? below(60) : below(1000);
        long keys = below(2) ? 10 : 1000000;
        for (j = 0; j < count; j++) {
            bytes[j] = (unsigned char)any();
            elements[j].key = (int)(below(keys) - keys / 2);
            sprintf(elements[j].rest, "%d", elements[j].key);
        }
        qsort(bytes, (size_t)count, 1, by_value);
        qsort(elements, (size_t)count, sizeof elements[0], by_key);
        printf("%lx ", sum(bytes, (size_t)count));
        for (j = 0; j < count; j++)
            printf("%d%s ", elements[j].key, elements[j].rest);
        printf("\n");
    }
}

static void integers(void) {
    static const char *const hard[] = {"", "-", "+", "0x", "0xg", "-0x", "0", "00", "08", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "18446744073709551615", "18446744073709551616", "-18446744073709551615", "-18446744073709551616", "-1", "0xffffffffffffffff", "0x10000000000000000", "99999999999999999999999", " \t\n\v\f\r12", "1 2", "--1", "zz", "7fffffffffffffff", "1777777777777777777777", "2000000000000000000000"};
    static const int bases[] = {0, 2, 8, 10, 16, 36};
    char text[64];
    int i;
    for (i = 0; i < 20000; i++) {
        int base = bases[below(6)];
        long length = below(25);
        char *end;
        fill(text, length, below(2) ? "0123456789" : "-+ 0123456789abcdefxXzZ");
        if (i < (int)(sizeof hard / sizeof hard[0]) * 20)
            strcpy(text, hard[i / 20]);
        errno = 0;
        printf("'%s' %d: %ld", text, base, strtol(text, &end, base));
        printf(" %ld %d", (long)(end - text), errno == ERANGE);
        errno = 0;
        printf(" %lu", strtoul(text, &end, base));
        printf(" %ld %d", (long)(end - text), errno == ERANGE);
        errno = 0;
        printf(" %llu", strtoull(text, &end, base));
        printf(" %ld %d", (long)(end - text), errno == ERANGE);
        printf(" %ld %lu\n", strtol(text, NULL, base), strtoul(text, NULL, base));
        if (strlen(text) < 9)
            printf("%d\n", atoi(text));
    }
}

static void floats(void) {
    static const char *const texts[] = {"1", "-0.1", "1e-45", "1e39", "3.4028235677973366e38", "4.9e-324", "0x1.8p3x", "inf", "1e4932"};
    size_t i;
    for (i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char *end;
        float single = strtof(texts[i], &end);
        double twice = strtod(texts[i], NULL);
        long double extended = strtold(texts[i], &end);
        printf("%s %ld %lx ", texts[i], (long)(end - texts[i]), sum(&single, 4));
        printf("%lx %lx ", sum(&twice, 8), sum(&extended, 10));
        extended = ldexpl(extended, -3);
        printf("%lx\n", sum(&extended, 10));
    }
}

static void show(char *text, size_t size, const char *format, ...) {
    va_list arguments;
    int count;
    memset(text, '#', 100);
    va_start(arguments, format);
    count = vsnprintf(text, size, format, arguments);
    va_end(arguments);
    printf("%d %lx\n", count, sum(text, 100));
}

static void formats(void) {
    static const char *const integer[] = {"%d", "%u", "%x", "%5d", "%-5d|", "%05d", "%-10d", "%.8x", "%08x", "%02x", "%2d", "%.0d", "%5.3d", "%-7.2u|", "%07.3d", "%-03d", "%1d", "%.1x"};
    static const char *const word[] = {"%ld", "%lu", "%lx", "%llu", "%llx", "%08llx", "%20ld", "%-20ld|", "%.20lu"};
    static const long values[] = {0, 1, -1, 7, -7, 12345, -12345, 2147483647, -2147483647 - 1, 4294967295, 9223372036854775807, -9223372036854775807 - 1};
    static const char *const string[] = {"%s", "%5s", "%-5s|", "%.2s", "%-16s|", "%.0s", "%20.3s"};
    char text[100];
    size_t i, j;
    for (j = 0; j < sizeof values / sizeof values[0]; j++) {
        for (i = 0; i < sizeof integer / sizeof integer[0]; i++)
            printf(integer[i], (int)values[j]), printf("\n");
        for (i = 0; i < sizeof word / sizeof word[0]; i++)
            printf(word[i], values[j]), printf("\n");
    }
    for (i = 0; i < sizeof string / sizeof string[0]; i++)
        printf(string[i], ""), printf(string[i], "ab"), printf(string[i], "abcdefgh"), printf("\n");
    printf("%c%c%%%s %*s|%*s|%.*s|%.*s|%-*d|%*d\n", 'a', 'b', "c", 6, "x", -6, "y", 2, "abc", -1, "abc", 4, 5, -4, 6);
    printf("%5c|%-3c|\n", 'x', 'y');
    printf("%d %s %ld %c %x %u %d %d %s %ld\n", 1, "2", 3L, '4', 5u, 6u, 7, 8, "9", 10L);
    for (i = 0; i < 12; i++)
        show(text, i, "%s%d", "abcde", 12345);
    show(text, 100, "nothing");
    show(text, 1, "");
    printf("%d ", sprintf(text, "%s-%d", "x", 7));
    printf("%s ", text);
    printf("%d ", snprintf(text, 4, "%s", "abcdef"));
    printf("%s\n", text);
}

static void scanning(void) {
    static const char *const texts[] = {"0.9.27", "1.2", "1.x.3", "", "x", "-1.+2. 3", "1 .2.3", "0.9.27git"};
    size_t i;
    for (i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        int a = -100, b = -100, c = -100;
        int count = sscanf(texts[i], "%d.%d.%d", &a, &b, &c);
        printf("%d %d %d %d\n", count < 0 ? 0 : count, a, b, c); /* EOF at the very end is not told apart */
    }
}

static void memory(void) {
    static char *held[500];
    static size_t sizes[500];
    static char letters[500];
    int i;
    size_t j;
    for (i = 0; i < 100000; i++) {
        long which = below(500);
        size_t old = sizes[which];
        for (j = 0; j < old; j += 1 + old / 50)
            assert(held[which][j] == letters[which]);
        sizes[which] = (size_t)(below(100) ? below(300) : below(100000));
        if (below(3) == 0) {
            free(held[which]);
            held[which] = malloc(sizes[which]);
            old = 0;
        } else {
            held[which] = realloc(held[which], sizes[which] ? sizes[which] : 1);
        }
        assert(held[which] && (unsigned long)held[which] % 16 == 0);
        for (j = 0; j < old && j < sizes[which]; j++)
            assert(held[which][j] == letters[which]);
        letters[which] = (char)any();
        memset(held[which], letters[which], sizes[which]);
    }
    assert(malloc(~0UL) == NULL && errno == ENOMEM);
    assert(malloc(1UL << 45) == NULL && errno == ENOMEM);
    printf("ok\n");
}

static void files(void) {
    static char big[50000], back[50000];
    FILE *file;
    int descriptor;
    long i;
    for (i = 0; i < (long)sizeof big; i++)
        big[i] = (char)any();

    file = fopen("one", "wb");
    for (i = 0; i < 3000; i++) {
        long from = below(20000), size = below(20) ? below(50) : below(30000);
        if (below(3) == 0)
            assert(fputc(big[from], file) == (unsigned char)big[from]);
        else
            assert(fwrite(big + from, 1, (size_t)size, file) == (size_t)size);
        if (below(100) == 0)
            assert(fflush(file) == 0);
    }
    assert(fwrite(big, 8, 3, file) == 3 && fwrite(big, 0, 3, file) == 0);
    assert(fputs("text\n", file) >= 0 && fprintf(file, "%d\n", 5) == 2);
    printf("%ld\n", ftell(file));
    assert(fclose(file) == 0);

    file = fopen("one", "rb");
    assert(fseek(file, 0, SEEK_END) == 0);
    printf("%ld ", ftell(file));
    assert(fseek(file, 100, SEEK_SET) == 0 && fread(back, 1, 1000, file) == 1000);
    printf("%lx %ld ", sum(back, 1000), ftell(file));
    assert(fseek(file, -10, SEEK_CUR) == 0 && fread(back, 3, 1000, file) == 1000);
    assert(fseek(file, -10, SEEK_END) == 0);
    assert(fread(back, 3, 100, file) == 3);
    printf("%lx\n", sum(back, 9));
    assert(fclose(file) == 0);

    file = fopen("two", "wb+");
    assert(fwrite(big, 1, 10, file) == 10 && fseek(file, 0, SEEK_SET) == 0);
    assert(fread(back, 10, 1, file) == 1 && memcmp(big, back, 10) == 0);
    assert(fseek(file, 5, SEEK_SET) == 0 && fputc('x', file) == 'x' && fclose(file) == 0);
    file = fopen("two", "a");
    assert(fputs("more", file) >= 0 && fclose(file) == 0);
    descriptor = open("two", O_RDONLY);
    assert(read(descriptor, back, 100) == 14 && back[5] == 'x' && memcmp(back + 10, "more", 4) == 0);
    assert(lseek(descriptor, 2, SEEK_SET) == 2 && read(descriptor, back, 1) == 1 && back[0] == big[2]);
    assert(close(descriptor) == 0 && close(descriptor) == -1);
    assert(remove("two") == 0 && remove("two") == -1 && errno == ENOENT);

    descriptor = open("three", O_WRONLY | O_CREAT | O_TRUNC, 0750);
    file = fdopen(descriptor, "wb");
    assert(fputs("three", file) >= 0 && fclose(file) == 0);
    assert(write(descriptor, "x", 1) == -1 && open("missing", O_RDONLY) == -1 && errno == ENOENT);
    assert(fopen("missing/file", "w") == NULL && fopen("missing", "r") == NULL && unlink("missing") == -1);
    file = fopen("/dev/full", "w");
    assert(fputs("lost", file) >= 0 && fflush(file) == EOF);
    fclose(file);
    file = fopen("unclosed", "w");
    fputs("written by exit", file);
    fprintf(stderr, "to %s\n", "stderr");
    fputs("again\n", stderr);
    fputc('.', stderr);
    printf("no line's end");
    exit(3);
}

/* Not what the host's does: there is no clock, and whoever asks for the calendar is stopped. */
static void clocks(void) {
    struct timeval now;
    time_t second;
    printf("%ld %ld", time(NULL), time(&second));
    printf(" %ld %d", second, gettimeofday(&now, NULL));
    printf(" %ld %ld\n", now.tv_sec, now.tv_usec);
    localtime(&second);
}

static jmp_buf back_there;

static void jump(int depth) {
    if (depth == 0)
        longjmp(back_there, (int)below(2) * 5);
    jump(depth - 1);
}

static void system_calls(char **arguments) {
    static char path[4096];
    static char code[8192];
    volatile int jumps = 0;
    char **at;
    int count = 0;
    sem_t semaphore;
    switch (setjmp(back_there)) {
    case 0:
        break;
    default:
        jumps++;
    }
    if (jumps < 4)
        jump(jumps);
    assert(sem_init(&semaphore, 0, 1) == 0 && sem_wait(&semaphore) == 0 && sem_post(&semaphore) == 0 && sem_wait(&semaphore) == 0);
    for (at = environ; *at; at++)
        count++;
    printf("%d %d %s %s %s\n", jumps, count, getenv("ONE"), getenv("EMPTY"), getenv("ON") ? "there" : "none");
    printf("%s\n", getcwd(path, sizeof path) ? "a directory" : "none");
    assert(getcwd(path, 2) == NULL && errno == ERANGE);
    assert(mprotect((void *)(((unsigned long)code + 4095) & -4096UL), 4096, PROT_READ | PROT_WRITE | PROT_EXEC) == 0);
    assert(mprotect((char *)1, 4096, PROT_READ) == -1 && errno == EINVAL);
    fflush(stdout);
    arguments[1] = "said";
    assert(execvp("/missing/program", arguments) == -1 && errno == ENOENT);
    execvp("/proc/self/exe", arguments);
    printf("not run\n");
}

int main(int argc, char **argv) {
    const char *part = argc > 1 ? argv[1] : "";
    if (strcmp(part, "blocks") == 0)
        blocks();
    else if (strcmp(part, "strings") == 0)
        strings();
    else if (strcmp(part, "sorting") == 0)
        sorting();
    else if (strcmp(part, "integers") == 0)
        integers();
    else if (strcmp(part, "floats") == 0)
        floats();
    else if (strcmp(part, "formats") == 0)
        formats();
    else if (strcmp(part, "scanning") == 0)
        scanning();
    else if (strcmp(part, "memory") == 0)
        memory();
    else if (strcmp(part, "files") == 0)
        files();
    else if (strcmp(part, "clocks") == 0)
        clocks();
    else if (strcmp(part, "system") == 0)
        system_calls(argv);
    else
        printf("%s %s\n", argv[0], part);
    return 0;
}
