// mc: the compiler for the language M, written in the language T.
//
//     mc IN OUT        M -> static x86-64 ELF program
//
// M is a small typed C; T a smaller one without types (both: LANGUAGES.md; how this compiler works: README.md).
// The file tells the way from characters to the program:
//
//     1 faults            6 trees, typed and folded
//     2 files             7 expressions: tokens -> trees
//     3 tokens            8 machine code
//     4 types             9 trees -> machine code
//     5 symbols          10 statements   11 declarations   12 the ELF file

enum {  // limits: of what is kept in memory; each is checked
    SOURCE_LIMIT = 0x1000000, CODE_LIMIT = 0x1000000, DATA_LIMIT = 0x100000, SIZE_LIMIT = 0x20000000,
    FILE_LIMIT = 256, NAME_LIMIT = 0x10000, NAME_SLOTS = 0x20000, TYPE_LIMIT = 0x10000, MEMBER_LIMIT = 0x4000,
    SYMBOL_LIMIT = 0x8000, PARAMETER_LIMIT = 0x8000, NODE_LIMIT = 0x8000, LABEL_LIMIT = 0x80000, CASE_LIMIT = 0x2000,
    INITIAL_LIMIT = 0x10000, NESTING_LIMIT = 1000
};

enum {  // where things lie in memory
    CODE_ADDRESS = 0x400000, DATA_ADDRESS = 0x8000000, ZERO_ADDRESS = 0x8100000, HEADERS_SIZE = 176, PAGE = 4096
};

enum { SYS_READ = 0, SYS_WRITE = 1, SYS_OPEN = 2, SYS_CLOSE = 3, SYS_FSTAT = 5, SYS_EXIT = 60, SYS_UNLINK = 87 };
enum { STDERR = 2, CREATE = 577, MODE = 493 };  // O_WRONLY | O_CREAT | O_TRUNC; 0755
enum { FIRST_FILE = 2 };                        // after the prelude's

// Functions that call each other across the sections, or in circles:
long next(void); long skip_blanks(void); long wrap(long value, long type); long unary(void);
long make(long op, long type, long a, long b); long conditional(void); long assignment(void);
long expression(void); long generate(long node); long statement(void);
long reserve_data(long size); long reserve_frame(long size);

long copy(long to, long from, long count) {
    long i = 0;
    while (i < count) {
        poke8(to + i, peek8(from + i));
        i = i + 1;
    }
    return count;
}

long length_of(long text) {
    long length = 0;
    while (peek8(text + length)) length = length + 1;
    return length;
}

// ---- 1. Faults: FILE:LINE: what is wrong, on standard error; exit status 1 --------------------------------

long token_file; long token_line;    // where the current token begins
long file_before; long line_before;  // where the token before it ends
long file_path[FILE_LIMIT];

long name_text[NAME_LIMIT]; long name_length[NAME_LIMIT];  // where in the source a name first stood
unsigned char source[SOURCE_LIMIT];

unsigned char letter[1];

long say(long text) { return syscall3(SYS_WRITE, STDERR, text, length_of(text)); }

long say_letter(long c) {
    letter[0] = c;
    return syscall3(SYS_WRITE, STDERR, (long)letter, 1);
}

long say_number(long number) {
    if (number > 9) say_number(number / 10);
    return say_letter('0' + number % 10);
}

long say_place(void) {
    say(file_path[token_file]);
    say((long)":");
    say_number(token_line);
    return say((long)": ");
}

long end_with(long text) {
    say(text);
    return syscall3(SYS_EXIT, 1, 0, 0);
}

long fail_name(long what, long name) {
    say_place();
    say(what);
    say((long)" '");
    syscall3(SYS_WRITE, STDERR, (long)source + name_text[name], name_length[name]);
    return end_with((long)"'\n");
}

long fail(long what) {
    say_place();
    say(what);
    return end_with((long)"\n");
}

// After the token before.
long fail_expected(long punctuation) {
    token_file = file_before; token_line = line_before;
    say_place();
    say((long)"'");
    say_letter(punctuation);
    return end_with((long)"' expected\n");
}

// One more of what is counted, or a fault: gives the count before.
long within(long count, long limit, long what) {
    if (count >= limit) fail(what);
    return count;
}

// ---- 2. Files: all sources lie one behind the other in `source`, each with a zero byte at its end ---------

long source_size;
long at; long line; long file;  // the next character, its line and file
long file_count;
long file_end[FILE_LIMIT];
long directory_length;                    // of the first file's path, with its last '/'
long at_of_includer; long line_of_includer;  // where the first file goes on

// The next character comes from a new file.
long begin_file(long path) {
    file = within(file_count, FILE_LIMIT, (long)"too many files");
    file_count = file_count + 1;
    file_path[file] = path;
    at = source_size; line = 1;
    return 0;
}

long end_file(void) {
    file_end[file] = source_size;
    source_size = within(source_size, SOURCE_LIMIT, (long)"the sources are too long") + 1;
    return 0;
}

long read_file(long path) {
    long input = syscall3(SYS_OPEN, path, 0, 0);
    begin_file(path);
    token_file = file; token_line = 0;
    if (input < 0) fail((long)"the file cannot be opened");
    long got = 1;
    while (got) {
        got = syscall3(SYS_READ, input, (long)source + source_size, SOURCE_LIMIT - source_size);
        if (got < 0) fail((long)"the file cannot be read");
        source_size = source_size + got;
    }
    syscall3(SYS_CLOSE, input, 0, 0);
    return end_file();
}

// ---- 3. Tokens --------------------------------------------------------------------------------------------

enum {  // a token of one character is that character; `x=` is x + WITH_EQUALS, `xx` x + DOUBLED, `xx=` both
    END = 0, NUMBER = 1, STRING = 2, NAME = 3,
    WITH_EQUALS = 128, DOUBLED = 256, ARROW = 512, KEYWORD = 1024, TOKEN_LIMIT = 1088
};

enum {  // keywords are the first names, in the order of the prelude (section 12)
    K_VOID = 1025, K_CHAR, K_SHORT, K_INT, K_LONG, K_UNSIGNED, K_STRUCT, K_ENUM, K_IF, K_ELSE, K_WHILE, K_DO, K_FOR,
    K_SWITCH, K_CASE, K_DEFAULT, K_BREAK, K_CONTINUE, K_RETURN, K_SIZEOF
};

enum { LAST_KEYWORD = 20, NAME_INCLUDE = 21, NAME_MAIN = 22 };

enum {  // the simple types, ordered so that of two the greater is C's common type; the unsigned ones are even
    VOID, CHAR, UCHAR, SHORT, USHORT, INT, UINT, LONG, ULONG
};

long token;
long token_value; long token_type;  // of a number; of a string: its address in the data
long token_name;                    // of a name
long string_size;                   // with the zero byte at the end

unsigned char data[DATA_LIMIT];  // strings, and the variables that have initialisers
long data_size;

enum { BLANK = 1, LETTER = 2, DIGIT = 4, DOUBLES = 8, EQUALS = 16, PUNCTUATION = 32 };
unsigned char class_of[256];

long name_count;
long name_slot[NAME_SLOTS];  // hash -> name
long name_hash[NAME_LIMIT];

long classify(long characters, long class) {
    while (peek8(characters)) {
        class_of[peek8(characters)] = class_of[peek8(characters)] | class;
        characters = characters + 1;
    }
    return 0;
}

long classify_all(void) {
    classify((long)" \t\r\n", BLANK);
    classify((long)"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_", LETTER);
    classify((long)"0123456789", DIGIT);
    classify((long)"+-<>&|", DOUBLES);
    classify((long)"+-*/%&|^=!<>", EQUALS);
    return classify((long)"+-*/%&|^=!<>()[]{},;:?.~", PUNCTUATION);
}

long same_bytes(long one, long other, long length) {
    while (length) {
        length = length - 1;
        if (source[one + length] != source[other + length]) return 0;
    }
    return 1;
}

// The number that stands for the name source[start .. start + length).
long intern(long start, long length) {
    long hash = length;
    long i = start;
    while (i < start + length) {
        hash = (hash * 31 + source[i]) & 0xffffffff;
        i = i + 1;
    }
    long slot = (hash ^ hash >> 15) & (NAME_SLOTS - 1);
    while (name_slot[slot]) {
        long name = name_slot[slot];
        if (name_hash[name] == hash && name_length[name] == length && same_bytes(name_text[name], start, length)) {
            return name;
        }
        slot = (slot + 1) & (NAME_SLOTS - 1);
    }
    name_count = within(name_count + 1, NAME_LIMIT, (long)"too many names");
    name_slot[slot] = name_count;
    name_text[name_count] = start; name_length[name_count] = length; name_hash[name_count] = hash;
    return name_count;
}

long read_name(void) {
    long start = at;
    while (class_of[source[at]] & (LETTER | DIGIT)) at = at + 1;
    token_name = intern(start, at - start);
    token = NAME;
    if (token_name <= LAST_KEYWORD) token = KEYWORD + token_name;
    return 0;
}

// The value of a hexadecimal digit, or 16.
long digit_value(long c) {
    if (c >= '0' && c <= '9') return c - '0';
    c = c | 32;
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return 16;
}

// Decimal numbers fit long, others unsigned long.
long read_digits(long base) {
    long value = 0;
    long start = at;
    long most = 0x7fffffffffffffff / 10;
    if (base != 10) most = 0x7fffffffffffffff / (base / 2);
    while (digit_value(source[at]) < base) {
        if (value < 0 || value > most) fail((long)"the number is too large");
        value = value * base + digit_value(source[at]);
        at = at + 1;
    }
    if (at == start) fail((long)"a digit is expected");
    return value;
}

// The type of a number: the first that holds it, of those that its spelling allows (C11 6.4.4.1).
long number_type(long value, long is_decimal, long has_u, long has_l) {
    long type = INT + has_u + 2 * has_l;
    while (type <= ULONG && (wrap(value, type) != value || (type == LONG && value < 0))) {
        type = type + 1 + (is_decimal || has_u);
    }
    if (type > ULONG || (is_decimal && value < 0)) fail((long)"the number is too large");
    return type;
}

long take_suffix(long suffix) {
    if ((source[at] | 32) != suffix) return 0;
    at = at + 1;
    return 1;
}

long read_number(void) {
    long base = 10;
    if (source[at] == '0') base = 8;
    if (source[at] == '0' && (source[at + 1] | 32) == 'x') {
        base = 16; at = at + 2;
    }
    token_value = read_digits(base);
    long has_u = take_suffix('u');
    token_type = number_type(token_value, base == 10, has_u, take_suffix('l'));
    if (class_of[source[at]] & (LETTER | DIGIT)) fail((long)"what follows the number is neither digit nor suffix");
    token = NUMBER;
    return 0;
}

// What is behind a backslash.
long read_escape(void) {
    long start = at;
    long value = 0;
    if (digit_value(source[at]) < 8) {
        value = read_digits(8);
        if (at - start > 3 || value > 255) fail((long)"the character does not fit a byte");
        return value;
    }
    at = at + 1;
    while (value < 7) {
        if (peek8((long)"abtnvfr" + value) == source[start]) return 7 + value;
        value = value + 1;
    }
    if (source[start] != '\'' && source[start] != '"' && source[start] != '\\') fail((long)"unknown escape");
    return source[start];
}

// One character of a string or character constant.
long read_character(void) {
    long c = source[at];
    if (c == '\n' || c == 0) fail((long)"the closing quote is missing");
    at = at + 1;
    if (c == '\\') return read_escape();
    return c;
}

long read_character_constant(void) {
    at = at + 1;
    if (source[at] == '\'') fail((long)"a character is expected");
    token_value = read_character() << 56 >> 56;
    if (source[at] != '\'') fail((long)"the closing quote is missing");
    at = at + 1; token_type = INT; token = NUMBER;
    return 0;
}

// Strings that follow each other are one. They go to the data at once.
long read_string(void) {
    token_value = DATA_ADDRESS + data_size;
    string_size = data_size;
    while (source[at] == '"') {
        at = at + 1;
        while (source[at] != '"') data[reserve_data(1)] = read_character();
        at = at + 1;
        skip_blanks();
    }
    reserve_data(1);
    string_size = data_size - string_size;
    token = STRING;
    return 0;
}

long read_punctuation(void) {
    long c = source[at];
    at = at + 1; token = c;
    if (c == '-' && source[at] == '>') {
        token = ARROW; at = at + 1;
        return 0;
    }
    if (class_of[c] & DOUBLES && source[at] == c) {
        token = token + DOUBLED; at = at + 1;
        if (c != '<' && c != '>') return 0;
    }
    if (class_of[c] & EQUALS && source[at] == '=') {
        token = token + WITH_EQUALS; at = at + 1;
    }
    return 0;
}

long skip_blanks(void) {
    while (1) {
        if (class_of[source[at]] & BLANK) {
            line = line + (source[at] == '\n'); at = at + 1;
        } else if (source[at] == '/' && source[at + 1] == '/') {
            while (source[at] != '\n' && source[at]) at = at + 1;
        } else {
            return 0;
        }
    }
    return 0;
}

// #include "path", in the first file, relative to its directory. The whole path stands before the text of the file.
long include(void) {
    long path = (long)source + source_size;
    at = at + 1;
    next();
    if (token != NAME || token_name != NAME_INCLUDE) fail((long)"no directive but #include is known");
    next();
    if (token != STRING) fail((long)"a path in double quotes is expected");
    if (file != FIRST_FILE) fail((long)"only the first file includes others");
    at_of_includer = at; line_of_includer = line;
    within(source_size + directory_length + string_size, SOURCE_LIMIT, (long)"the sources are too long");
    data_size = data_size - string_size;
    source_size = source_size + copy(path, file_path[FIRST_FILE], directory_length);
    source_size = source_size + copy((long)source + source_size, (long)data + data_size, string_size);
    return read_file(path);
}

// The next token, in `token` and what belongs to it.
long next(void) {
    file_before = file; line_before = line;
    skip_blanks();
    while (source[at] == '#' || (at == file_end[file] && file > FIRST_FILE)) {
        if (source[at] == '#') {
            include();
        } else {
            file = FIRST_FILE; at = at_of_includer; line = line_of_includer;
        }
        skip_blanks();
    }
    token_file = file; token_line = line;
    long class = class_of[source[at]];
    if (class & LETTER) return read_name();
    if (class & DIGIT) return read_number();
    if (class & PUNCTUATION) return read_punctuation();
    if (source[at] == '"') return read_string();
    if (source[at] == '\'') return read_character_constant();
    if (at != file_end[file]) fail((long)"a character that M does not have");
    token = END;
    return 0;
}

long expect(long wanted) {
    if (token != wanted) fail_expected(wanted);
    return next();
}

// Takes the token if it is this one.
long take(long wanted) {
    if (token != wanted) return 0;
    next();
    return 1;
}

long expect_name(void) {
    if (token != NAME) fail((long)"a name is expected");
    long name = token_name;
    next();
    return name;
}

// ---- 4. Types ---------------------------------------------------------------------------------------------

enum { SIMPLE, POINTER, ARRAY, STRUCT };
enum { UNKNOWN = 0 };  // the size of void and of what is only declared; the length of an array `[]`

long type_count;
long type_kind[TYPE_LIMIT];
long type_size[TYPE_LIMIT];  // bytes
long type_align[TYPE_LIMIT];
long type_base[TYPE_LIMIT];     // of a pointer or an array
long type_length[TYPE_LIMIT];   // of an array: elements; of a struct: members
long type_members[TYPE_LIMIT];  // of a struct: the first of its members, which follow each other
long type_pointer[TYPE_LIMIT];  // the pointer to this type; 0 until it is asked for
long name_struct[NAME_LIMIT];   // the struct that has this name

long member_count;
long member_name[MEMBER_LIMIT]; long member_type[MEMBER_LIMIT]; long member_offset[MEMBER_LIMIT];

long new_type(long kind, long base, long size, long align) {
    long type = within(type_count, TYPE_LIMIT, (long)"too many types");
    type_count = type_count + 1;
    type_kind[type] = kind; type_base[type] = base; type_size[type] = size; type_align[type] = align;
    return type;
}

long define_simple_types(void) {
    new_type(SIMPLE, 0, UNKNOWN, 1);
    long size = 1;
    while (size <= 8) {
        new_type(SIMPLE, 0, size, size);
        new_type(SIMPLE, 0, size, size);
        size = size * 2;
    }
    return 0;
}

long size_of(long type) {
    if (type_size[type] == UNKNOWN) fail((long)"the size of this type is not known");
    return type_size[type];
}

long pointer_to(long type) {
    if (type_pointer[type] == 0) type_pointer[type] = new_type(POINTER, type, 8, 8);
    return type_pointer[type];
}

long array_of(long base, long length) {
    if (length < 0 || length > SIZE_LIMIT / size_of(base)) fail((long)"the length of the array is out of range");
    long type = new_type(ARRAY, base, type_size[base] * length, type_align[base]);
    type_length[type] = length;
    return type;
}

long is_pointer(long type) { return type_kind[type] == POINTER; }
long is_scalar(long type) { return type_kind[type] == POINTER || (type_kind[type] == SIMPLE && type != VOID); }
long is_unsigned(long type) { return type > ULONG || type % 2 == 0; }

// The type that arithmetic makes of two (C11 6.3.1.8), and of one.
long common_type(long one, long other) {
    if (one < other) one = other;
    if (one < INT) return INT;
    return one;
}

long promoted(long type) { return common_type(type, INT); }

long struct_named(long name) {
    if (name_struct[name] == 0) name_struct[name] = new_type(STRUCT, 0, UNKNOWN, 1);
    return name_struct[name];
}

// The member of a struct that has this name; -1: none.
long find_member(long type, long name) {
    long member = type_members[type] + type_length[type] - 1;
    while (member >= type_members[type]) {
        if (member_name[member] == name) return member;
        member = member - 1;
    }
    return -1;
}

long align_up(long offset, long align) { return (offset + align - 1) & -align; }

// ---- 5. Symbols: what a name means here -------------------------------------------------------------------

enum { CONSTANT, FUNCTION, VARIABLE, AUTOMATIC };  // of a symbol; an automatic variable lives in the frame

long symbol_count;  // begins with 1, as 0 is none
long first_local;   // the first symbol of the function that is compiled; outside of functions 1
long symbol_name[SYMBOL_LIMIT];
long symbol_kind[SYMBOL_LIMIT];
long symbol_type[SYMBOL_LIMIT];   // of a function: what it returns
long symbol_value[SYMBOL_LIMIT];  // a constant's value; a function's label; an address; an offset from the frame's base
long symbol_outer[SYMBOL_LIMIT];  // what the name means when this function has ended
// of a function: the first of its parameters, and how many
long symbol_parameters[SYMBOL_LIMIT]; long symbol_arity[SYMBOL_LIMIT];
// where it was declared
long symbol_file[SYMBOL_LIMIT]; long symbol_line[SYMBOL_LIMIT];
long name_symbol[NAME_LIMIT];  // 0: none

long parameter_count; long parameter_type[PARAMETER_LIMIT]; long parameter_name[PARAMETER_LIMIT];

long new_symbol(long name, long kind, long type, long value) {
    if (name_symbol[name] >= first_local) fail_name((long)"defined twice:", name);
    long symbol = within(symbol_count, SYMBOL_LIMIT, (long)"too many symbols");
    symbol_count = symbol_count + 1;
    symbol_name[symbol] = name; symbol_kind[symbol] = kind; symbol_type[symbol] = type; symbol_value[symbol] = value;
    symbol_outer[symbol] = name_symbol[name]; symbol_file[symbol] = token_file; symbol_line[symbol] = token_line;
    name_symbol[name] = symbol;
    return symbol;
}

// The function ends: its variables have no meaning any more.
long forget_locals(void) {
    while (symbol_count > first_local) {
        symbol_count = symbol_count - 1;
        name_symbol[symbol_name[symbol_count]] = symbol_outer[symbol_count];
    }
    first_local = 1;
    return 0;
}

// ---- 6. Trees: expressions with types; constants are folded as they are built -----------------------------

// A node has an operation, the type of its value, and up to three fields a, b, c:
enum {
    NUM,         // a: the value, extended from its type to 64 bits; also the address of a variable or string
    LOCAL,       // the address of a place in the frame; a: offset from rbp
    LOAD,        // what lies at address a; an lvalue
    ADD, OR, AND, SUB, XOR, MUL, SHL, SHR, DIV, MOD,  // a and b
    EQ, NE, LT, GE, LE, GT,                           // a and b; ordered as the processor's conditions are
    LOGICAL_AND, LOGICAL_OR,                          // a and b
    CONVERT,     // a, in another type
    CHOICE,      // a ? b : c
    COMMA,       // a, then b
    ASSIGN,      // at address a store b
    CALL,        // of symbol a; b: the list of arguments
    ARGUMENT     // list b, then a
};

long node_count;  // begins with 1, as 0 is no node; a statement's nodes are forgotten at its end
long node_op[NODE_LIMIT]; long node_type[NODE_LIMIT]; long node_a[NODE_LIMIT]; long node_b[NODE_LIMIT];
long node_c[NODE_LIMIT];

long new_node(long op, long type, long a, long b) {
    long node = within(node_count, NODE_LIMIT, (long)"the expression is too large");
    node_count = node_count + 1;
    node_op[node] = op; node_type[node] = type; node_a[node] = a; node_b[node] = b;
    return node;
}

// The lowest bytes of a value, extended as the type says.
long wrap(long value, long type) {
    if (type_size[type] == 8) return value;
    long bits = 64 - 8 * type_size[type];
    if (is_unsigned(type)) return value & (((long)1 << (64 - bits)) - 1);
    return value << bits >> bits;
}

long number(long value, long type) { return new_node(NUM, type, wrap(value, type), 0); }
long is_number(long node) { return node_op[node] == NUM; }
long is_comparison(long op) { return op >= EQ && op <= GT; }
long is_commutative(long op) { return op == ADD || op == OR || op == AND || op == XOR || op == MUL; }

// A distance that may be part of an address.
long is_near(long distance) { return distance < 0x40000000 && distance > -0x40000000; }

// a op b, of numbers; 0 for the operations that constants do not have.
long folded(long op, long type, long a, long b) {
    if (op == ADD) return number(a + b, type);
    if (op == OR) return number(a | b, type);
    if (op == AND) return number(a & b, type);
    if (op == XOR) return number(a ^ b, type);
    if (op == MUL) return number(a * b, type);
    if (op == SHL && b >= 0 && b < 8 * type_size[type]) return number(a << b, type);
    return 0;
}

// a op constant, where something simpler does the same; else 0.
long simplified(long op, long type, long a, long value) {
    if (op == SUB) return make(ADD, type, a, number(-value, type));
    if (is_number(a)) return folded(op, type, node_a[a], value);
    if (op == ADD && node_op[a] == LOCAL && is_near(node_a[a] + value)) {
        return new_node(LOCAL, type, node_a[a] + value, 0);
    }
    if (op == ADD && node_op[a] == ADD && is_number(node_b[a])) {
        return new_node(ADD, type, node_a[a], number(node_a[node_b[a]] + value, type));
    }
    return 0;
}

// a op b for operands that have their common type already.
long make(long op, long type, long a, long b) {
    if (is_number(a) && is_commutative(op)) {
        long other = a;
        a = b; b = other;
    }
    long simple = 0;
    if (is_number(b)) simple = simplified(op, type, a, node_a[b]);
    if (simple) return simple;
    return new_node(op, type, a, b);
}

// The same value in another type. An operation that does the same to signed and unsigned numbers only changes its type.
long convert(long node, long type) {
    long op = node_op[node];
    if (node_type[node] == type) return node;
    if (op == NUM && type != VOID) return number(node_a[node], type);
    if (op <= SHL && type_size[type] == 8 && type_size[node_type[node]] == 8) {
        return new_node(op, type, node_a[node], node_b[node]);
    }
    return new_node(CONVERT, type, node, 0);
}

// A use of the node for its value: an array is the address of its first element.
long value(long node) {
    long type = node_type[node];
    if (type == VOID) fail((long)"a value is needed, not void");
    if (type_kind[type] == STRUCT) fail((long)"a struct is no value");
    if (type_kind[type] == ARRAY) return convert(node_a[node], pointer_to(type_base[type]));
    return node;
}

long value_or_void(long node) {
    if (node_type[node] == VOID) return node;
    return value(node);
}

long need_lvalue(long node) {
    if (node_op[node] != LOAD) fail((long)"this cannot be assigned to");
    if (type_kind[node_type[node]] == ARRAY) fail((long)"an array cannot be assigned to");
    return value(node);
}

long need_integer(long node) {
    if (is_pointer(node_type[node])) fail((long)"an integer is needed, not a pointer");
    return node;
}

long pointer_arithmetic(long op, long left, long right) {
    long type = node_type[left];
    if (is_comparison(op)) return make(op, INT, convert(left, ULONG), convert(right, ULONG));
    if (op == ADD && !is_pointer(type)) return pointer_arithmetic(ADD, right, left);
    if (op != ADD && op != SUB) need_integer(left);
    if (op != SUB || !is_pointer(type)) need_integer(right);
    long size = number(size_of(type_base[type]), LONG);
    long distance = convert(right, LONG);
    if (is_pointer(node_type[right])) return make(DIV, LONG, make(SUB, LONG, convert(left, LONG), distance), size);
    return make(op, type, left, make(MUL, LONG, distance, size));
}

// left op right, after C's conversions (C11 6.5.5 to 6.5.12).
long arithmetic(long op, long left, long right) {
    left = value(left);
    right = value(right);
    if (is_pointer(node_type[left]) || is_pointer(node_type[right])) return pointer_arithmetic(op, left, right);
    long type = common_type(node_type[left], node_type[right]);
    if (op == SHL || op == SHR) type = promoted(node_type[left]);
    left = convert(left, type);
    if (op != SHL && op != SHR) right = convert(right, type);
    if (is_comparison(op)) type = INT;
    return make(op, type, left, right);
}

long choice(long test, long yes, long no) {
    yes = value(yes);
    no = value(no);
    long type = node_type[yes];
    long other = node_type[no];
    long is_null = is_number(yes) && node_a[yes] == 0;
    if (is_pointer(other) && (is_null || !is_pointer(type))) type = other;
    if (!is_pointer(type)) type = common_type(type, other);
    long node = new_node(CHOICE, type, test, convert(yes, type));
    node_c[node] = convert(no, type);
    return node;
}

// What lies where a pointer points.
long dereference(long pointer) {
    long type = node_type[pointer];
    if (!is_pointer(type)) fail((long)"this is no pointer");
    if (type_base[type] == VOID) fail((long)"a pointer to void is not followed");
    return new_node(LOAD, type_base[type], pointer, 0);
}

long address_of(long node) {
    if (node_op[node] != LOAD) fail((long)"this has no address");
    return convert(node_a[node], pointer_to(node_type[node]));
}

long member_of(long node, long name) {
    long type = node_type[node];
    if (type_kind[type] != STRUCT) fail((long)"this is no struct");
    size_of(type);
    long member = find_member(type, name);
    if (member < 0) fail_name((long)"the struct has no member", name);
    long address = make(ADD, pointer_to(member_type[member]), node_a[node], number(member_offset[member], LONG));
    return new_node(LOAD, member_type[member], address, 0);
}

long assign(long target, long right) {
    need_lvalue(target);
    return new_node(ASSIGN, node_type[target], node_a[target], convert(value(right), node_type[target]));
}

// A place that is known without computing anything: in the frame, or at a number.
long is_fixed(long address) {
    return node_op[address] == LOCAL || (is_number(address) && is_near(node_a[address]));
}

// What one instruction brings to a register, without another register.
long is_simple(long node) {
    return is_number(node) || node_op[node] == LOCAL || (node_op[node] == LOAD && is_fixed(node_a[node]));
}

// The part of an address that is to be computed; the rest is a distance from there.
long root_of(long address) {
    long distance = node_b[address];
    if (node_op[address] == ADD && is_number(distance) && is_near(node_a[distance])) return node_a[address];
    return address;
}

// target = target op right. The target's address is computed once: if it is not simple, it is kept in the frame.
long update(long target, long op, long right) {
    need_lvalue(target);
    long type = node_type[target];
    long address = node_a[target];
    long keep = 0;
    right = value(right);
    if (!is_pointer(type)) need_integer(right);
    if (!is_simple(root_of(address))) {
        long place = new_node(LOCAL, ULONG, reserve_frame(8), 0);
        keep = new_node(ASSIGN, ULONG, place, address);
        address = new_node(LOAD, ULONG, place, 0);
    }
    long result = arithmetic(op, new_node(LOAD, type, address, 0), right);
    long node = new_node(ASSIGN, type, address, convert(result, type));
    if (keep) return new_node(COMMA, type, keep, node);
    return node;
}

// target++: the value before is one less than the value after, in the arithmetic of the target's type.
long update_after(long target, long op) {
    long back = SUB;
    if (op == SUB) back = ADD;
    return convert(arithmetic(back, update(target, op, number(1, INT)), number(1, INT)), node_type[target]);
}

// ---- 7. Expressions: tokens -> trees ----------------------------------------------------------------------

long precedence[TOKEN_LIMIT];  // of a binary operator: 1 (||) to 10 (* / %)
long operation[TOKEN_LIMIT];

long nesting;

long define_operator(long operator, long level, long op) {
    precedence[operator] = level; operation[operator] = op;
    return 0;
}

long define_operators(void) {
    define_operator('|' + DOUBLED, 1, LOGICAL_OR); define_operator('&' + DOUBLED, 2, LOGICAL_AND);
    define_operator('|', 3, OR); define_operator('^', 4, XOR); define_operator('&', 5, AND);
    define_operator('=' + WITH_EQUALS, 6, EQ); define_operator('!' + WITH_EQUALS, 6, NE);
    define_operator('<', 7, LT); define_operator('>', 7, GT); define_operator('<' + WITH_EQUALS, 7, LE);
    define_operator('>' + WITH_EQUALS, 7, GE); define_operator('<' + DOUBLED, 8, SHL);
    define_operator('>' + DOUBLED, 8, SHR); define_operator('+', 9, ADD); define_operator('-', 9, SUB);
    define_operator('*', 10, MUL); define_operator('/', 10, DIV);
    return define_operator('%', 10, MOD);
}

long is_type(void) { return token >= K_VOID && token <= K_STRUCT; }

// void, char, short, int, long, unsigned …, struct NAME
long base_type(void) {
    long keyword = token;
    if (!is_type()) fail((long)"a type is expected");
    next();
    if (keyword == K_VOID) return VOID;
    if (keyword == K_STRUCT) return struct_named(expect_name());
    if (keyword != K_UNSIGNED) return (keyword - K_CHAR) * 2 + CHAR;
    if (token < K_CHAR || token > K_LONG) return UINT;
    keyword = token;
    next();
    return (keyword - K_CHAR) * 2 + UCHAR;
}

long pointers(long type) {
    while (take('*')) type = pointer_to(type);
    return type;
}

long constant(void) {
    long mark = node_count;
    long node = value(conditional());
    if (!is_number(node)) fail((long)"a constant is needed");
    node_count = mark;
    return node_a[node];
}

// The length of an array, if there is one; it may be left out.
long dimension(long type) {
    if (!take('[')) return type;
    long length = UNKNOWN;
    if (token != ']') {
        length = constant();
        if (length == 0) fail((long)"the length of the array is out of range");
    }
    expect(']');
    return array_of(type, length);
}

long type_in_parentheses(void) {
    long type = pointers(base_type());
    expect(')');
    return type;
}

long string_literal(void) {
    long type = array_of(CHAR, string_size);
    long node = number(token_value, pointer_to(type));
    next();
    return new_node(LOAD, type, node, 0);
}

long arguments(long symbol) {
    long list = 0;
    long count = 0;
    while (token != ')') {
        if (count == symbol_arity[symbol]) fail_name((long)"too many arguments for", symbol_name[symbol]);
        long type = parameter_type[symbol_parameters[symbol] + count];
        list = new_node(ARGUMENT, VOID, convert(value(assignment()), type), list);
        count = count + 1;
        if (token != ')') expect(',');
    }
    if (count < symbol_arity[symbol]) fail_name((long)"too few arguments for", symbol_name[symbol]);
    next();
    return list;
}

long named(long name) {
    long symbol = name_symbol[name];
    if (symbol == 0) fail_name((long)"unknown name", name);
    long kind = symbol_kind[symbol];
    long type = symbol_type[symbol];
    if (kind == CONSTANT) return number(symbol_value[symbol], INT);
    if (kind == AUTOMATIC) return new_node(LOAD, type, new_node(LOCAL, pointer_to(type), symbol_value[symbol], 0), 0);
    if (kind == VARIABLE) return new_node(LOAD, type, number(symbol_value[symbol], pointer_to(type)), 0);
    if (!take('(')) fail_name((long)"a function can only be called:", name);
    return new_node(CALL, type, symbol, arguments(symbol));
}

long primary(void) {
    if (token == NAME) return named(expect_name());
    if (token == NUMBER) {
        long node = number(token_value, token_type);
        next();
        return node;
    }
    if (token == STRING) return string_literal();
    return fail((long)"an expression is expected");
}

long postfix(long node) {
    while (1) {
        if (take('[')) {
            node = dereference(arithmetic(ADD, node, expression()));
            expect(']');
        } else if (take('.')) {
            node = member_of(node, expect_name());
        } else if (take(ARROW)) {
            node = member_of(dereference(value(node)), expect_name());
        } else if (take('+' + DOUBLED)) {
            node = update_after(node, ADD);
        } else if (take('-' + DOUBLED)) {
            node = update_after(node, SUB);
        } else {
            return node;
        }
    }
    return 0;
}

// sizeof (type or expression)
long size_expression(void) {
    expect('(');
    if (is_type()) return number(size_of(type_in_parentheses()), ULONG);
    long node = expression();
    expect(')');
    return number(size_of(node_type[node]), ULONG);
}

// What was cast is no lvalue any more.
long cast(void) {
    long type = type_in_parentheses();
    if (type != VOID && !is_scalar(type)) fail((long)"a cast to what is no value");
    long node = value_or_void(unary());
    if (type != VOID) value(node);
    node = convert(node, type);
    if (node_op[node] == LOAD) return new_node(CONVERT, type, node, 0);
    return node;
}

long unary_operation(void) {
    if (take('-')) return arithmetic(SUB, number(0, INT), unary());
    if (take('~')) return arithmetic(XOR, unary(), number(-1, INT));
    if (take('!')) return arithmetic(EQ, unary(), number(0, INT));
    if (take('*')) return dereference(value(unary()));
    if (take('&')) return address_of(unary());
    if (take('+' + DOUBLED)) return update(unary(), ADD, number(1, INT));
    if (take('-' + DOUBLED)) return update(unary(), SUB, number(1, INT));
    if (take(K_SIZEOF)) return size_expression();
    if (token != '(') return postfix(primary());
    next();
    if (is_type()) return cast();
    long node = expression();
    expect(')');
    return postfix(node);
}

long unary(void) {
    nesting = within(nesting, NESTING_LIMIT, (long)"nested too deeply") + 1;
    long node = unary_operation();
    nesting = nesting - 1;
    return node;
}

// Binary operators that bind at least as strongly as this level.
long binary(long level) {
    long node = unary();
    while (precedence[token] >= level) {
        long operator = token;
        next();
        long right = binary(precedence[operator] + 1);
        if (operation[operator] < LOGICAL_AND) node = arithmetic(operation[operator], node, right);
        else node = new_node(operation[operator], INT, value(node), value(right));
    }
    return node;
}

long conditional(void) {
    long node = binary(1);
    if (!take('?')) return node;
    long test = value(node);
    long yes = expression();
    expect(':');
    return choice(test, yes, conditional());
}

// The operation of `op=`, or 0.
long updating_operation(void) {
    if (!(token & WITH_EQUALS) || token >= ARROW || precedence[token]) return 0;
    return operation[token - WITH_EQUALS];
}

long assignment(void) {
    long node = conditional();
    if (take('=')) return assign(node, assignment());
    long op = updating_operation();
    if (op == 0) return node;
    next();
    return update(node, op, assignment());
}

long expression(void) {
    long node = assignment();
    while (take(',')) {
        long right = value_or_void(assignment());
        node = new_node(COMMA, node_type[right], node, right);
    }
    return node;
}

// ---- 8. Machine code --------------------------------------------------------------------------------------

enum { RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI };
enum { NONE = -1 };

enum {  // instructions on 64 bits, the first byte lowest; /n: a digit in the place of the register
    OP_ADD = 0x0348, OP_OR = 0x0b48, OP_AND = 0x2348, OP_SUB = 0x2b48, OP_XOR = 0x3348, OP_COMPARE = 0x3b48,
    OP_MULTIPLY = 0xaf0f48, OP_TEST = 0x8548, OP_MOVE = 0x8b48, OP_ADDRESS = 0x8d48,
    OP_ADD_NUMBER = 0x8148,  // /0, sub /5
    OP_SHIFT = 0xd348, SHIFT_LEFT = 4, SHIFT_RIGHT = 5, SHIFT_RIGHT_SIGNED = 7,
    OP_DIVIDE = 0xf748, DIVIDE_UNSIGNED = 6, DIVIDE_SIGNED = 7,
    OP_EXTEND_SIGN = 0x9948, OP_PUSH = 0x50, OP_POP = 0x58, OP_CALL = 0xe8, OP_JUMP = 0xe9, OP_JUMP_IF = 0x800f,
    OP_LEAVE_RETURN = 0xc3c9, OP_SYSCALL = 0x050f
};

enum { BELOW = 2, EQUAL = 4, NOT_EQUAL = 5, NOT_ABOVE = 6, LESS = 12 };  // the processor's conditions; ^ 1: the opposite

long load_opcode[9];       // by simple type: what brings it from memory to all of a register
long store_opcode[9];      // by size
long operation_opcode[64];  // ADD … MUL

unsigned char code[CODE_LIMIT];  // with the headers before
long code_size;

long label_count; long label_place[LABEL_LIMIT];                           // 0: not yet known
long jump_count; long jump_place[LABEL_LIMIT]; long jump_label[LABEL_LIMIT];  // jumps and calls

// The place in memory an instruction works on: [base + offset].
long place_base; long place_offset;

long define_instructions(void) {
    load_opcode[CHAR] = 0xbe0f48;   // movsx
    load_opcode[UCHAR] = 0xb60f48;  // movzx
    load_opcode[SHORT] = 0xbf0f48; load_opcode[USHORT] = 0xb70f48;
    load_opcode[INT] = 0x6348;  // movsxd
    load_opcode[UINT] = 0x8b;   // on 32 bits: the upper half becomes zero
    load_opcode[LONG] = OP_MOVE; load_opcode[ULONG] = OP_MOVE;
    store_opcode[1] = 0x88; store_opcode[2] = 0x8966; store_opcode[4] = 0x89; store_opcode[8] = 0x8948;
    operation_opcode[ADD] = OP_ADD; operation_opcode[OR] = OP_OR; operation_opcode[AND] = OP_AND;
    operation_opcode[SUB] = OP_SUB; operation_opcode[XOR] = OP_XOR; operation_opcode[MUL] = OP_MULTIPLY;
    return 0;
}

// A number's lowest bytes, the lowest first.
long put_word(long address, long value, long count) {
    while (count) {
        poke8(address, value);
        address = address + 1;
        value = value >> 8;
        count = count - 1;
    }
    return 0;
}

long bytes(long value, long count) {
    within(code_size + count, CODE_LIMIT, (long)"too much code");
    put_word((long)code + code_size, value, count);
    code_size = code_size + count;
    return 0;
}

// The bytes up to the highest that is not zero.
long instruction(long opcode) {
    while (opcode) {
        bytes(opcode, 1);
        opcode = opcode >> 8;
    }
    return 0;
}

// An instruction with a register (or a digit) and another register: ModRM (Intel SDM 2.1).
long on_register(long opcode, long reg, long other) {
    instruction(opcode);
    return bytes(0xc0 + reg * 8 + other, 1);
}

// An instruction with a register and the place: ModRM, SIB if there is no base, displacement.
long on_place(long opcode, long reg) {
    instruction(opcode);
    if (place_base == NONE) bytes(0x2504 + reg * 8, 2);
    else bytes(0x80 + reg * 8 + place_base, 1);
    return bytes(place_offset, 4);
}

long at_place(long base, long offset) {
    place_base = base; place_offset = offset;
    return 0;
}

long move(long to, long from) { return on_register(OP_MOVE, to, from); }
long push(long r) { return instruction(OP_PUSH + r); }
long pop(long r) { return instruction(OP_POP + r); }

long load_number(long r, long value) {
    if (value >= 0 && value >> 32 == 0) {
        instruction(0xb8 + r);  // on 32 bits
        return bytes(value, 4);
    }
    instruction(0xb848 + (r << 8));
    return bytes(value, 8);
}

// rsp = rsp + or - a number, by the digit.
long move_stack(long digit, long size) {
    on_register(OP_ADD_NUMBER, digit, RSP);
    return bytes(size, 4);
}

long load(long r, long type) {
    if (type > ULONG) type = ULONG;  // a pointer
    return on_place(load_opcode[type], r);
}

long store(long r, long type) { return on_place(store_opcode[type_size[type]], r); }

// All of rax from its lowest bytes.
long extend(long type) {
    if (type_size[type] < 8) on_register(load_opcode[type], RAX, RAX);
    return 0;
}

long new_label(void) {
    label_count = within(label_count + 1, LABEL_LIMIT, (long)"too many jumps");
    return label_count;
}

long put_label(long label) {
    label_place[label] = code_size;
    return 0;
}

// A jump or call; how far is known at the end.
long jump_by(long opcode, long label) {
    instruction(opcode);
    jump_place[within(jump_count, LABEL_LIMIT, (long)"too many jumps")] = code_size;
    jump_label[jump_count] = label;
    jump_count = jump_count + 1;
    return bytes(0, 4);
}

long jump(long label) { return jump_by(OP_JUMP, label); }
long jump_if(long condition, long label) { return jump_by(OP_JUMP_IF + (condition << 8), label); }

// ---- 9. Trees -> machine code -----------------------------------------------------------------------------

// A tree's value goes to rax, extended from its type to 64 bits. A right operand goes to rcx; it waits on the stack if
// the left one needs rcx itself.

// The place that an address names, when what is to be computed of it is in rax.
long locate(long address) {
    if (node_op[address] == LOCAL) return at_place(RBP, node_a[address]);
    if (is_fixed(address)) return at_place(NONE, node_a[address]);
    if (root_of(address) == address) return at_place(RAX, 0);
    return at_place(RAX, node_a[node_b[address]]);
}

// What is simple, or loaded from where rax points, to a register.
long fetch(long node, long r) {
    if (is_number(node)) return load_number(r, node_a[node]);
    if (node_op[node] == LOCAL) {
        locate(node);
        return on_place(OP_ADDRESS, r);
    }
    locate(node_a[node]);
    return load(r, node_type[node]);
}

// To rax and rcx.
long generate_operands(long left, long right) {
    if (is_simple(right)) {
        generate(left);
        return fetch(right, RCX);
    }
    generate(right);
    push(RAX);
    generate(left);
    return pop(RCX);
}

// In rax and rdx.
long generate_division(long node) {
    if (is_unsigned(node_type[node])) {
        load_number(RDX, 0);
        on_register(OP_DIVIDE, DIVIDE_UNSIGNED, RCX);
    } else {
        instruction(OP_EXTEND_SIGN);  // of rax to all of rdx
        on_register(OP_DIVIDE, DIVIDE_SIGNED, RCX);
    }
    if (node_op[node] == MOD) move(RAX, RDX);
    return 0;
}

long generate_arithmetic(long node) {
    long op = node_op[node];
    long digit = SHIFT_LEFT;
    if (op == SHR) digit = SHIFT_RIGHT_SIGNED;
    if (op == SHR && is_unsigned(node_type[node])) digit = SHIFT_RIGHT;
    generate_operands(node_a[node], node_b[node]);
    if (op <= MUL) on_register(operation_opcode[op], RAX, RCX);
    else if (op <= SHR) on_register(OP_SHIFT, digit, RAX);
    else generate_division(node);
    return extend(node_type[node]);
}

// The processor's condition for a comparison.
long processor_condition(long op, long unsigned_operands) {
    if (op <= NE) return EQUAL + op - EQ;
    if (!unsigned_operands) return LESS + op - LT;
    if (op <= GE) return BELOW + op - LT;
    return NOT_ABOVE + op - LE;
}

// Compares, with 0 what is no comparison; gives the processor's condition.
long compare(long node) {
    if (!is_comparison(node_op[node])) {
        generate(node);
        on_register(OP_TEST, RAX, RAX);
        return NOT_EQUAL;
    }
    generate_operands(node_a[node], node_b[node]);
    on_register(OP_COMPARE, RAX, RCX);
    return processor_condition(node_op[node], is_unsigned(node_type[node_a[node]]));
}

// Jumps to the label if the condition is what is wanted, 1 or 0, else goes on.
long branch(long node, long wanted, long label) {
    long op = node_op[node];
    if (op == LOGICAL_AND || op == LOGICAL_OR) {
        if (wanted == (op == LOGICAL_OR)) {  // each side alone decides
            branch(node_a[node], wanted, label);
            return branch(node_b[node], wanted, label);
        }
        long past = new_label();
        branch(node_a[node], !wanted, past);
        branch(node_b[node], wanted, label);
        return put_label(past);
    }
    long condition = compare(node);
    return jump_if(condition ^ !wanted, label);
}

// test ? yes : no
long generate_choice(long test, long yes, long no) {
    long otherwise = new_label(); long end = new_label();
    branch(test, 0, otherwise);
    generate(yes);
    jump(end);
    put_label(otherwise);
    generate(no);
    return put_label(end);
}

long generate_assignment(long node) {
    long address = node_a[node];
    if (is_fixed(address)) {
        generate(node_b[node]);
        locate(address);
        return store(RAX, node_type[node]);
    }
    generate_operands(root_of(address), node_b[node]);
    locate(address);
    store(RCX, node_type[node]);
    return move(RAX, RCX);
}

long push_arguments(long list) {
    if (list == 0) return 0;
    push_arguments(node_b[list]);
    generate(node_a[list]);
    return push(RAX);
}

long generate_call(long node) {
    long symbol = node_a[node];
    push_arguments(node_b[node]);
    jump_by(OP_CALL, symbol_value[symbol]);
    if (symbol_arity[symbol]) move_stack(0, 8 * symbol_arity[symbol]);
    return 0;
}

long generate(long node) {
    long op = node_op[node];
    if (op == LOAD && !is_fixed(node_a[node])) generate(root_of(node_a[node]));
    if (op <= LOAD) return fetch(node, RAX);
    if (op <= MOD) return generate_arithmetic(node);
    if (op <= LOGICAL_OR) return generate_choice(node, number(1, INT), number(0, INT));
    if (op == CONVERT) {
        generate(node_a[node]);
        if (node_type[node] == VOID) return 0;
        return extend(node_type[node]);
    }
    if (op == CHOICE) return generate_choice(node_a[node], node_b[node], node_c[node]);
    if (op == ASSIGN) return generate_assignment(node);
    if (op == CALL) return generate_call(node);
    generate(node_a[node]);  // COMMA
    return generate(node_b[node]);
}

// ---- 10. Statements ---------------------------------------------------------------------------------------

long frame_size;
long return_type;

long break_label;  // 0: there is none here
long continue_label;
long default_label;
long switch_type;  // of the innermost switch's value; VOID: there is none

long case_count;  // of all the switches around, the innermost last
long first_case;  // of the innermost
long case_value[CASE_LIMIT]; long case_label[CASE_LIMIT];

long reserve_frame(long size) {
    frame_size = align_up(frame_size + size, 8);
    if (frame_size > SIZE_LIMIT) fail((long)"the variables of the function are too large");
    return -frame_size;
}

// Stars, a name and a length; the name is left in declared_name.
long declared_name;

long declarator(long base) {
    long type = pointers(base);
    declared_name = expect_name();
    return dimension(type);
}

long local_declaration(void) {
    long mark = node_count;
    long base = base_type();
    while (1) {
        long type = declarator(base);
        new_symbol(declared_name, AUTOMATIC, type, reserve_frame(size_of(type)));
        if (token == '=') {
            if (!is_scalar(type)) fail((long)"a local array or struct has no initialiser");
            next();
            generate(assign(named(declared_name), assignment()));
        }
        node_count = mark;
        if (token != ',') return expect(';');
        next();
    }
    return 0;
}

// What stands between braces, the first of which was read.
long block(void) {
    while (token != '}') {
        if (token == END) fail_expected('}');
        statement();
    }
    return next();
}

long value_in_parentheses(void) {
    expect('(');
    long node = value(expression());
    expect(')');
    return node;
}

long if_statement(void) {
    long otherwise = new_label();
    branch(value_in_parentheses(), 0, otherwise);
    statement();
    if (!take(K_ELSE)) return put_label(otherwise);
    long end = new_label();
    jump(end);
    put_label(otherwise);
    statement();
    return put_label(end);
}

// A statement that break and continue in it leave for these labels.
long loop_body(long end, long again) {
    long outer_break = break_label; long outer_continue = continue_label;
    break_label = end; continue_label = again;
    statement();
    break_label = outer_break; continue_label = outer_continue;
    return 0;
}

// The test stands behind the body; the step, if there is one, before the test.
long loop(long test, long step) {
    long top = new_label(); long again = new_label(); long entry = new_label(); long end = new_label();
    jump(entry);
    put_label(top);
    loop_body(end, again);
    put_label(again);
    if (step) generate(step);
    put_label(entry);
    branch(test, 1, top);
    return put_label(end);
}

long do_statement(void) {
    long top = new_label(); long again = new_label(); long end = new_label();
    put_label(top);
    loop_body(end, again);
    put_label(again);
    if (!take(K_WHILE)) fail((long)"'while' expected");
    branch(value_in_parentheses(), 1, top);
    put_label(end);
    return expect(';');
}

long for_statement(void) {
    long test = number(1, INT);
    long step = 0;
    expect('(');
    if (token != ';') generate(expression());
    expect(';');
    if (token != ';') test = value(expression());
    expect(';');
    if (token != ')') step = expression();
    expect(')');
    return loop(test, step);
}

// The choice among the cases stands behind the body, when all are known: rax is compared with one after the other.
long switch_statement(void) {
    long outer_type = switch_type; long outer_default = default_label; long outer_first = first_case;
    long choose = new_label(); long end = new_label();
    long node = need_integer(value_in_parentheses());
    first_case = case_count;
    switch_type = promoted(node_type[node]);
    default_label = 0;
    generate(convert(node, switch_type));
    jump(choose);
    loop_body(end, continue_label);
    jump(end);
    put_label(choose);
    if (default_label == 0) default_label = end;
    long i = first_case;
    while (i < case_count) {
        load_number(RCX, case_value[i]);
        on_register(OP_COMPARE, RAX, RCX);
        jump_if(EQUAL, case_label[i]);
        i = i + 1;
    }
    jump(default_label);
    put_label(end);
    case_count = first_case;
    first_case = outer_first; switch_type = outer_type; default_label = outer_default;
    return 0;
}

long add_case(long value) {
    long i = first_case;
    while (i < case_count) {
        if (case_value[i] == value) fail((long)"this case is there twice");
        i = i + 1;
    }
    case_count = within(case_count, CASE_LIMIT, (long)"too many cases") + 1;
    case_value[i] = value; case_label[i] = new_label();
    return put_label(case_label[i]);
}

long case_or_default(void) {
    if (switch_type == VOID) fail((long)"there is no switch around");
    if (take(K_CASE)) {
        add_case(wrap(constant(), switch_type));
    } else {
        next();
        if (default_label) fail((long)"a second default");
        default_label = new_label();
        put_label(default_label);
    }
    return expect(':');
}

long jump_statement(long label) {
    if (label == 0) fail((long)"there is nothing around to leave or to repeat");
    jump(label);
    next();
    return expect(';');
}

long return_statement(void) {
    if (token == ';') {
        if (return_type != VOID) fail((long)"the function returns a value");
    } else {
        if (return_type == VOID) fail((long)"the function returns no value");
        generate(convert(value(expression()), return_type));
    }
    instruction(OP_LEAVE_RETURN);
    return expect(';');
}

long one_statement(void) {
    while (token == K_CASE || token == K_DEFAULT) case_or_default();
    if (token == K_BREAK) return jump_statement(break_label);
    if (token == K_CONTINUE) return jump_statement(continue_label);
    if (take('{')) return block();
    if (take(K_IF)) return if_statement();
    if (take(K_RETURN)) return return_statement();
    if (take(K_FOR)) return for_statement();
    if (take(K_SWITCH)) return switch_statement();
    if (take(K_DO)) return do_statement();
    if (take(K_WHILE)) return loop(value_in_parentheses(), 0);
    if (take(';')) return 0;
    if (is_type()) fail((long)"a declaration stands at the beginning of a function");
    generate(expression());
    return expect(';');
}

long statement(void) {
    long mark = node_count;
    nesting = within(nesting, NESTING_LIMIT, (long)"nested too deeply") + 1;
    one_statement();
    nesting = nesting - 1;
    node_count = mark;
    return 0;
}

// ---- 11. Declarations -------------------------------------------------------------------------------------

long zero_size;  // of the variables without initialisers

long initial_count; long initial_value[INITIAL_LIMIT];

// enum { A, B = constant, … };
long enumeration(void) {
    long next_value = 0;
    next();
    expect('{');
    while (token != '}') {
        long name = expect_name();
        if (take('=')) next_value = constant();
        if (wrap(next_value, INT) != next_value) fail((long)"the constant does not fit int");
        new_symbol(name, CONSTANT, INT, next_value);
        next_value = next_value + 1;
        if (token != '}') expect(',');
    }
    next();
    return expect(';');
}

long add_member(long struct_type, long type, long offset) {
    if (find_member(struct_type, declared_name) >= 0) fail_name((long)"defined twice:", declared_name);
    member_name[within(member_count, MEMBER_LIMIT, (long)"too many members")] = declared_name;
    member_type[member_count] = type; member_offset[member_count] = offset;
    member_count = member_count + 1;
    type_length[struct_type] = type_length[struct_type] + 1;
    if (type_align[type] > type_align[struct_type]) type_align[struct_type] = type_align[type];
    return 0;
}

// The members of a struct, up to the brace.
long struct_definition(long type) {
    long offset = 0;
    if (type_size[type] != UNKNOWN) fail((long)"this struct is defined twice");
    type_members[type] = member_count;
    while (!take('}')) {
        long base = base_type();
        long more = 1;
        while (more) {
            long member = declarator(base);
            size_of(member);
            offset = align_up(offset, type_align[member]);
            add_member(type, member, offset);
            offset = offset + type_size[member];
            if (offset > SIZE_LIMIT) fail((long)"the struct is too large");
            more = take(',');
        }
        expect(';');
    }
    if (offset == 0) fail((long)"a struct needs members");
    type_size[type] = align_up(offset, type_align[type]);
    return expect(';');
}

// That many more zero bytes in the data; gives where they begin.
long reserve_data(long size) {
    within(data_size + size, DATA_LIMIT, (long)"too much initialised data");
    data_size = data_size + size;
    long i = data_size - size;
    while (i < data_size) {
        data[i] = 0;
        i = i + 1;
    }
    return data_size - size;
}

long initial(long type) {
    long mark = node_count;
    long node = convert(value(assignment()), type);
    if (!is_number(node)) fail((long)"a constant is needed");
    initial_value[within(initial_count, INITIAL_LIMIT, (long)"too many values")] = node_a[node];
    initial_count = initial_count + 1;
    node_count = mark;
    return 0;
}

// { values } of an array; gives its type, with the length that was left out.
long initial_list(long type) {
    long length = type_length[type];
    expect('{');
    while (token != '}') {
        if (length != UNKNOWN && initial_count == length) fail((long)"more values than there is room for");
        initial(type_base[type]);
        if (token != '}') expect(',');
    }
    next();
    if (length == UNKNOWN) return array_of(type_base[type], initial_count);
    return type;
}

long initialised_variable(long type, long name) {
    long element = type;
    if (type_kind[type] == ARRAY) element = type_base[type];
    if (!is_scalar(element)) fail((long)"only integers and pointers are initialised");
    initial_count = 0;
    if (element == type) initial(type);
    else type = initial_list(type);
    reserve_data(-data_size & 7);
    long offset = reserve_data(size_of(type));
    long i = 0;
    while (i < initial_count) {
        put_word((long)data + offset + i * type_size[element], initial_value[i], type_size[element]);
        i = i + 1;
    }
    return new_symbol(name, VARIABLE, type, DATA_ADDRESS + offset);
}

long global_variable(long type, long name) {
    if (take('=')) return initialised_variable(type, name);
    new_symbol(name, VARIABLE, type, ZERO_ADDRESS + zero_size);
    zero_size = align_up(zero_size + size_of(type), 8);
    if (zero_size > SIZE_LIMIT) fail((long)"the variables are too large");
    return 0;
}

// The parameters from parameter_count on, up to the parenthesis; gives their number.
long parameters(void) {
    long count = 0;
    long base = base_type();
    if (base == VOID && take(')')) return 0;
    while (1) {
        long place = within(parameter_count + count, PARAMETER_LIMIT, (long)"too many parameters");
        long type = declarator(base);
        if (!is_scalar(type)) fail((long)"a parameter must be an integer or a pointer");
        parameter_type[place] = type; parameter_name[place] = declared_name;
        count = count + 1;
        if (take(')')) return count;
        expect(',');
        base = base_type();
    }
    return 0;
}

long check_signature(long symbol, long type, long first, long count) {
    long same = symbol_kind[symbol] == FUNCTION && symbol_arity[symbol] == count && symbol_type[symbol] == type;
    long i = 0;
    while (same && i < count) {
        same = parameter_type[symbol_parameters[symbol] + i] == parameter_type[first + i];
        i = i + 1;
    }
    if (!same) fail_name((long)"declared twice, differently:", symbol_name[symbol]);
    return 0;
}

// The frame: arguments (the first highest), return address, rbp of the caller, variables.
long begin_function(long symbol) {
    if (label_place[symbol_value[symbol]]) fail_name((long)"defined twice:", symbol_name[symbol]);
    put_label(symbol_value[symbol]);
    push(RBP);
    return move(RBP, RSP);
}

long function_body(long symbol, long first) {
    long count = symbol_arity[symbol];
    long i = 0;
    begin_function(symbol);
    return_type = symbol_type[symbol]; frame_size = 0; first_local = symbol_count;
    move_stack(5, 0);  // sub rsp, size of the frame
    long frame_end = code_size;
    while (i < count) {
        new_symbol(parameter_name[first + i], AUTOMATIC, parameter_type[first + i], 8 * (count - i) + 8);
        i = i + 1;
    }
    next();
    while (is_type()) local_declaration();
    block();
    instruction(OP_LEAVE_RETURN);
    put_word((long)code + frame_end - 4, frame_size, 4);
    return forget_locals();
}

long function(long type, long name) {
    long first = parameter_count;
    if (type != VOID && !is_scalar(type)) fail((long)"a function returns an integer, a pointer or void");
    next();
    long count = parameters();
    long symbol = name_symbol[name];
    if (symbol) {
        check_signature(symbol, type, first, count);
    } else {
        symbol = new_symbol(name, FUNCTION, type, new_label());
        symbol_parameters[symbol] = first; symbol_arity[symbol] = count;
        parameter_count = parameter_count + count;
    }
    if (take(';')) return 0;
    if (token != '{') fail_expected('{');
    return function_body(symbol, first);
}

long declaration(void) {
    if (token == K_ENUM) return enumeration();
    long is_struct = token == K_STRUCT;
    long base = base_type();
    if (is_struct && take('{')) return struct_definition(base);
    if (is_struct && take(';')) return 0;
    while (1) {
        long type = pointers(base);
        long name = expect_name();
        if (token == '(') return function(type, name);
        global_variable(dimension(type), name);
        if (token != ',') return expect(';');
        next();
    }
    return 0;
}

long declarations(void) {
    next();
    while (token != END) declaration();
    return 0;
}

// ---- 12. The ELF file -------------------------------------------------------------------------------------

long file_status[18];  // struct stat

// What every program starts with: main's arguments lie where the kernel put them.
long put_start(void) {
    long main_symbol = name_symbol[NAME_MAIN];
    if (main_symbol == 0 || symbol_kind[main_symbol] != FUNCTION) fail((long)"there is no function main");
    if (symbol_arity[main_symbol] != 0 && symbol_arity[main_symbol] != 2) fail((long)"main has no or two parameters");
    long start = code_size;
    pop(RAX);
    move(RCX, RSP);
    push(RAX);
    push(RCX);
    jump_by(OP_CALL, symbol_value[main_symbol]);
    move(RDI, RAX);
    load_number(RAX, SYS_EXIT);
    instruction(OP_SYSCALL);
    return start;
}

// long syscall3(long number, long a, long b, long c), whose prototype is in the prelude.
long put_syscall3(void) {
    begin_function(symbol_count - 1);
    at_place(RBP, 40);
    load(RAX, LONG);
    at_place(RBP, 32);
    load(RDI, LONG);
    at_place(RBP, 24);
    load(RSI, LONG);
    at_place(RBP, 16);
    load(RDX, LONG);
    instruction(OP_SYSCALL);
    return instruction(OP_LEAVE_RETURN);
}

long fail_undefined(long label) {
    long symbol = 1;
    while (symbol_kind[symbol] != FUNCTION || symbol_value[symbol] != label) symbol = symbol + 1;
    token_file = symbol_file[symbol]; token_line = symbol_line[symbol];
    return fail_name((long)"called, but defined nowhere:", symbol_name[symbol]);
}

// Jumps and calls learn how far they go.
long resolve_labels(void) {
    long i = 0;
    while (i < jump_count) {
        long place = jump_place[i];
        if (label_place[jump_label[i]] == 0) fail_undefined(jump_label[i]);
        put_word((long)code + place, label_place[jump_label[i]] - (place + 4), 4);
        i = i + 1;
    }
    return 0;
}

long put_header(long offset, long field, long size) { return put_word((long)code + offset, field, size); }

enum { SEGMENT = 1, EXECUTE = 1, WRITE = 2, READ = 4 };  // PT_LOAD, PF_X, PF_W, PF_R

long put_segment(long header_offset, long flags, long offset, long address, long size_in_file, long size_in_memory) {
    put_header(header_offset, SEGMENT, 4);
    put_header(header_offset + 4, flags, 4);
    put_header(header_offset + 8, offset, 8);
    put_header(header_offset + 16, address, 8);
    put_header(header_offset + 24, address, 8);
    put_header(header_offset + 32, size_in_file, 8);
    put_header(header_offset + 40, size_in_memory, 8);
    return put_header(header_offset + 48, PAGE, 8);
}

// The ELF header (System V gABI 4.1, x86-64 psABI) and two segments. Memory behind the data is zero.
long put_headers(long start) {
    put_header(0, 0x464c457f, 4);  // 7f E L F
    put_header(4, 0x010102, 4);    // 64 bits, little-endian, version 1, System V
    put_header(16, 2, 2);          // e_type: executable
    put_header(18, 62, 2);         // e_machine: x86-64
    put_header(20, 1, 4);          // e_version
    put_header(24, CODE_ADDRESS + start, 8);  // e_entry
    put_header(32, 64, 8);         // e_phoff
    put_header(52, 64, 2);         // e_ehsize
    put_header(54, 56, 2);         // e_phentsize
    put_header(56, 2, 2);          // e_phnum
    put_segment(64, READ | EXECUTE, 0, CODE_ADDRESS, code_size, code_size);
    return put_segment(120, READ | WRITE, code_size, DATA_ADDRESS, data_size, ZERO_ADDRESS - DATA_ADDRESS + zero_size);
}

// No half of a file is left; what is no file (a device) stays.
long fail_output(long output, long path) {
    syscall3(SYS_FSTAT, output, (long)file_status, 0);
    if ((file_status[3] & 0xf000) == 0x8000) syscall3(SYS_UNLINK, path, 0, 0);  // st_mode, S_IFMT, S_IFREG
    say(path);
    return end_with((long)": the file cannot be written\n");
}

long write_all(long output, long from, long size, long path) {
    while (size) {
        long written = syscall3(SYS_WRITE, output, from, size);
        if (written <= 0) fail_output(output, path);
        from = from + written; size = size - written;
    }
    return 0;
}

// The file: headers and code, whole pages; data.
long write_program(long start, long path) {
    resolve_labels();
    while (code_size % PAGE) bytes(0, 1);
    put_headers(start);
    long output = syscall3(SYS_OPEN, path, CREATE, MODE);
    if (output < 0) fail_output(output, path);
    write_all(output, (long)code, code_size, path);
    return write_all(output, (long)data, data_size, path);
}

// A file that is no file, but a text.
long read_text(long characters) {
    begin_file((long)"prelude");
    source_size = source_size + copy((long)source + source_size, characters, length_of(characters));
    return end_file();
}

// The keywords and the names known here, in the order of their numbers; then what every program can call.
long read_prelude(void) {
    read_text((long)"void char short int long unsigned struct enum if else while do for switch case default break continue return sizeof include main");
    next();
    while (token != END) next();
    read_text((long)"long syscall3(long number, long a, long b, long c);");
    declarations();
    return put_syscall3();
}

long find_directory(long path) {
    long i = 0;
    while (peek8(path + i)) {
        i = i + 1;
        if (peek8(path + i - 1) == '/') directory_length = i;
    }
    return 0;
}

long program(long argc, long argv) {
    if (argc != 3) end_with((long)"use: mc IN OUT\n");
    symbol_count = 1; first_local = 1; node_count = 1; code_size = HEADERS_SIZE;
    classify_all();
    define_simple_types();
    define_operators();
    define_instructions();
    read_prelude();
    find_directory(peek(argv + 8));
    read_file(peek(argv + 8));
    declarations();
    write_program(put_start(), peek(argv + 16));
    return 0;
}
