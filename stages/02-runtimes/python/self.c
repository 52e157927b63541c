/* dlopen(NULL) and dlsym for a static program: what ctypes.pythonapi and CDLL(None) find.

   musl's dlopen always fails in a static program. These take its place: the program itself can be
   opened, and has all of Python's interface (symbols.h) and some of the libc; nothing else can be opened.
   No header declares the names here, so that each can be declared as what it is to us: an address. */
#include <stddef.h>

/* Of the libc, what callers of ctypes commonly want; every name pulls its function into the program. */
#define LIBC_NAMES \
	LIBC(abs) LIBC(atoi) LIBC(atol) LIBC(free) LIBC(getenv) LIBC(getpid) LIBC(isatty) LIBC(malloc) LIBC(memchr) \
	LIBC(memcmp) LIBC(memcpy) LIBC(memmove) LIBC(memset) LIBC(printf) LIBC(puts) LIBC(qsort) LIBC(rand) \
	LIBC(snprintf) LIBC(sprintf) LIBC(srand) LIBC(sqrt) LIBC(strcat) LIBC(strchr) LIBC(strcmp) LIBC(strcpy) \
	LIBC(strdup) LIBC(strlen) LIBC(strncmp) LIBC(strncpy) LIBC(strstr) LIBC(strtod) LIBC(strtol) LIBC(strtoul) \
	LIBC(time) LIBC(tolower) LIBC(toupper)

/* Of Python's interface some names belong to other systems; those stay undefined, hence weak. */
#define PYTHON(name) extern char name[] __attribute__((weak));
#define LIBC(name) extern char name[];
#include "symbols.h"
LIBC_NAMES
#undef PYTHON
#undef LIBC

static struct { const char *name; void *address; } symbols[] = {
#define PYTHON(name) { #name, name },
#define LIBC(name) { #name, name },
#include "symbols.h"
LIBC_NAMES
};

static const char *error;

static int same(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

void *dlopen(const char *file, int mode)
{
	if (!file)
		return symbols;
	error = "Dynamic loading not supported: this program is static";
	return NULL;
}

void *dlsym(void *handle, const char *name)
{
	size_t i;
	for (i = 0; i < sizeof symbols / sizeof *symbols; i++)
		if (symbols[i].address && same(symbols[i].name, name))
			return symbols[i].address;
	error = "Symbol not found";
	return NULL;
}

int dlclose(void *handle)
{
	return 0;
}

char *dlerror(void)
{
	char *last = (char *)error;
	error = NULL;
	return last;
}
