// Machine code, data, and the references between them (Intel SDM volume 2; System V ABI for the ELF file).
//
// Code and data grow in sections. Where they will lie is known at the end; until then every use of an address
// is a reference to an entity, a thing that has one.

enum { SECTION_NONE, SECTION_CODE, SECTION_CONSTANTS, SECTION_DATA, SECTION_ZERO };

struct entity {  // a function or an object with static storage
    struct name *name;  // 0: without linkage, or internal
    int section;        // SECTION_NONE: not defined
    long offset;        // in its section
    char *file;         // where it was declared
    int line;
};

enum { ABSOLUTE_4, ABSOLUTE_8, RELATIVE_4 };

struct reference {
    struct entity *entity;
    long addend, position;  // to be added to the address; where it goes
    int section;            // in which section
    int form;               // ABSOLUTE_… or, from the end of its 4 bytes, RELATIVE_4
};

struct buffer code, constants, data;
long zero_size;  // of the section without contents
struct reference *references;
long reference_count, reference_room;

struct entity *new_entity(struct name *name) {
    struct entity *e = allocate(sizeof(struct entity));
    e->name = name;
    e->file = file_name;
    e->line = line;
    return e;
}

// What all translation units know by this name.
struct entity *external(struct name *name) {
    if (!name->external) name->external = new_entity(name);
    return name->external;
}

void refer(int section, long position, struct entity *entity, long addend, int form) {
    struct reference *r, *old = references;
    if (reference_count == reference_room) {
        reference_room = reference_room * 2 + 1000;
        references = allocate(reference_room * sizeof(struct reference));
        copy((char *)references, (char *)old, reference_count * sizeof(struct reference));
    }
    r = &references[reference_count++];
    r->section = section;
    r->position = position;
    r->entity = entity;
    r->addend = addend;
    r->form = form;
}

void align_section(struct buffer *b, int align) {
    long size = align_up(b->size, align);
    reserve(b, size - b->size);
    b->size = size;
}

// Gives an entity `size` zeroes.
void place_zero(struct entity *e, long size, int align) {
    zero_size = align_up(zero_size, align);
    e->section = SECTION_ZERO;
    e->offset = zero_size;
    zero_size += size;
}

// ---- Instructions

enum { RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8, R9, R10, R11, R12, R13, R14, R15 };

enum {  // opcodes: register <- memory or register, unless said otherwise; a mandatory prefix in the third byte
    MOV_LOAD = 0x8b, MOV_STORE = 0x89, MOV_STORE_BYTE = 0x88, MOV_STORE_WORD = 0x660089, LEA = 0x8d,
    MOVSX_BYTE = 0x0fbe, MOVSX_WORD = 0x0fbf, MOVZX_BYTE = 0x0fb6, MOVZX_WORD = 0x0fb7, MOVSXD = 0x63,
    IMUL = 0x0faf, TEST = 0x85, GROUP_SHIFT = 0xd3, GROUP_SHIFT_IMMEDIATE = 0xc1, GROUP_UNARY = 0xf7,
    GROUP_INC = 0xff, GROUP_IMMEDIATE = 0x81, GROUP_IMMEDIATE_BYTE = 0x83, IMUL_IMMEDIATE = 0x69, XCHG = 0x87
};

enum {  // conditions, as in jcc and setcc; one bit changes a condition to its opposite
    IF_OVERFLOW, IF_NOT_OVERFLOW, IF_BELOW, IF_NOT_BELOW, IF_EQUAL, IF_NOT_EQUAL, IF_NOT_ABOVE, IF_ABOVE,
    IF_NEGATIVE, IF_NOT_NEGATIVE, IF_PARITY, IF_NOT_PARITY, IF_LESS, IF_NOT_LESS, IF_NOT_GREATER, IF_GREATER
};

struct place {  // in memory: at an entity or, if that is 0, at an address in a register
    struct entity *entity;
    int base;
    long offset;
};

int fits(long value, int bits) { return value >= -(1L << (bits - 1)) && value < 1L << (bits - 1); }

void emit(int byte) {
    if (code.size == code.room) reserve(&code, 1);
    code.data[code.size++] = byte;
}

void emit_bytes(unsigned char *bytes, int count) { append(&code, (char *)bytes, count); }

void emit4(long value) {
    reserve(&code, 4);
    put(code.data + code.size, value, 4);
    code.size += 4;
}

// Prefixes and opcode of an instruction with two registers; wide: its operands have 64 bits.
void emit_opcode(int opcode, int wide, int reg, int base) {
    int rex = (wide ? 8 : 0) | (reg >= R8 ? 4 : 0) | (base >= R8 ? 1 : 0);
    if (opcode >> 16) emit(opcode >> 16);
    // without a REX prefix, 4 to 7 would be other byte registers
    if (rex || ((opcode == MOV_STORE_BYTE || (opcode & ~0x38) == 0) && reg >= RSP)) emit(0x40 | rex);
    if (opcode >> 8 & 255) emit(opcode >> 8);
    emit(opcode);
}

// opcode reg, base
void emit_registers(int opcode, int wide, int reg, int base) {
    emit_opcode(opcode, wide, reg, base);
    emit(0xc0 | (reg & 7) << 3 | (base & 7));
}

// opcode reg, memory
void emit_memory(int opcode, int wide, int reg, struct place *p) {
    int field = (reg & 7) << 3, base = p->base;
    if (p->entity) {
        emit_opcode(opcode, wide, reg, 0);
        emit(field | 4);
        emit(0x25);  // no base, no index
        refer(SECTION_CODE, code.size, p->entity, p->offset, ABSOLUTE_4);
        emit4(0);
        return;
    }
    emit_opcode(opcode, wide, reg, base);
    if (p->offset || (base & 7) == RBP) field |= fits(p->offset, 8) ? 0x40 : 0x80;
    emit(field | (base & 7));
    if ((base & 7) == RSP) emit(0x24);
    if (field & 0x40) emit(p->offset);
    if (field & 0x80) emit4(p->offset);
}

// mov reg, value
void emit_constant(int reg, long value) {
    if (!value) {
        emit_registers(0x31, 0, reg, reg);  // xor
    } else if (value == (value & 0xffffffff)) {
        emit_opcode(0xb8 | (reg & 7), 0, 0, reg);
        emit4(value);
    } else if (fits(value, 32)) {
        emit_registers(0xc7, 1, 0, reg);
        emit4(value);
    } else {
        emit_opcode(0xb8 | (reg & 7), 1, 0, reg);
        emit4(value);
        emit4(value >> 32);
    }
}

// The arithmetic instruction with extension `field` of an opcode group, on a register and an immediate.
void emit_immediate(int field, int wide, int reg, long value) {
    int short_form = fits(value, 8);
    emit_registers(short_form ? GROUP_IMMEDIATE_BYTE : GROUP_IMMEDIATE, wide, field, reg);
    if (short_form) emit(value);
    else emit4(value);
}

void emit_push(int reg) { emit_opcode(0x50 | (reg & 7), 0, 0, reg); }
void emit_pop(int reg) { emit_opcode(0x58 | (reg & 7), 0, 0, reg); }

// add rsp, count
void emit_drop(long count) {
    if (count) emit_immediate(0, 1, RSP, count);
}

// mov to, from
void emit_move(int wide, int to, int from) {
    if (to != from) emit_registers(MOV_LOAD, wide, to, from);
}

// lea, or mov of an address
void emit_address(int reg, struct place *p) {
    if (p->entity) {
        emit_opcode(0xb8 | (reg & 7), 0, 0, reg);
        refer(SECTION_CODE, code.size, p->entity, p->offset, ABSOLUTE_4);
        emit4(0);
    } else if (p->offset) {
        emit_memory(LEA, 1, reg, p);
    } else {
        emit_move(1, reg, p->base);
    }
}

void emit_call(struct entity *e) {
    emit(0xe8);
    refer(SECTION_CODE, code.size, e, 0, RELATIVE_4);
    emit4(0);
}

// ---- Jumps within a function

enum { LABEL_LIMIT = 0x10000 };
long label_position[LABEL_LIMIT];  // -1: not placed yet
long label_chain[LABEL_LIMIT];     // the last jump to it so far; its 4 bytes hold the one before it. 0: none
int label_count;

int new_label(void) {
    if (label_count == LABEL_LIMIT) fail("function too large");
    label_position[label_count] = -1;
    label_chain[label_count] = 0;
    return label_count++;
}

void place_label(int label) {
    long at = label_chain[label], before;
    label_position[label] = code.size;
    for (; at; at = before) {
        before = get(code.data + at, 4);
        put(code.data + at, code.size - at - 4, 4);
    }
}

void emit_target(int label) {
    if (label_position[label] >= 0) {
        emit4(label_position[label] - code.size - 4);
    } else {
        emit4(label_chain[label]);
        label_chain[label] = code.size - 4;
    }
}

void emit_jump(int label) {
    emit(0xe9);
    emit_target(label);
}

void emit_jump_if(int condition, int label) {
    emit(0x0f);
    emit(0x80 | condition);
    emit_target(label);
}

// ---- Functions that no C can say, with the calling convention of cc (README.md)

void emit_built_in(char *name, unsigned char *bytes, int count) {
    struct entity *e = external(intern(name));
    e->section = SECTION_CODE;
    e->offset = code.size;
    emit_bytes(bytes, count);
}

unsigned char start_bytes[] = {
    0x31, 0xed,  // xor ebp, ebp
    0x54         // push rsp: the stack as the kernel left it, where the number of arguments lies
};

unsigned char system_call_bytes[] = {
    0x48, 0x8b, 0x44, 0x24, 0x08,  // mov rax, [rsp + 8]
    0x48, 0x8b, 0x7c, 0x24, 0x10,  // mov rdi, [rsp + 16]
    0x48, 0x8b, 0x74, 0x24, 0x18,  // mov rsi, [rsp + 24]
    0x48, 0x8b, 0x54, 0x24, 0x20,  // mov rdx, [rsp + 32]
    0x4c, 0x8b, 0x54, 0x24, 0x28,  // mov r10, [rsp + 40]
    0x4c, 0x8b, 0x44, 0x24, 0x30,  // mov r8, [rsp + 48]
    0x4c, 0x8b, 0x4c, 0x24, 0x38,  // mov r9, [rsp + 56]
    0x0f, 0x05,                    // syscall
    0xc3                           // ret
};

unsigned char setjmp_bytes[] = {
    0x48, 0x8b, 0x44, 0x24, 0x08,  // mov rax, [rsp + 8]
    0x48, 0x8b, 0x0c, 0x24,        // mov rcx, [rsp]: where to return to
    0x48, 0x89, 0x08,              // mov [rax], rcx
    0x48, 0x89, 0x68, 0x08,        // mov [rax + 8], rbp
    0x48, 0x8d, 0x4c, 0x24, 0x08,  // lea rcx, [rsp + 8]: the stack after the return
    0x48, 0x89, 0x48, 0x10,        // mov [rax + 16], rcx
    0x31, 0xc0,                    // xor eax, eax
    0xc3                           // ret
};

unsigned char longjmp_bytes[] = {
    0x48, 0x8b, 0x4c, 0x24, 0x08,  // mov rcx, [rsp + 8]
    0x8b, 0x44, 0x24, 0x10,        // mov eax, [rsp + 16]
    0x85, 0xc0,                    // test eax, eax
    0x75, 0x02,                    // jne +2
    0xff, 0xc0,                    // inc eax: 0 becomes 1
    0x48, 0x8b, 0x69, 0x08,        // mov rbp, [rcx + 8]
    0x48, 0x8b, 0x61, 0x10,        // mov rsp, [rcx + 16]
    0xff, 0x21                     // jmp [rcx]
};

// The beginning of the program: _start, and the functions that are built in.
void code_begin(void) {
    emit_bytes(start_bytes, sizeof(start_bytes));
    emit_call(external(intern("__start")));
    emit_built_in("__syscall", system_call_bytes, sizeof(system_call_bytes));
    emit_built_in("setjmp", setjmp_bytes, sizeof(setjmp_bytes));
    emit_built_in("longjmp", longjmp_bytes, sizeof(longjmp_bytes));
}
