"""ctypes: functions of the libc and of a library by its name, structures by value, callbacks."""

import ctypes

libc = ctypes.CDLL(None)
assert libc.strlen(b"four") == 4
assert ctypes.pythonapi.Py_IsInitialized() == 1


class Quotient(ctypes.Structure):
    _fields_ = [("quotient", ctypes.c_long), ("remainder", ctypes.c_long)]


libc.ldiv.argtypes = [ctypes.c_long, ctypes.c_long]
libc.ldiv.restype = Quotient
result = libc.ldiv(1000, 7)
assert (result.quotient, result.remainder) == (142, 6)

COMPARE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
numbers = (ctypes.c_int * 5)(3, 1, 4, 1, 5)
libc.qsort.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t, COMPARE]
libc.qsort(numbers, len(numbers), ctypes.sizeof(ctypes.c_int), COMPARE(lambda a, b: a[0] - b[0]))
assert list(numbers) == [1, 1, 3, 4, 5]

libc.frexp.argtypes = [ctypes.c_double, ctypes.POINTER(ctypes.c_int)]
libc.frexp.restype = ctypes.c_double
exponent = ctypes.c_int()
assert (libc.frexp(10.0, ctypes.byref(exponent)), exponent.value) == (0.625, 4)
print("ok")
