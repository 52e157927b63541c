int twice(int n) { return n * 2; } int (*table[])(int) = { twice, 0, &twice }; typedef int (*operation)(int, ...);
static long many(char a, short b, int c, long d, unsigned char e, float f, double g, long double h, long i, char *p) { return a + b * 2 + c * 3 + d * 4 + e * 5 + (long)(f * 6) + (long)(g * 7) + (long)(h * 8) + i * 9 + *p; }
long sum(int count, ...) { __builtin_va_list list, other; long s = 0; __builtin_va_start(list, count); __builtin_va_copy(other, list);
    while (count--) s = s * 3 + __builtin_va_arg(list, int); s += __builtin_va_arg(list, long); s += (long)(__builtin_va_arg(list, double) * 4);
    s += (long)__builtin_va_arg(list, long double); s += *__builtin_va_arg(list, char *); s += __builtin_va_arg(list, struct { char b[11]; } ).b[10]; __builtin_va_end(list); return s + __builtin_va_arg(other, int); }
int fibonacci(int n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); } double power(double x, int n) { return n ? x * power(x, n - 1) : 1; }
int old(); int apply(int f(int), int n) { return f(n); } int (*choose(int n))(int) { return table[n]; } static int later(int); int shadow = 1;
char narrow(int n) { return n; } unsigned char unarrow(int n) { return n; } _Bool truth(long n) { return n; } float half(int n) { return n / 2.0; } void none(void) { }
int count(void) { static int n = 10; static struct { int a, b; } s = { 1 }; { static int n; n++; s.b += n; } return n++ + s.b + s.a++; }
int main(void) {
    int shadow = 2; struct { char b[11]; } c11 = { "0123456789" }; c11.b[10] = 5;
    { extern int shadow; print(shadow); } print(shadow); print(twice(twice(3)) + twice(4) * twice(5)); print(table[0](4) + (*table[2])(5) + (**table)(6));
    print(many(-1, -2, 3, -4, 250, 1.5, 2.25, 3.125, 9, "x")); print(sum(3, 1, (char)2, (short)3, 1L << 40, 2.5f, 7.0L, "z", c11)); print(fibonacci(15)); real(power(1.5, 30));
    print(old(3)); print(apply(twice, 21)); print(choose(2)(8)); print(later(1)); print(narrow(300)); print(unarrow(-1)); print(truth(256)); real(half(3)); none();
    print(count() + count()); print(count()); print((twice)(1)); print(sizeof twice(1)); print(table[1] == 0); print(twice == table[0]); print((shadow ? twice : later)(50)); print(!twice);
    print(1 + (2 + (3 + (4 + (5 + (6 + (twice(7) + (8 + twice(9 + twice(1)))))))))); print(twice(1) - (twice(2) - (twice(3) - twice(4)))); return 0;
}
int old(int n) { return -n; } static int later(int n) { return n + 100; }
