struct point { short x, y; }; typedef struct point point;
struct tree { struct tree *left; union { long n; double d; struct { char lo, hi; }; }; point at; point more[2]; char tail[3]; };
union word { unsigned u; unsigned char b[4]; struct { short lo, hi; } halves; };
struct late; struct late *later(struct late *p) { return p; } struct late { int value[40]; };
struct empty_name { int a; struct { int b; union { int c; float f; }; } in; int d[]; };
struct tree make(int n) { struct tree t; t.n = n; t.at.x = n + 1; t.at.y = n + 2; t.more[0] = t.at; t.more[1].y = 4; t.tail[2] = 9; return t; }
point swapped(point p) { point q; q.x = p.y; q.y = p.x; return q; }
long total(int n, struct tree t, char c, point p) { return n + t.n + t.at.x + t.more[0].y + t.tail[2] + c * 1000 + p.x * 10 + p.y; }
struct late big(struct late v, int i) { v.value[i] = i; return v; }
int main(void) {
    struct tree a, b, *p = &a; union word w; struct late l, m; point q = { 1, 2 }, r; struct tree list[3]; int i = 0;
    print(sizeof(struct tree)); print(sizeof(union word)); print(sizeof(struct empty_name)); print(sizeof q);
    a = make(5); b = a; p = &b; print(p->n); print(b.at.y); print(p->more->x); print(p->more[0].y); print((&b)->tail[2]); print(b.lo);
    print(total(1, b, 2, q)); r = swapped(swapped(swapped(q))); print(r.x); print(swapped(q).x); print(make(9).more[0].y);
    w.u = 0x12345678; print(w.b[0]); print(w.halves.hi); w.b[3] = 0xff; print(w.u); (i ? &q : &r)->x = 70; print(r.x);
    for (i = 0; i < 40; i++) l.value[i] = i * i; m = l; print(m.value[39]); m = big(l, 7); print(m.value[7] + l.value[7]);
    *later(&m) = l; print(m.value[7]); list[2] = list[1] = list[0] = a; print(list[2].n); p = list; *++p = b; print((p++)->n);
    print((i ? q : r).x); print((q = r).x); print((i, r).y); a.d = 0.5; real(a.d); print(b.n); q.x++; q.y += q.x--; print(q.y); print(q.x);
    return 0;
}
