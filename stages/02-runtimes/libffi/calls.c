/* Calls and callbacks with every way in which a value can be returned. Prints "ok". */
#include <ffi.h>
#include <stdio.h>
#include <string.h>

struct longs { long a, b; };
struct doubles { double a, b; };
struct bytes { char c[3]; };
struct large { long a[5]; };

static struct longs f_longs(struct longs x) { x.a *= 2; x.b *= 3; return x; }
static struct doubles f_doubles(struct doubles x) { x.a *= 2; x.b *= 3; return x; }
static struct bytes f_bytes(struct bytes x) { x.c[0] += 1; x.c[2] += 2; return x; }
static struct large f_large(struct large x) { x.a[4] += x.a[0]; return x; }
static long double f_long_double(long double x) { return x * 2; }
static float f_float(float x) { return x * 2; }
static unsigned short f_ushort(unsigned short x) { return x + 1; }
static signed char f_schar(signed char x) { return x - 1; }
static double f_many(int a, short b, signed char c, float d, double e, long f, long g, long h, long i, double j)
{
	return a + b + c + d + e + f + g + h + i + j;
}

static void callback(ffi_cif *cif, void *result, void **arguments, void *data)
{
	*(double *)result = *(double *)arguments[0] * *(int *)arguments[1] + *(int *)data;
}

static int failures;

static void expect(int condition, char *what)
{
	if (!condition) {
		failures++;
		printf("wrong: %s\n", what);
	}
}

static void call(ffi_type *type, void *function, void *argument, void *result)
{
	ffi_cif cif;
	ffi_type *types[] = { type };
	void *values[] = { argument };
	expect(ffi_prep_cif(&cif, FFI_DEFAULT_ABI, 1, type, types) == FFI_OK, "ffi_prep_cif");
	ffi_call(&cif, FFI_FN(function), result, values);
}

#define STRUCT(name, ...) \
	ffi_type *name##_elements[] = { __VA_ARGS__, NULL }; \
	ffi_type name = { 0, 0, FFI_TYPE_STRUCT, name##_elements }

int main(void)
{
	STRUCT(longs, &ffi_type_slong, &ffi_type_slong);
	STRUCT(doubles, &ffi_type_double, &ffi_type_double);
	STRUCT(bytes, &ffi_type_schar, &ffi_type_schar, &ffi_type_schar);
	STRUCT(large, &ffi_type_slong, &ffi_type_slong, &ffi_type_slong, &ffi_type_slong, &ffi_type_slong);
	struct longs l = { 2, 3 };
	struct doubles d = { 0.5, 1.5 };
	struct bytes b = { "ab" };
	struct large g = { 1, 2, 3, 4, 5 };
	long double ld = 1.25L;
	float f = 0.1f, rf;
	unsigned short us = 65535;
	signed char sc = -128;
	ffi_arg small;
	ffi_cif cif;
	void *code;
	int ten = 10;
	ffi_closure *closure = ffi_closure_alloc(sizeof *closure, &code);
	ffi_type *two[] = { &ffi_type_double, &ffi_type_sint };
	ffi_type *many[] = { &ffi_type_sint, &ffi_type_sshort, &ffi_type_schar, &ffi_type_float, &ffi_type_double,
		&ffi_type_slong, &ffi_type_slong, &ffi_type_slong, &ffi_type_slong, &ffi_type_double };
	int a1 = 1; short a2 = 2; signed char a3 = -3; float a4 = 4; double a5 = 5; long a6 = 6; double a10 = 0.5, sum;
	void *values[] = { &a1, &a2, &a3, &a4, &a5, &a6, &a6, &a6, &a6, &a10 };

	call(&longs, f_longs, &l, &l);
	expect(l.a == 4 && l.b == 9, "two integers");
	call(&doubles, f_doubles, &d, &d);
	expect(d.a == 1 && d.b == 4.5, "two doubles");
	call(&bytes, f_bytes, &b, &b);
	expect(b.c[0] == 'b' && b.c[1] == 'b' && b.c[2] == 2, "three bytes");
	call(&large, f_large, &g, &g);
	expect(g.a[4] == 6, "a structure in memory");
	call(&ffi_type_longdouble, f_long_double, &ld, &ld);
	expect(ld == 2.5L, "long double");
	call(&ffi_type_float, f_float, &f, &rf);
	expect(rf == 0.2f, "float");
	call(&ffi_type_ushort, f_ushort, &us, &small);
	expect(small == 0, "unsigned short");
	call(&ffi_type_schar, f_schar, &sc, &small);
	expect((signed char)small == 127, "signed char");

	ffi_prep_cif(&cif, FFI_DEFAULT_ABI, 10, &ffi_type_double, many);
	ffi_call(&cif, FFI_FN(f_many), &sum, values);
	expect(sum == 33.5, "ten arguments");

	expect(ffi_prep_cif(&cif, FFI_GNUW64, 2, &ffi_type_double, two) == FFI_BAD_ABI, "another convention is refused");
	expect(ffi_prep_cif(&cif, FFI_DEFAULT_ABI, 2, &ffi_type_double, two) == FFI_OK, "ffi_prep_cif of a callback");
	expect(ffi_prep_closure_loc(closure, &cif, callback, &ten, code) == FFI_OK, "ffi_prep_closure_loc");
	expect(((double (*)(double, int))code)(2.5, 3) == 17.5, "callback");
	if (!failures)
		puts("ok");
	return failures != 0;
}
