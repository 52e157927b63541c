#include "print.h"

struct pair { char first; long second; };
struct node { struct node *next; char name[3]; struct pair pairs[2]; long values[6]; short tail; };
struct node nodes[4], *first;
long numbers[] = { 1, -2, 3 };
char *names[] = { "zero", "one", "two" };
char **cursor;
void *nothing;
int grid[12];
short odd[7];
int sum(int *p, int n) {
    int s = 0;
    while (n--) s += *p++;
    return s;
}

int main(int argc, char **argv) {
    int i, *row = grid + 4;
    long *middle = &numbers[1], far = 5;
    char *inside = "abcdef" + 2;
    unsigned char *bytes = (unsigned char *)numbers;
    struct node local, *near = &local;
    first = nodes + 1; cursor = names;
    print(sizeof(struct node)); print(sizeof(nodes)); print(first - nodes); print(&nodes[3] - first);
    print((char *)&nodes[1] - (char *)nodes); print((char *)&first->values[5] - (char *)first);
    print((char *)&first->tail - (char *)first); print((long)&((struct node *)0)->values);
    for (i = 0; i < 12; i++) grid[i] = i / 4 * 10 + i % 4;
    print(sum(row, 4)); print(sum(&grid[0], 12)); print(*(grid + 9)); print(2[row]); print(sizeof(grid[0]));
    print(sizeof(*grid)); print(sizeof(struct node *)); print(&grid[2] - grid); print(*middle); print(middle[-1]);
    print(*(middle + 1)); text(inside); text("\n"); text(cursor[1]); text(*++cursor); print(**cursor);
    print(*cursor[0]); print(names[2] - names[2]); print(middle > numbers); print(middle == numbers + 1);
    print(!nothing); nothing = numbers; print(nothing == numbers); print(nothing ? 1 : 2);
    print(nothing && middle); print(*(long *)nothing); print((nothing ? middle : 0)[0]);
    print((nothing ? 0 : middle + 1) == 0); print((!nothing ? 0 : middle)[1]);
    print(*(middle ? nothing = middle, middle : numbers)); first->next = &nodes[2]; first->next->next = first;
    first->next->tail = -7; print(first->next->next->next->tail); (*first).values[5] = 5;
    print(nodes[1].values[5]++); print(*(first->values + 5)); first++; print(first->tail);
    first->name[1] = 200; print(first->name[1]); print((--first)->values[5]); odd[6] = -1;
    print(odd[argc + 3]); print(&odd[5] - &odd[2]); print((long)(&odd[5]) - (long)odd);
    print(&*middle == middle); print(*&numbers[2]);
    print(bytes[8]); print(*(short *)(bytes + 8)); print(*(unsigned *)(bytes + 8)); text(argv[1]);
    print(argc); print(argv[argc] == 0); print((long)argv[0] != 0);
    print((long)grid + 0x123456789abcdef0 - (long)grid == 0x123456789abcdef0);
    print((long)&far - 0x700000001 - (long)&far); print((long)grid + 0x7ffffff0 > (long)grid);
    near->pairs[1].second = 3; near->pairs[1].first = -2; near->name[i - 11] = 9;
    local.pairs[argc - 2].second *= -local.pairs[1].first + 5; print(near->pairs[1].second); print(local.name[1]);
    first[local.pairs[1].first + 2].values[i / 4] += 4; first[0].values[i - 9]++; print(first->values[3]);
    print((&near->pairs[1])->second++ + (near->pairs[local.name[1] - 9].second = 7)); return 0;
}
