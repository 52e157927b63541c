// The built-in functions of T and M, for gcc and clang: gcc -fwrapv -include host.h x.c (with -DT for T)
#define _GNU_SOURCE
#define BUILT_IN static inline __attribute__((unused))
BUILT_IN long syscall3(long number, long a, long b, long c) {
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
    return result;
}
BUILT_IN long peek(long address) {
    long value;
    __builtin_memcpy(&value, (void *)address, sizeof value);
    return value;
}
BUILT_IN long poke(long address, long value) {
    __builtin_memcpy((void *)address, &value, sizeof value);
    return value;
}
BUILT_IN long peek8(long address) { return *(unsigned char *)address; }
BUILT_IN long poke8(long address, long value) { *(unsigned char *)address = value; return value; }
#ifdef T
long program(long argc, long argv);
int main(int argc, char **argv) { return program(argc, (long)argv); }
#endif
