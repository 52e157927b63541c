/* Files: C99, 7.19, without formats. What is written is buffered; what is read goes where it is wanted at once. */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct file {
    int descriptor;
    int each_call; /* nothing stays in the buffer after a call */
    int failed;
    size_t held;
    struct file *next;
    char buffer[16384];
};

static struct file standard_error = {2, 1, 0, 0, NULL, {0}};
static struct file standard_output = {1, 0, 0, 0, &standard_error, {0}};
static struct file *all = &standard_output;

FILE *stdout = &standard_output;
FILE *stderr = &standard_error;

static void write_all(FILE *file, const char *data, size_t size) {
    while (size > 0 && !file->failed) {
        ssize_t written = write(file->descriptor, data, size);

        if (written < 0) {
            file->failed = 1;
            return;
        }
        data += written;
        size -= (size_t)written;
    }
}

int fflush(FILE *file) {
    int answer = 0;

    if (!file) {
        for (file = all; file; file = file->next)
            if (fflush(file) != 0)
                answer = EOF;
        return answer;
    }
    write_all(file, file->buffer, file->held);
    file->held = 0;
    return file->failed ? EOF : 0;
}

size_t fwrite(const void *data, size_t size, size_t count, FILE *file) {
    size_t total = size * count;

    if (total > sizeof file->buffer - file->held)
        fflush(file);
    if (total > sizeof file->buffer) {
        write_all(file, data, total);
    } else {
        memcpy(file->buffer + file->held, data, total);
        file->held += total;
    }
    if (file->each_call)
        fflush(file);
    return file->failed || size == 0 ? 0 : count;
}

int fputc(int character, FILE *file) {
    char byte = (char)character;

    return fwrite(&byte, 1, 1, file) == 1 ? (unsigned char)byte : EOF;
}

int fputs(const char *text, FILE *file) {
    size_t length = strlen(text);

    return fwrite(text, 1, length, file) == length ? 0 : EOF;
}

size_t fread(void *data, size_t size, size_t count, FILE *file) {
    size_t total = size * count;
    size_t have = 0;

    fflush(file);
    while (have < total) {
        ssize_t got = read(file->descriptor, (char *)data + have, total - have);

        if (got <= 0)
            break;
        have += (size_t)got;
    }
    return size ? have / size : 0;
}

int fseek(FILE *file, long offset, int whence) {
    fflush(file);
    return lseek(file->descriptor, offset, whence) < 0 ? -1 : 0;
}

long ftell(FILE *file) {
    fflush(file);
    return lseek(file->descriptor, 0, SEEK_CUR);
}

FILE *fdopen(int descriptor, const char *mode) {
    FILE *file = malloc(sizeof *file);

    (void)mode;
    if (!file)
        return NULL;
    file->descriptor = descriptor;
    file->each_call = 0;
    file->failed = 0;
    file->held = 0;
    file->next = all;
    all = file;
    return file;
}

FILE *fopen(const char *path, const char *mode) {
    int flags = strchr(mode, '+') ? O_RDWR : *mode == 'r' ? O_RDONLY : O_WRONLY;
    int descriptor;

    if (*mode != 'r')
        flags |= O_CREAT | (*mode == 'a' ? O_APPEND : O_TRUNC);
    descriptor = open(path, flags, 0666);
    return descriptor < 0 ? NULL : fdopen(descriptor, mode);
}

int fclose(FILE *file) {
    int answer = fflush(file);
    struct file **link = &all;

    while (*link != file)
        link = &(*link)->next;
    *link = file->next;
    if (close(file->descriptor) != 0)
        answer = EOF;
    if (file != stdout && file != stderr)
        free(file);
    return answer;
}

int remove(const char *path) {
    return unlink(path);
}
