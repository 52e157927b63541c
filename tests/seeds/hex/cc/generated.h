long write(int file, const void *bytes, unsigned long size);
static unsigned long sum;
static void mix(unsigned long value) { sum = (sum ^ value) * 0x9e3779b97f4a7c15 + (sum >> 29); }
static void mix_float(float x) { union { float x; unsigned bits; } u; u.x = x; mix(x == x ? u.bits : 99); }
static void mix_double(double x) { union { double x; unsigned long bits; } u; u.x = x; mix(x == x ? u.bits : 99); }
static void mix_long_double(long double x) {
    union { long double x; struct { unsigned long low; unsigned short high; } bits; } u;
    u.x = x;
    mix(x == x ? u.bits.low ^ (unsigned long)u.bits.high << 40 : 99);
}
static void mix_text(const char *text) { while (*text) mix(*text++); }
static void show(void) {
    char line[17];
    int i;
    for (i = 0; i < 16; i++) line[i] = "0123456789abcdef"[sum >> (60 - 4 * i) & 15];
    line[16] = '\n';
    write(1, line, 17);
}
#define GREATER(a, b) ((a) > (b) ? (a) : (b))
#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)
#define GLUE(a, b) a ## b
#define SQUARE(x) ((x) * (x))
#define EMPTY
#define CALL(f, ...) f(__VA_ARGS__)
#define IN_RANGE(x) ((x) > -1e9L && (x) < 1e9L)
struct bits { int a : 5; unsigned b : 11, : 0, c : 3; char d; unsigned short e : 9; int : 4, f : 31; _Bool g : 1; };
struct pair { char tag; union { long number; double real; struct { short low; unsigned short high; }; }; };
struct mixed { struct pair pairs[2]; struct bits bits; float real; unsigned char bytes[3]; long double wide; int *to; };
enum shade { DARK = -3, MEDIUM, LIGHT = 70 };
static struct pair turned(struct pair p, int by) {
    struct pair q;
    q = p;
    q.tag += by;
    q.low = p.high;
    q.high = p.low;
    return q;
}
