/* malloc, realloc, free.

   A block has 32, 64, 128 … bytes, the first 16 of which are its header, so that what follows is aligned to 16.
   Freed blocks of one size form a list; new ones are cut from a chunk. The kernel gets nothing back. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "system.h"

enum {
    SMALLEST = 5, /* powers of two */
    LARGEST = 46,
    CHUNK = 1 << 20,
    MAP_PRIVATE = 0x02, /* linux/mman.h */
    MAP_ANONYMOUS = 0x20
};

struct block {
    long power;
    struct block *next; /* while it is free */
};

static struct block *freed[LARGEST + 1];
static char *chunk;
static size_t chunk_left;

static struct block *cut(size_t size) {
    struct block *block;

    if (chunk_left < size) {
        size_t wanted = size > CHUNK ? size : CHUNK;
        long start = __answer(__syscall(SYS_MMAP, 0, (long)wanted, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));

        if (start == -1)
            return NULL;
        chunk = (char *)start;
        chunk_left = wanted;
    }
    block = (struct block *)chunk;
    chunk += size;
    chunk_left -= size;
    return block;
}

void *malloc(size_t size) {
    int power = SMALLEST;
    struct block *block;

    while (power <= LARGEST && (1UL << power) - sizeof(struct block) < size)
        power++;
    if (power > LARGEST) {
        errno = ENOMEM;
        return NULL;
    }
    block = freed[power];
    if (block)
        freed[power] = block->next;
    else
        block = cut(1UL << power);
    if (!block)
        return NULL;
    block->power = power;
    return block + 1;
}

void free(void *memory) {
    struct block *block = memory;

    if (!memory)
        return;
    block--;
    block->next = freed[block->power];
    freed[block->power] = block;
}

void *realloc(void *memory, size_t size) {
    size_t held;
    void *moved;

    if (!memory)
        return malloc(size);
    held = (1UL << ((struct block *)memory - 1)->power) - sizeof(struct block);
    if (size <= held)
        return memory;
    moved = malloc(size);
    if (moved) {
        memcpy(moved, memory, held);
        free(memory);
    }
    return moved;
}
