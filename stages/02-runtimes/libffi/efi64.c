/* The calling convention of Windows, which ffi64.c refers to: not here. Its assembly is beyond TinyCC. */
#include <stdlib.h>
#include <ffi.h>

ffi_status ffi_prep_cif_machdep_efi64(ffi_cif *cif)
{
	return FFI_BAD_ABI;
}

ffi_status ffi_prep_closure_loc_efi64(ffi_closure *closure, ffi_cif *cif,
	void (*fun)(ffi_cif *, void *, void **, void *), void *data, void *code)
{
	return FFI_BAD_ABI;
}

ffi_status ffi_prep_go_closure_efi64(ffi_go_closure *closure, ffi_cif *cif,
	void (*fun)(ffi_cif *, void *, void **, void *))
{
	return FFI_BAD_ABI;
}

/* No ffi_cif for that convention can be prepared, so none of these is reached. */
void ffi_call_efi64(ffi_cif *cif, void (*fn)(void), void *rvalue, void **avalue)
{
	abort();
}

void ffi_call_go_efi64(ffi_cif *cif, void (*fn)(void), void *rvalue, void **avalue, void *closure)
{
	abort();
}
