struct node { struct node *next; char name[3]; long values[2][3]; short tail; };
struct node nodes[4], *first = nodes + 1;
long numbers[] = { 1, -2, 3 }; char *names[] = { "zero", "one", "two" }; char **cursor = names; void *nothing;
int grid[3][4]; int *row = grid[1]; long *middle = &numbers[1]; char *inside = "abcdef" + 2; short odd[7];
int (*whole)[4] = grid + 1; int *last = &grid[2][3]; char *late = (char *)&nodes[2].tail; long distance = (long)&((struct node *)0)->tail;
int sum(int *p, int n) { int s = 0; while (n--) s += *p++; return s; }
int rows(int g[3][4]) { return sizeof g + g[2][3]; }
int main(void) {
    int i, j;
    print(sizeof(struct node)); print(sizeof nodes); print(first - nodes); print(&nodes[3] - first); print(distance);
    print((char *)&nodes[1] - (char *)nodes); print((char *)&first->values[1][2] - (char *)first); print(late - (char *)nodes);
    print((char *)&first->tail - (char *)first); print((long)&((struct node *)0)->values);
    for (i = 0; i < 3; i++) for (j = 0; j < 4; j++) grid[i][j] = 10 * i + j;
    print(sum(row, 4)); print(sum(&grid[0][0], 12)); print(rows(grid)); print(*(*(grid + 2) + 1)); print(2[row]);
    print((*whole)[2]); print(whole[1][1]); print(*last); print(sizeof *whole); print(*middle); print(*inside);
    text(cursor[1]); text(*++cursor + 1); print(**cursor++); text(names[2] + 1); print(nothing == 0); print(!nothing);
    first->next = &nodes[3]; first->next->values[1][2] = 77; print(nodes[3].values[1][2]); print((*first).next - nodes);
    nodes[3].name[2] = 'x'; print(first->next->name[2]); print(&odd[5] - &odd[2]); print(&odd[5] > &odd[2]); print(odd <= odd + 1);
    nothing = &odd[3]; print((short *)nothing - odd); print((nothing ? &odd[1] : 0) - odd); print((0 ? nothing : odd) == odd);
    print(&*row == row); print(*&i); print(sizeof &odd); print(sizeof *&odd); print(&grid[3] - grid); print(&odd[-1] + 1 == odd);
    return 0;
}
