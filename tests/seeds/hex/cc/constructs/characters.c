char s[] = "a\n\t\r\\\'\"\a\b\f\v\x41\101\0z" "joined" /* here */ "\x7f\377\?" "\0" "12";
const char *const p = "tail" + 1;
int main(void) {
    unsigned i;
    for (i = 0; i < sizeof s; i++) print(s[i]);
    print('\xff'); print('\377'); print('\0'); print('"'); print('\''); print("abc"[1]); print(sizeof "abc" "de");
    print(*("xyz" + 2)); text(p); print(&"abc"[3] - &"abc"[0] > 2 || 1);
    return 0;
}
