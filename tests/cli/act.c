/* A program that does what its arguments say, one after the other; see act.star for the words. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

static int is(const char *word, const char *name) { return strcmp(word, name) == 0; }

static void write_file(const char *path, const void *data, size_t size) {
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(data, 1, size, file) != size || fclose(file)) {
        perror(path);
        exit(99);
    }
}

static void wake(int number) { (void)number; }

int main(int argc, char **argv) {
    signal(SIGUSR1, wake); /* ends a sleep */
    setvbuf(stdout, NULL, _IONBF, 0);
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        if (is(word, "print")) {
            puts(argv[++i]);
        } else if (is(word, "bytes")) { /* hexadecimal digits */
            for (const char *at = argv[++i]; at[0] && at[1]; at += 2) {
                char digits[3] = {at[0], at[1], 0};
                putchar((int)strtol(digits, NULL, 16));
            }
        } else if (is(word, "count")) {
            for (int n = 1, to = atoi(argv[++i]); n <= to; n++) printf("line %d\n", n);
        } else if (is(word, "sleep")) {
            double wanted = atof(argv[++i]);
            struct timespec span = {(time_t)wanted, (long)((wanted - (time_t)wanted) * 1e9)};
            nanosleep(&span, NULL);
        } else if (is(word, "write")) {
            const char *path = argv[++i], *text = argv[++i];
            write_file(path, text, strlen(text));
        } else if (is(word, "random")) {
            char data[32];
            if (getrandom(data, sizeof data, 0) != sizeof data) return 98;
            write_file(argv[++i], data, sizeof data);
        } else if (is(word, "host")) { /* the host's name */
            char name[65] = "";
            if (gethostname(name, sizeof name - 1)) return 95;
            write_file(argv[++i], name, strlen(name));
        } else if (is(word, "half")) { /* ends with 1 as often as not */
            char chance;
            if (getrandom(&chance, 1, 0) != 1 || chance & 1) return 1;
        } else if (is(word, "allocate")) { /* bytes, and touches them */
            size_t size = strtoull(argv[++i], NULL, 10);
            volatile char *memory = malloc(size);
            if (!memory) return 97;
            for (size_t at = 0; at < size; at += 4096) memory[at] = 1;
        } else if (is(word, "fork")) { /* the child goes on with the next words, too */
            if (fork() < 0) return 96;
        } else if (is(word, "kill")) {
            raise(atoi(argv[++i]));
        } else if (is(word, "exit")) {
            return atoi(argv[++i]);
        } else {
            fprintf(stderr, "act: what is %s?\n", word);
            return 95;
        }
    }
    return 0;
}
