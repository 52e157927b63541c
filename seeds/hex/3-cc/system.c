// The world outside: memory, files and messages. Nothing but system calls is used.

enum {  // linux/arch/x86/entry/syscalls/syscall_64.tbl, linux/include/uapi/asm-generic/fcntl.h
    SYS_READ = 0, SYS_WRITE = 1, SYS_OPEN = 2, SYS_CLOSE = 3, SYS_LSEEK = 8, SYS_BRK = 12, SYS_EXIT = 60,
    O_WRONLY_CREAT_TRUNC = 577, SEEK_SET = 0, SEEK_END = 2, STANDARD_ERROR = 2,
    MEMORY_STEP = 0x100000
};

char *file_name;  // where the token stands that is being looked at: for messages, __FILE__ and __LINE__
int line;

long text_length(char *text) {
    long length = 0;
    while (text[length]) length++;
    return length;
}

int same_text(char *a, char *b) {
    while (*a && *a == *b) { a++; b++; }
    return *a == *b;
}

void copy(char *to, char *from, long size) {
    long i;
    for (i = 0; i < size; i++) to[i] = from[i];
}

void clear(char *bytes, long size) {
    long i;
    for (i = 0; i < size; i++) bytes[i] = 0;
}

void complain(char *text, long length) { syscall3(SYS_WRITE, STANDARD_ERROR, (long)text, length); }

void complain_number(long number) {
    char digit;
    if (number > 9) complain_number(number / 10);
    digit = '0' + number % 10;
    complain(&digit, 1);
}

// Ends the compiler with the line  FILE:LINE: what detail
void fail_text(char *what, char *detail, long length) {
    if (file_name) {
        complain(file_name, text_length(file_name));
        complain(":", 1);
        complain_number(line);
        complain(": ", 2);
    }
    complain(what, text_length(what));
    complain(detail, length);
    complain("\n", 1);
    syscall3(SYS_EXIT, 1, 0, 0);
}

void fail(char *what) { fail_text(what, "", 0); }

long memory_next, memory_end;

// Zeroed memory, never given back: what a compiler knows of a program it needs to the end.
void *allocate(long size) {
    long at, more;
    if (!memory_end) memory_next = memory_end = (syscall3(SYS_BRK, 0, 0, 0) + 15) & -16;
    size = (size + 15) & -16;
    if (memory_next + size > memory_end) {
        more = (size + MEMORY_STEP - 1) & -MEMORY_STEP;
        if (syscall3(SYS_BRK, memory_end + more, 0, 0) != memory_end + more) fail("out of memory");
        memory_end += more;
    }
    at = memory_next;
    memory_next += size;
    return (void *)at;
}

// Bytes that grow at their end.
struct buffer { char *data; long size, room; };

void buffer_clear(struct buffer *b) {
    b->data = 0;
    b->size = b->room = 0;
}

// Makes room for `more` bytes (zeroes, if never written) beyond the end.
void reserve(struct buffer *b, long more) {
    char *old = b->data;
    if (b->size + more <= b->room) return;
    b->room = (b->size + more) * 2 + 1000;
    b->data = allocate(b->room);
    copy(b->data, old, b->size);
}

void append(struct buffer *b, char *bytes, long size) {
    reserve(b, size);
    copy(b->data + b->size, bytes, size);
    b->size += size;
}

void append_text(struct buffer *b, char *text) { append(b, text, text_length(text)); }

// Little-endian, as the machine has it.
void put(char *to, long value, int size) {
    int i;
    for (i = 0; i < size; i++) to[i] = value >> i * 8;
}

long get(char *from, int size) {  // zero-extended, unless it has 8 bytes
    long value = 0;
    while (size--) value = value << 8 | (from[size] & 255);
    return value;
}

// The text of a file, with a newline at its end and a zero byte behind it. 0: it cannot be opened.
char *read_file(char *path) {
    long file = syscall3(SYS_OPEN, (long)path, 0, 0), done = 0, size, got;
    char *text;
    if (file < 0) return 0;
    size = syscall3(SYS_LSEEK, file, 0, SEEK_END);
    if (size < 0 || syscall3(SYS_LSEEK, file, 0, SEEK_SET) < 0) fail_text("cannot read ", path, text_length(path));
    text = allocate(size + 2);
    while (done < size) {
        got = syscall3(SYS_READ, file, (long)(text + done), size - done);
        if (got <= 0) fail_text("cannot read ", path, text_length(path));
        done += got;
    }
    syscall3(SYS_CLOSE, file, 0, 0);
    if (text_length(text) != size) fail_text("zero byte in ", path, text_length(path));
    if (!size || text[size - 1] != '\n') text[size] = '\n';
    return text;
}

void write_file(char *path, char *bytes, long size) {
    long file = syscall3(SYS_OPEN, (long)path, O_WRONLY_CREAT_TRUNC, 0755), done = 0, step;
    file_name = 0;
    if (file < 0) fail_text("cannot write ", path, text_length(path));
    while (done < size) {
        step = syscall3(SYS_WRITE, file, (long)(bytes + done), size - done);
        if (step <= 0) fail_text("cannot write ", path, text_length(path));
        done += step;
    }
    syscall3(SYS_CLOSE, file, 0, 0);
}
