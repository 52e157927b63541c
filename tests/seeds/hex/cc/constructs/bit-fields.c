struct a { int a : 3; unsigned b : 5; int c : 24; } x = { -2, 17, -5 }; struct b { char c; int f : 4; unsigned g : 9; char d; } y;
struct c { unsigned short a : 1, : 3, b : 7; unsigned : 0; int z : 1; _Bool t : 1; unsigned char k : 8; } z; struct d { long l; int b : 31; } w;
struct e { unsigned u : 32; signed s : 32; enum { P, Q } q : 2; } e;
struct all { struct a a; unsigned b : 1; } list[2] = { { { 1, 2, 3 }, 1 }, 3, 31 };
int calls; struct c *get(void) { calls++; return &z; }
int main(void) {
    print(sizeof x); print(sizeof y); print(sizeof z); print(sizeof w); print(sizeof list); print(x.a); print(x.b); print(x.c);
    print(x.a = 5); print(x.b += 20); print(x.c++); print(--x.c); print(x.b--); print(x.b); y.c = 1; y.f = -1; y.g = 511; y.d = 2;
    print(y.c + y.f + y.g + y.d); y.f ^= y.g; print(y.f); z.t = 5; print(z.t); z.b = 127; z.z = 1; print(z.z); print(z.b++); print(z.b);
    get()->b |= 3; get()->k = get()->b-- + 200; print(calls); print(z.b); print(z.k); z.t--; print(z.t); z.k *= 1.5; print(z.k);
    print(x.b - 18 < 0); print(e.u - 1 > 0); e.u = -1; print(e.u); e.s = e.u; print(e.s); print(-e.u > 0); w.b = 1 << 30; print(w.b); e.q = 3; print(e.q);
    print(list[0].a.c); print(list[1].a.a); print(list[1].a.b); print(list[0].b); list[1].a = x; print(list[1].a.c); print(x.b ? 1 : 2); print(!x.a);
    if (x.b && z.t) print(1); else print(0); print(x.c >> 1); print(sizeof(x.b + 0)); print((x.a, x.b)); print(~x.b);
    return 0;
}
