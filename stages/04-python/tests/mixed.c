/* A structure of an integer and a floating-point number, by value: in two kinds of registers at once. */

#include <ffi.h>
#include <stdio.h>

struct mixed { long number; double fraction; };

static struct mixed twice(struct mixed given)
{
    return (struct mixed){ given.number * 2, given.fraction * 2 };
}

int main(void)
{
    ffi_type *members[] = { &ffi_type_slong, &ffi_type_double, NULL };
    ffi_type mixed = { .type = FFI_TYPE_STRUCT, .elements = members };
    ffi_type *parameters[] = { &mixed };
    ffi_cif call;
    struct mixed given = { 21, 0.25 }, result;
    void *arguments[] = { &given };

    if (ffi_prep_cif(&call, FFI_DEFAULT_ABI, 1, &mixed, parameters) != FFI_OK)
        return 1;
    ffi_call(&call, FFI_FN(twice), &result, arguments);
    if (result.number != 42 || result.fraction != 0.5)
        return 2;
    puts("ok");
    return 0;
}
