#ifndef MATH_H
#define MATH_H
long double ldexpl(long double value, int exponent);
#endif
