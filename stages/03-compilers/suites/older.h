/* What the tests take for given, and GCC 3.4.6 and TinyCC do not define: names for types, sizes and limits; and for
   TinyCC the builtin functions that are no more than functions of the libc. */

#ifndef __INT32_TYPE__
#define __INT8_TYPE__ signed char
#define __INT16_TYPE__ short
#define __INT32_TYPE__ int
#define __INT64_TYPE__ long
#define __UINT8_TYPE__ unsigned char
#define __UINT16_TYPE__ unsigned short
#define __UINT32_TYPE__ unsigned int
#define __UINT64_TYPE__ unsigned long
#define __INTPTR_TYPE__ long
#define __UINTPTR_TYPE__ unsigned long
#define __INT_LEAST8_TYPE__ signed char
#define __UINT_LEAST32_TYPE__ unsigned int
#define __WCHAR_WIDTH__ 32
#endif

#ifndef __SIZEOF_SHORT__
#define __SIZEOF_SHORT__ 2
#define __SIZEOF_FLOAT__ 4
#define __SIZEOF_DOUBLE__ 8
#endif

#ifndef __SIZEOF_INT__
#define __SIZEOF_INT__ 4
#define __SIZEOF_LONG__ 8
#define __SIZEOF_LONG_LONG__ 8
#define __SIZEOF_POINTER__ 8
#endif

#ifndef __BYTE_ORDER__
#define __ORDER_LITTLE_ENDIAN__ 1234
#define __ORDER_BIG_ENDIAN__ 4321
#define __BYTE_ORDER__ __ORDER_LITTLE_ENDIAN__
#endif

#ifdef __TINYC__
#define __SCHAR_MAX__ 127
#define __FLT_MAX__ 3.40282346638528859812e+38F
#define __FLT_MIN__ 1.17549435082228750797e-38F
#define __DBL_MAX__ 1.79769313486231570815e+308
#define __DBL_EPSILON__ 2.22044604925031308085e-16
#define __DBL_MANT_DIG__ 53
#define __DBL_MIN_EXP__ (-1021)
#define __LDBL_MAX__ 1.18973149535723176502e+4932L

#define __builtin_abs abs
#define __builtin_copysign copysign
#define __builtin_copysignf copysignf
#define __builtin_exit exit
#define __builtin_fabs fabs
#define __builtin_ffs ffs
#define __builtin_printf printf
#define __builtin_puts puts
#define __builtin_sprintf sprintf
#define __builtin_trap abort
#define __builtin_unreachable abort
double copysign(double, double);
float copysignf(float, float);
double fabs(double);
#endif
