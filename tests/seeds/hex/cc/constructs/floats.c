float f = 1.1f, g = 3; double d = 1.1, z = 0; long double l = 1.1L, tiny = 1e-4940L; unsigned long ul = 0xfffffffffffffbff, uk = 1UL << 63; unsigned u = 0xffffffff; long n = -0x7fffffffffffffff; signed char c = -3; _Bool b = 1;
void compare(double x, double y) { print(x < y); print(x <= y); print(x > y); print(x >= y); print(x == y); print(x != y); print(!(x < y)); if (x < y) print(1); else print(2); if (!(x >= y)) print(3); while (x == y) { print(4); break; } if (x) print(5); print(x && y); print(x || y); print(!x); print(x ? 1 : 0); }
void compare_long(long double x, float y) { print(x < y); print(x <= y); print(x > y); print(x >= y); print(x == y); print(x != y); print(x < 0 || y > 0); }
double nested(double a, double b) { return (a + (b * (a - (b / (a + (b - (a * (b + (a - b / 3)))))))) - (((a * b) + (a / b)) * ((a - b) * (a + b)))); }
float id(float x) { return x; } long double wide(long double x) { return x + 1; }
int main(void) {
    double nan = z / z, infinity = 1 / z; long double x[3] = { 1, 2.5, -3 };
    real(f + g); real(f * d); real(d / 3); real(l - f); real(f / g); real(-f); real(-z); real(z - z); real(f + 1); real(d * l); real((float)d); real((double)l); real((float)0.1L); real(1.0f / 3 * 3); real(tiny / 1e5L); real(1e308 * 10); real(5e-324 / 2); real(3e-310 * 0.7); real(1e-38f * 0.3f);
    real(ul); real((double)ul); real((float)ul); real(uk); real((float)uk); real((double)n); real((float)n); real((double)u); real((float)u); real(u); real(c); real(b); real(c + 0.5); real(-1L); real((float)16777217); real((double)9007199254740993);
    print((long)1e18); print((unsigned long)1e19); print((unsigned long)1e19L); print((unsigned long)9223372036854775808.0f); print((unsigned long)5.7); print((unsigned)4e9); print((int)-2.9f); print((short)-7.9L); print((char)65.5); print((_Bool)0.1f); print((_Bool)-z); print((unsigned long)d); ul = l * 3; print(ul); ul = uk * 1.5; print(ul);
    compare(1, 2); compare(2, 1); compare(1, 1); compare(nan, 1); compare(1, nan); compare(nan, nan); compare(infinity, 1e300); compare(-0.0, 0.0); compare_long(1, 1); compare_long(nan, 1); compare_long(-1, 2); compare_long(infinity, 3);
    real(nested(1.25, 2.75)); real(nested(f, d)); real(id(0.1)); real(id(d)); real(wide(f)); real(wide(wide(1)) * wide(2) + wide(3) * (wide(4) - wide(5))); real(x[1]++); real(++x[1]); real(x[2]--); x[0] += x[1] *= 2; real(x[0]); real((d, f)); real(d > 1 ? f : l); real(d < 1 ? 1 : 2.5f);
    f = d = l = 0.7; real(f); real(d); f += 0.1; real(f); d -= f; real(d); l /= 3; real(l); f *= 1e30; f *= 1e30; real(f); print(f == infinity); print(sizeof(f + g)); print(sizeof(f + d)); print(sizeof(d + l)); print(sizeof(f + n)); n = 3.99; print(n); c = -3.99; print(c); c += 300.5 - 290; print(c);
    return 0;
}
