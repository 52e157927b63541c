int a[5] = { 1, 2 }, b[] = { 1, 2, 3, }, c[2][3] = { { 1 }, { 2, 3 } }, d[2][2] = { 1, 2, 3, 4 }, e[][2] = { 1, 2, 3 }, one = { 5 };
char s[] = "text", t[3] = "abc", u[8] = "xy", *p[] = { "p", s, &s[1], t + 2, 0 }, v[2][4] = { "ab", { 'c' } }, w[] = { "brace" }, n[] = "a\0b";
struct in { char c; int n[2]; }; struct out { struct in in; struct in list[2]; union { long l; char c; } u; short last; char name[4]; };
struct out o = { { 'a', { 1, 2 } }, { { 'b' }, { 'c', 3 } }, { 4 }, 5, "abc" }, q = { 'a', 1, 2, 'b', 3, 4, 'c', 5, 6, 7, 8, "z" }, many[2] = { { { 1 } }, 2, 3 };
struct out named = { .last = 9, "end", .in = { .n = { [1] = 4 } } }; int sparse[] = { [3] = 1, 2, [1] = 5 };
int (*f)(void); int zero(void) { return 0; } int (*g)(void) = zero, (*h[2])(void) = { &zero }; long offset = (long)&((struct out *)0)->list[1].n;
int *inside = &o.list[1].n[1], *past = &a[5], *before = a + 2 - 1; long self = (long)&one; unsigned long size = sizeof o + sizeof "four"; double reals[] = { 1, -2.5, 3e10f, 4L, 'a', -0.0 };
float single = 0.1; long double extended = 0.1, negative = -1; _Bool yes = 7, no = 0.0; char small = 300; unsigned char half = -1; long from_float = 2.9; const void *generic = &o; enum { K = sizeof(int) * 2, L };
int main(void) {
    int i, x = 3, la[4] = { x, x + 1 }, lb[] = { x * x, zero(), 7 }, lc[2][2] = { { x }, { 1, x } }; char ls[] = "local", lt[10] = "pad"; struct in li = { x, { x, 9 } }, lj = li, ll[2] = { li, { 1, 2 } };
    struct out lo = { li, { li, { 'c', 3 } }, { x }, x, "abc" }, le = { x, x, x, li, 'z' }; static int st[] = { 4, 5 }; char *lp = ls; int braced = { x }; union { char c; long l; } lu = { -1 };
    for (i = 0; i < 5; i++) print(a[i]); print(sizeof b / sizeof *b); for (i = 0; i < 6; i++) print(c[0][i]); print(d[1][0]); print(sizeof e); print(e[1][1]); print(one);
    text(s); print(sizeof s); print(t[2]); text(u); print(u[7]); text(p[0]); text(p[2]); print(*p[3]); print(p[4] == 0); text(v[0]); print(v[1][1]); text(w); print(sizeof w); print(sizeof n);
    print(o.in.n[1]); print(o.list[1].c); print(o.list[1].n[0]); print(o.list[0].n[0]); print(o.u.l); print(o.last); text(o.name); print(q.list[1].n[1]); print(q.u.l); print(q.last); text(q.name); print(many[1].in.c); print(many[1].in.n[0]);
    print(named.last); text(named.name); print(named.in.n[1]); print(sizeof sparse); for (i = 0; i < 5; i++) print(sparse[i]); print(g()); print(h[0] == g); print(h[1] == f); print(offset); print(inside == &o.list[1].n[1]); print(past - a); print(*before);
    print(self == (long)&one); print(size); for (i = 0; i < 6; i++) real(reals[i]); real(single); real(extended); real(negative); print(yes); print(no); print(small); print(half); print(from_float); print(generic == &o); print(L);
    for (i = 0; i < 4; i++) print(la[i]); print(lb[0]); print(sizeof lb); print(lc[1][1]); print(lc[0][1]); text(ls); print(sizeof ls); print(lt[9]); print(li.n[1]); print(lj.n[0]); print(ll[0].n[1]); print(ll[1].n[1]);
    print(lo.list[0].n[1]); print(lo.u.l); text(lo.name); print(le.list[0].n[1]); print(le.list[1].c); print(le.in.n[1]); print(st[1]); print(*lp); print(braced); print(lu.c); return 0;
}
