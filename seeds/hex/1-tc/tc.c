// tc: compiles T to an executable for x86-64 Linux.    tc IN OUT
//
// Two passes over the source. The first finds out where functions and labels are and how large frames are; the second
// knows it, so nothing that was emitted is ever mended. The symbol table stays between the passes.
//
// The code: an expression's value is in rax; the right operand of an operator is in rcx. Arguments are pushed from left to
// right, the callee takes them off. rbp points above the first argument: slot n is the word at rbp - 8 * n; slots 1 to
// `parameters` are the parameters, then come the return address and the caller's rbp, then the local variables.
//
// Every limit follows from that of the source: 1 MiB holds at most half as many names, as many labels,
// and makes at most 16 bytes of code for each of its own.

enum { SOURCE = 0x100000, NAMES = 0x80000, HASHES = 0x100000, LABELS = 0x100000, OUTPUT = 0x1000000 };
enum { TEXT = 0x400000, HEADERS = 176, DATA = 0x10000000, DATA_END = 0x7FFFFFF8 };

// Tokens: 0 at the end of the file; a keyword; one of these; or an operator's first character + 256 * its second.
enum { NAME = 'a', NUMBER = '0', STRING = '"' };

// The names in the order of the text that `program` hands to `next`: keywords, the entry, built-in functions.
enum { ENUM = 1, LONG, UNSIGNED, CHAR, VOID, IF, ELSE, WHILE, BREAK, CONTINUE, RETURN, PROGRAM, PEEK, POKE, PEEK8, POKE8, SYSCALL3 };

// What a global name is; 0: nothing yet.
enum { FUNCTION = 1, INLINE, VARIABLE, CONSTANT, WORDS, BYTES };

unsigned char source[0x100008];
unsigned char output[OUTPUT];
long hashes[HASHES];            // a hash's symbol, or 0
long name[NAMES];               // for every symbol: the address of its first character
long name_end[NAMES];           //   the address after its last
long kind[NAMES];               //   what it is globally
long value[NAMES];              //   a function's place in the output, a built-in function's code, a constant's value, an address
long scope[NAMES];              //   the scope in which it was last declared as a local variable
long slot[NAMES];               //   its slot there
long known[LABELS];             // what pass 1 finds out for pass 2: a label's place in the output, a function's bytes of local variables
unsigned char precedence[0x10000];  // of the binary operator with this token, or 0
long operation[0x10000];        // its code: what gives rax from rax and rcx

long file;                      // the name of the source
long size;                      // its length
long at;                        // the address of the next character
long line;                      // its line
long line_before;               // the line at which the token before this one ended
long token;
long token_start;               // the address of the token's first character
long number;                    // the value of a NUMBER
long symbol;                    // the symbol of a NAME
long symbols;                   // how many there are
long pass;                      // 1 or 2
long out;                       // how many bytes are in the output
long data;                      // the address of the next global variable
long compared;                  // where the code ended when it last ended in `setCC al; movzx eax, al`
long labels;                    // how many there are
long loop;                      // the label of the loop's start, and one less than its end's; 0: no loop
long scopes;                    // how many there are; the last one is the present one
long slots;                     // how many are taken
long parameters;                // of the function

long unary(void);
long expression(long level);
long statement(void);

// ---- Code

long emit_byte(long byte) {
    output[out] = byte;
    out = out + 1;
    return 0;
}

// The code's bytes from the lowest to the last that is not 0.
long emit(long code) {
    while (code) {
        emit_byte(code);
        code = code >> 8;
    }
    return 0;
}

long emit4(long number) {
    emit_byte(number);
    emit_byte(number >> 8);
    emit_byte(number >> 16);
    emit_byte(number >> 24);
    return 0;
}

long emit8(long number) {
    emit4(number);
    emit4(number >> 32);
    return 0;
}

// ---- Errors

long emit_string(long string) {
    while (peek8(string)) {
        emit_byte(peek8(string));
        string = string + 1;
    }
    return 0;
}

long emit_decimal(long number) {
    if (number > 9)
        emit_decimal(number / 10);
    emit_byte('0' + number % 10);
    return 0;
}

// FILE:LINE: MESSAGE, and the text from start to end.
long error(long message, long start, long end) {
    out = 0;
    emit_string(file);
    emit_byte(':');
    emit_decimal(line);
    emit_string(message);
    while (start < end) {
        emit_byte(peek8(start));
        start = start + 1;
    }
    emit_byte('\n');
    syscall3(1, 2, (long)output, out);
    syscall3(60, 1, 0, 0);
    return 0;
}

long fail(long message) {
    error(message, 0, 0);
    return 0;
}

long unexpected(void) {
    error((long)": unexpected: ", token_start, at);
    return 0;
}

// For a name that is followed by the present token.
long refuse(long message, long s) {
    line = line_before;
    error(message, name[s], name_end[s]);
    return 0;
}

// ---- Tokens

long is_digit(long c) {
    return c >= '0' && c <= '9';
}

long is_letter(long c) {
    return ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_';
}

long is_name(long c) {
    return is_digit(c) || is_letter(c);
}

// The character at `at`, which may be written as an escape.
long character(void) {
    long c = peek8(at);
    at = at + 1;
    if (c < ' ')
        unexpected();
    if (c != '\\')
        return c;
    c = peek8(at);
    at = at + 1;
    if (c == 'n')
        return '\n';
    if (c == 't')
        return '\t';
    if (c == 'r')
        return '\r';
    if (c == '0')
        return 0;
    if (c != '\\' && c != '\'' && c != '"')
        unexpected();
    return c;
}

// Decimal; after 0x hexadecimal; after 0 octal.
long read_number(void) {
    long base = 10;
    number = 0;
    if (peek8(at) == '0') {
        base = 8;
        at = at + 1;
        if (peek8(at) == 'x') {
            base = 16;
            at = at + 1;
        }
    }
    while (is_name(peek8(at))) {
        long digit = peek8(at) - '0';
        if (digit > 9)
            digit = ((digit + '0') | 32) - 'a' + 10;
        at = at + 1;
        if (digit >= base)
            unexpected();
        number = number * base + digit;
    }
    return 0;
}

long is_token(long s) {
    long i = 0;
    if (name_end[s] - name[s] != at - token_start)
        return 0;
    while (token_start + i < at) {
        if (peek8(name[s] + i) != peek8(token_start + i))
            return 0;
        i = i + 1;
    }
    return 1;
}

// Sets `symbol`, a new one if the name was never seen.
long read_name(void) {
    long hash = 0;
    while (is_name(peek8(at))) {
        hash = hash * 31 + peek8(at);
        at = at + 1;
    }
    hash = hash & (HASHES - 1);
    while (hashes[hash] && !is_token(hashes[hash]))
        hash = (hash + 1) & (HASHES - 1);
    if (!hashes[hash]) {
        symbols = symbols + 1;
        hashes[hash] = symbols;
        name[symbols] = token_start;
        name_end[symbols] = at;
    }
    symbol = hashes[hash];
    return 0;
}

// Sets `token`. A string is left to be read by character().
long next(void) {
    line_before = line;
    token = peek8(at);
    while ((token && token <= ' ') || (token == '/' && peek8(at + 1) == '/')) {
        if (token == '/') {
            while (peek8(at) && peek8(at) != '\n')
                at = at + 1;
        } else {
            line = line + (token == '\n');
            at = at + 1;
        }
        token = peek8(at);
    }
    token_start = at;
    if (is_letter(token)) {
        read_name();
        token = NAME;
        if (symbol <= RETURN)
            token = symbol;
    } else if (is_digit(token)) {
        read_number();
        token = NUMBER;
    } else if (token) {
        at = at + 1;
        if (token == '\'') {
            number = character();
            token = NUMBER;
            if (peek8(at) != '\'')
                unexpected();
            at = at + 1;
        } else if (precedence[token + 256 * peek8(at)]) {
            token = token + 256 * peek8(at);
            at = at + 1;
        }
    }
    return 0;
}

long expect(long wanted) {
    if (token != wanted)
        unexpected();
    next();
    return 0;
}

// ---- Instructions

// From the end of these four bytes to the place.
long emit_distance(long place) {
    emit4(place - (out + 4));
    return 0;
}

// jmp or jCC
long jump(long opcode, long label) {
    emit(opcode);
    emit_distance(known[label]);
    return 0;
}

// code: a comparison and setCC al
long emit_truth(long code) {
    emit(code);
    emit(0xC0B60F);                                     // movzx eax, al
    compared = out;
    return 0;
}

// Makes rax 0 or 1.
long emit_boolean(void) {
    if (compared != out)
        emit_truth(0xC0950FC08548);                     // test rax, rax; setne al
    return 0;
}

// Jumps if rax is true (wanted is 1) or false (wanted is 0): setCC al; movzx eax, al becomes jCC.
long emit_branch(long wanted, long label) {
    emit_boolean();
    out = out - 6;
    compared = 0;
    jump(0x0F + 256 * ((output[out + 1] - 16) ^ 1 ^ wanted), label);
    return 0;
}

long emit_constant(long number) {
    if (number << 32 >> 32 == number) {
        emit(0x25048D48);                               // lea rax, [number]
        emit4(number);
    } else {
        emit(0xB848);                                   // mov rax, number
        emit8(number);
    }
    return 0;
}

// opcode: 8B loads the variable, 89 stores it
long emit_variable(long opcode, long s) {
    if (scope[s] == scopes) {
        emit(0x25840048 + 256 * opcode);                // mov rax, [rbp - 8 * slot]
        emit4(-8 * slot[s]);
    } else {
        if (kind[s] != VARIABLE)
            refuse((long)": not a variable: ", s);
        emit(0x25040048 + 256 * opcode);                // mov rax, [address]
        emit4(value[s]);
    }
    return 0;
}

long emit_call(long s) {
    if (pass == 2 && kind[s] != FUNCTION)
        refuse((long)": not a function: ", s);
    emit(0xE8);                                         // call
    emit_distance(value[s]);
    return 0;
}

long emit_return(void) {
    emit(0xA58D48);                                     // lea rsp, [rbp - 8 * (parameters + 2)]
    emit4(-8 * (parameters + 2));
    emit(0xC25D);                                       // pop rbp; ret 8 * parameters
    emit_byte(8 * parameters);
    emit_byte(8 * parameters >> 8);
    return 0;
}

// ---- Expressions

// s(argument, ...): at the parenthesis.
long call(long s) {
    next();
    if (token != ')') {
        expression(0);
        while (token == ',') {
            next();
            emit(0x50);                                 // push rax
            expression(0);
        }
        if (kind[s] != INLINE)
            emit(0x50);                                 // push rax
    }
    expect(')');
    if (kind[s] == INLINE)
        emit(value[s]);
    else
        emit_call(s);
    return 0;
}

// [index] of s: at the bracket.
long subscript(long s) {
    if (kind[s] < WORDS)
        refuse((long)": not an array: ", s);
    next();
    expression(0);
    expect(']');
    return 0;
}

// "string": at its first character. It lies in the code, which jumps over it.
long string(void) {
    long label = labels + 1;
    long start = out + 5;
    labels = label;
    jump(0xE9, label);                                  // jmp
    while (peek8(at) != '"')
        emit_byte(character());
    emit_byte(0);
    at = at + 1;
    known[label] = out;
    emit_constant(TEXT + start);
    next();
    return 0;
}

long name_expression(void) {
    long s = symbol;
    next();
    if (token == '(') {
        call(s);
    } else if (token == '[') {
        subscript(s);
        if (kind[s] == WORDS)
            emit(0xC5048B48);                           // mov rax, [rax * 8 + address]
        else
            emit(0x80B60F);                             // movzx eax, byte [rax + address]
        emit4(value[s]);
    } else if (scope[s] != scopes && kind[s] >= CONSTANT) {
        emit_constant(value[s]);
    } else {
        emit_variable(0x8B, s);
    }
    return 0;
}

// At the parenthesis: an expression, or a cast, which does nothing.
long parenthesis(void) {
    next();
    if (token == LONG) {
        next();
        expect(')');
        unary();
    } else {
        expression(0);
        expect(')');
    }
    return 0;
}

// At the minus.
long negative(void) {
    next();
    if (token == NUMBER) {
        emit_constant(-number);
        next();
    } else {
        unary();
        emit(0xD8F748);                                 // neg rax
    }
    return 0;
}

long unary(void) {
    if (token == NAME) {
        name_expression();
    } else if (token == NUMBER) {
        emit_constant(number);
        next();
    } else if (token == '(') {
        parenthesis();
    } else if (token == STRING) {
        string();
    } else if (token == '-') {
        negative();
    } else if (token == '~') {
        next();
        unary();
        emit(0xD0F748);                                 // not rax
    } else {
        expect('!');
        unary();
        emit_truth(0xC0940FC08548);                     // test rax, rax; sete al
    }
    return 0;
}

// An expression with operators above the level, to rcx; rax stays. What is a single load (8 bytes, 48 xx xx ...: no other
// expression has this length and this start) is taken back and loads rcx.
long right_operand(long level) {
    long start = out;
    emit(0x50);                                         // push rax
    expression(level);
    if (out == start + 9 && output[start + 1] == 0x48) {
        poke((long)output + start, peek((long)output + start + 1) | 0x080000);
        out = start + 8;
    } else {
        emit(0x58C18948);                               // mov rcx, rax; pop rax
    }
    return 0;
}

// An expression with operators of a precedence above the level, to rax.
long expression(long level) {
    long operator;
    unary();
    while (precedence[token] > level) {
        operator = token;
        next();
        if (precedence[operator] <= 2) {                // 1: ||, 2: &&
            long label = labels + 1;
            labels = labels + 2;
            emit_branch(2 - precedence[operator], label);
            expression(precedence[operator]);
            emit_boolean();
            jump(0xE9, label + 1);                      // jmp
            known[label] = out;
            emit_constant(2 - precedence[operator]);
            known[label + 1] = out;
        } else {
            right_operand(precedence[operator]);
            if (precedence[operator] == 6 || precedence[operator] == 7)
                emit_truth(operation[operator]);
            else
                emit(operation[operator]);
        }
    }
    return 0;
}

// ---- Statements

// Makes the name a local variable in the next slot.
long local(void) {
    long s = symbol;
    expect(NAME);
    if (scope[s] == scopes)
        refuse((long)": defined twice: ", s);
    slots = slots + 1;
    scope[s] = scopes;
    slot[s] = slots;
    return s;
}

// (expression), and a jump to the label if it is false
long condition(long label) {
    next();
    expect('(');
    expression(0);
    expect(')');
    emit_branch(0, label);
    return 0;
}

long if_statement(void) {
    long label = labels + 1;
    labels = labels + 2;
    condition(label);
    statement();
    if (token == ELSE) {
        next();
        jump(0xE9, label + 1);                          // jmp
        known[label] = out;
        statement();
        known[label + 1] = out;
    } else {
        known[label] = out;
    }
    return 0;
}

long while_statement(void) {
    long outer = loop;
    long label = labels + 1;
    labels = labels + 2;
    known[label] = out;
    condition(label + 1);
    loop = label;
    statement();
    loop = outer;
    jump(0xE9, label);                                  // jmp
    known[label + 1] = out;
    return 0;
}

// name = ... or name[...] = ... or name(...)
long name_statement(void) {
    long s = symbol;
    next();
    if (token == '(') {
        call(s);
    } else if (token == '[') {
        subscript(s);
        expect('=');
        right_operand(0);
        if (kind[s] == WORDS)
            emit(0xC50C8948);                           // mov [rax * 8 + address], rcx
        else
            emit(0x8888);                               // mov [rax + address], cl
        emit4(value[s]);
    } else {
        expect('=');
        expression(0);
        emit_variable(0x89, s);
    }
    return 0;
}

long statement(void) {
    if (token == '{') {
        next();
        while (token != '}')
            statement();
        next();
        return 0;
    }
    if (token == IF)
        return if_statement();
    if (token == WHILE)
        return while_statement();
    if (token == BREAK || token == CONTINUE) {
        if (!loop)
            unexpected();
        jump(0xE9, loop + (token == BREAK));            // jmp
        next();
    } else if (token == RETURN) {
        next();
        expression(0);
        emit_return();
    } else if (token == LONG) {
        long s;
        next();
        s = local();
        if (token == '=') {
            next();
            expression(0);
            emit_variable(0x89, s);
        }
    } else if (token == NAME) {
        name_statement();
    } else {
        unexpected();
    }
    expect(';');
    return 0;
}

// ---- Declarations

long define(long s, long what, long content) {
    if (pass == 1 && kind[s])
        refuse((long)": defined twice: ", s);
    kind[s] = what;
    value[s] = content;
    return 0;
}

// s(parameter, ...) ; or { ... }: at the parenthesis.
long function(long s) {
    long label = labels + 1;
    labels = label;
    scopes = scopes + 1;
    slots = 0;
    next();
    if (token == VOID) {
        next();
    } else {
        while (token == LONG) {
            next();
            local();
            if (token == ',')
                next();
        }
    }
    expect(')');
    if (token == '{') {
        define(s, FUNCTION, out);
        parameters = slots;
        slots = slots + 2;
        emit(0x24AC8D4855);                             // push rbp; lea rbp, [rsp + 8 * slots]
        emit4(8 * slots);
        emit(0xEC8148);                                 // sub rsp, size of the local variables
        emit4(known[label]);
        statement();
        known[label] = 8 * (slots - parameters - 2);
        emit_return();
    } else {
        expect(';');
    }
    return 0;
}

// enum { name = number, ... };
long enumeration(void) {
    long content = 0;
    long s;
    next();
    expect('{');
    while (token != '}') {
        s = symbol;
        expect(NAME);
        if (token == '=') {
            next();
            content = number;
            if (token == '-') {
                next();
                content = -number;
            }
            expect(NUMBER);
        }
        define(s, CONSTANT, content);
        content = content + 1;
        if (token != '}')
            expect(',');
    }
    next();
    expect(';');
    return 0;
}

long declaration(void) {
    long what = WORDS;
    long s;
    if (token == ENUM)
        return enumeration();
    if (token == UNSIGNED) {
        next();
        expect(CHAR);
        what = BYTES;
    } else {
        expect(LONG);
    }
    s = symbol;
    expect(NAME);
    if (what == WORDS && token == '(')
        return function(s);
    if (what == WORDS && token == ';') {
        define(s, VARIABLE, data);
        data = data + 8;
    } else {
        expect('[');
        define(s, what, data);
        if (token == NAME && kind[symbol] == CONSTANT) {
            number = value[symbol];
            token = NUMBER;
        }
        if (number < 1 || number > (DATA_END - data) / 8)
            unexpected();
        if (what == WORDS)
            data = data + 8 * number;
        else
            data = data + ((number + 7) & -8);
        expect(NUMBER);
        expect(']');
    }
    expect(';');
    return 0;
}

// ---- The program

// The ELF header and two program headers, by the sizes that the pass before has found: text_size bytes of headers and code,
// to be read and executed; data_size bytes, 0 at the start, to be read and written.
long emit_headers(long text_size, long data_size) {
    emit8(0x00010102464C457F);                          // e_ident: ELF, 64-bit, little-endian, version 1
    emit8(0);
    emit8(0x00000001003E0002);                          // e_type: executable; e_machine: x86-64; e_version
    emit8(TEXT + HEADERS);                              // e_entry
    emit8(64);                                          // e_phoff
    emit8(0);                                           // e_shoff
    emit8(0x0038004000000000);                          // e_flags; e_ehsize; e_phentsize
    emit8(2);                                           // e_phnum; e_shentsize; e_shnum; e_shstrndx
    emit8(0x0000000500000001);                          // p_type: load; p_flags: read, execute
    emit8(0);                                           // p_offset
    emit8(TEXT);                                        // p_vaddr
    emit8(TEXT);                                        // p_paddr
    emit8(text_size);                                   // p_filesz
    emit8(text_size);                                   // p_memsz
    emit8(0x1000);                                      // p_align
    emit8(0x0000000600000001);                          // p_type: load; p_flags: read, write
    emit8(0);                                           // p_offset
    emit8(DATA);                                        // p_vaddr
    emit8(DATA);                                        // p_paddr
    emit8(0);                                           // p_filesz
    emit8(data_size);                                   // p_memsz
    emit8(0x1000);                                      // p_align
    return 0;
}

long compile(void) {
    long text_size = out;
    out = 0;
    emit_headers(text_size, data - DATA);
    data = DATA;
    labels = 0;
    compared = 0;
    at = (long)source;
    line = 1;
    emit(0x5150E1894858);                               // pop rax; mov rcx, rsp; push rax; push rcx
    emit_call(PROGRAM);
    emit(0x050F583C6AC789);                             // mov edi, eax; push 60; pop rax; syscall
    next();
    while (token)
        declaration();
    if (at < (long)source + size)                       // a zero byte that does not end the file
        unexpected();
    return 0;
}

long define_operator(long token, long level, long code) {
    precedence[token] = level;
    operation[token] = code;
    return 0;
}

long operators(void) {
    define_operator('|' + 256 * '|', 1, 0);
    define_operator('&' + 256 * '&', 2, 0);
    define_operator('|', 3, 0xC80948);                          // or rax, rcx
    define_operator('^', 4, 0xC83148);                          // xor rax, rcx
    define_operator('&', 5, 0xC82148);                          // and rax, rcx
    define_operator('=' + 256 * '=', 6, 0xC0940FC83948);        // cmp rax, rcx; sete al
    define_operator('!' + 256 * '=', 6, 0xC0950FC83948);        // cmp rax, rcx; setne al
    define_operator('<', 7, 0xC09C0FC83948);                    // cmp rax, rcx; setl al
    define_operator('>' + 256 * '=', 7, 0xC09D0FC83948);        // cmp rax, rcx; setge al
    define_operator('<' + 256 * '=', 7, 0xC09E0FC83948);        // cmp rax, rcx; setle al
    define_operator('>', 7, 0xC09F0FC83948);                    // cmp rax, rcx; setg al
    define_operator('<' + 256 * '<', 8, 0xE0D348);              // shl rax, cl
    define_operator('>' + 256 * '>', 8, 0xF8D348);              // sar rax, cl
    define_operator('+', 9, 0xC80148);                          // add rax, rcx
    define_operator('-', 9, 0xC82948);                          // sub rax, rcx
    define_operator('*', 10, 0xC1AF0F48);                       // imul rax, rcx
    define_operator('/', 10, 0xF9F7489948);                     // cqo; idiv rcx
    define_operator('%', 10, 0x9248F9F7489948);                 // cqo; idiv rcx; xchg rax, rdx
    return 0;
}

long names(void) {
    at = (long)"enum long unsigned char void if else while break continue return program peek poke peek8 poke8 syscall3";
    while (symbols < SYSCALL3)
        next();
    define(PEEK, INLINE, 0x20048B48);                   // mov rax, [rax]
    define(POKE, INLINE, 0x01894859);                   // pop rcx; mov [rcx], rax
    define(PEEK8, INLINE, 0x2004B60F);                  // movzx eax, byte [rax]
    define(POKE8, INLINE, 0x018859);                    // pop rcx; mov [rcx], al
    define(SYSCALL3, INLINE, 0x050F585F5EC28948);       // mov rdx, rax; pop rsi; pop rdi; pop rax; syscall
    return 0;
}

long read_source(void) {
    long descriptor = syscall3(2, file, 0, 0);          // open, O_RDONLY
    long count = 1;
    while (count > 0) {
        count = syscall3(0, descriptor, (long)source + size, SOURCE + 1 - size);
        if (count < 0)
            fail((long)": the file cannot be read");
        size = size + count;
    }
    if (size > SOURCE)
        fail((long)": the file is too large");
    return 0;
}

long write_output(long path) {
    long descriptor = syscall3(2, path, 577, 493);      // open, O_WRONLY | O_CREAT | O_TRUNC, 0755
    long written = 0;
    long count;
    while (written < out) {
        count = syscall3(1, descriptor, (long)output + written, out - written);
        if (count <= 0)
            fail((long)": the output cannot be written");
        written = written + count;
    }
    return 0;
}

long program(long argc, long argv) {
    file = (long)"tc";
    if (argc != 3)
        fail((long)": usage: tc IN OUT");
    file = peek(argv + 8);
    operators();
    names();
    read_source();
    pass = 1;
    compile();
    pass = 2;
    compile();
    write_output(peek(argv + 16));
    return 0;
}
