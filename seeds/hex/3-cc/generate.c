// From trees to machine code.
//
// The value of an integer or pointer expression is computed into a register of a row, that of its right operand into
// the next one; a call saves those in use. RCX and RDX are left for shifts, divisions and copies. A value of fewer than
// 4 bytes is extended to 4; what the upper half of a register holds beside a value of 4 bytes is not defined.
// Floating values are computed on the x87 stack, of which few places are ever in use: what would need more waits in
// memory. Arithmetic of float and double is done by SSE2, so that each operation is rounded to its type.

enum { REGISTER_COUNT = 12 };
int registers[] = { RAX, RSI, RDI, R8, R9, R10, R11, RBX, R12, R13, R14, R15 };

void generate(struct node *n, int d);
void effect(struct node *n, int d);
void branch(struct node *n, int sense, int label, int d);

int at(int d) {
    if (d >= REGISTER_COUNT) fail("expression too deep");
    return registers[d];
}

void place_at(struct place *p, int base, long offset) {
    p->entity = 0;
    p->base = base;
    p->offset = offset;
}

// Where an object lies; gives whether register d is needed for that.
int locate(struct node *n, int d, struct place *p) {
    p->entity = n->entity;
    p->base = RBP;
    p->offset = n->value;
    if (n->op != NODE_INDIRECT) return 0;
    if (n->left->op == NODE_REGISTER) {
        p->base = n->left->value;
        return 0;
    }
    generate(n->left, d);
    p->base = at(d);
    return 1;
}

// An object in memory that an instruction can have as its operand.
int in_memory(struct node *n) {
    return (n->op == NODE_LOCAL || n->op == NODE_STATIC || n->op == NODE_INDIRECT) && is_scalar(n->type);
}

// Without conversions that change nothing in 4 or 8 bytes.
struct node *bare(struct node *n) {
    while (n->op == NODE_CONVERT && n->type->size >= 4 && n->type->size == n->left->type->size && !is_float(n->type)
           && is_scalar(n->left->type) && !is_float(n->left->type))
        n = n->left;
    return n;
}

// An integer or pointer; wide: extended to 8 bytes.
void load(int reg, struct place *p, struct type *t, int wide) {
    switch (t->kind) {
    case TYPE_BOOL: case TYPE_UCHAR: emit_memory(MOVZX_BYTE, 0, reg, p); break;
    case TYPE_USHORT: emit_memory(MOVZX_WORD, 0, reg, p); break;
    case TYPE_CHAR: emit_memory(MOVSX_BYTE, wide, reg, p); break;
    case TYPE_SHORT: emit_memory(MOVSX_WORD, wide, reg, p); break;
    case TYPE_INT: emit_memory(wide ? MOVSXD : MOV_LOAD, wide, reg, p); break;
    case TYPE_UINT: emit_memory(MOV_LOAD, 0, reg, p); break;
    default: emit_memory(MOV_LOAD, 1, reg, p);
    }
}

// The opcode for operands of `size` bytes, given that for 4; the byte form is the one before it.
int sized(int opcode, int size) { return size == 1 ? opcode - 1 : size == 2 ? opcode | 0x660000 : opcode; }

void store(int reg, struct place *p, int size) { emit_memory(sized(MOV_STORE, size), size == 8, reg, p); }

int float_opcode(int size) { return size == 4 ? 0xd9 : size == 8 ? 0xdd : 0xdb; }

void load_float(struct place *p, int size) { emit_memory(float_opcode(size), 0, size == 16 ? 5 : 0, p); }

// fstp: st(0) leaves the stack
void store_float(struct place *p, int size) { emit_memory(float_opcode(size), 0, size == 16 ? 7 : 3, p); }

void emit2(int first, int second) {
    emit(first);
    emit(second);
}

// st(0) rounded to a type.
void round_float(int size) {
    struct place p;
    if (size == 16) return;
    place_at(&p, RSP, -8);
    store_float(&p, size);
    load_float(&p, size);
}

// A float constant (4 bytes), to be added or compared.
void emit_float_constant(int opcode, int field, unsigned long mantissa, int exponent, int size) {
    struct place p;
    align_section(&constants, size);
    reserve(&constants, size);
    put_float(constants.data + constants.size, mantissa, exponent, size);
    p.entity = new_entity(0);
    p.entity->section = SECTION_CONSTANTS;
    p.entity->offset = constants.size;
    p.offset = 0;
    constants.size += size;
    emit_memory(opcode, 0, field, &p);
}

// ---- Copies

void copy_bytes(struct place *to, struct place *from, long size) {
    struct place source, target;
    long done = 0, step;
    if (size > 128) {
        emit_address(RCX, to);
        emit_address(RDX, from);
        emit_push(RSI);
        emit_push(RDI);
        emit_move(1, RDI, RCX);
        emit_move(1, RSI, RDX);
        emit_constant(RCX, size / 8);
        emit(0xf3);
        emit2(0x48, 0xa5);  // rep movsq
        emit_pop(RDI);
        emit_pop(RSI);
        done = size & -8;
    }
    copy((char *)&source, (char *)from, sizeof(struct place));
    copy((char *)&target, (char *)to, sizeof(struct place));
    for (; done < size; done += step) {
        step = size - done >= 8 ? 8 : size - done >= 4 ? 4 : size - done >= 2 ? 2 : 1;
        source.offset = from->offset + done;
        target.offset = to->offset + done;
        if (step >= 4) emit_memory(MOV_LOAD, step == 8, RDX, &source);
        else emit_memory(step == 2 ? MOVZX_WORD : MOVZX_BYTE, 0, RDX, &source);
        store(RDX, &target, step);
    }
}

void zero_bytes(long offset, long size) {  // of the frame, between statements
    struct place p;
    long step;
    if (size > 64) {
        place_at(&p, RBP, offset);
        emit_address(RDI, &p);
        emit_constant(RAX, 0);
        emit_constant(RCX, size / 8);
        emit(0xf3);
        emit2(0x48, 0xab);  // rep stosq
        offset += size & -8;
        size &= 7;
    }
    if (size) emit_constant(RAX, 0);
    for (; size; size -= step) {
        step = size >= 8 ? 8 : size >= 4 ? 4 : size >= 2 ? 2 : 1;
        place_at(&p, RBP, offset);
        store(RAX, &p, step);
        offset += step;
    }
}

// The instruction of arithmetic_field on memory and an immediate.
void emit_memory_immediate(int field, int size, struct place *p, long value) {
    int short_form = fits(value, 8);
    emit_memory(sized(short_form && size > 1 ? GROUP_IMMEDIATE_BYTE : GROUP_IMMEDIATE, size), size == 8, field, p);
    if (short_form) emit(value);
    else if (size == 2) emit2(value, value >> 8);
    else emit4(value);
}

void emit_byte_extension(int opcode, int reg) {
    emit_move(0, RCX, reg);  // RSI and RDI have no byte without a prefix
    emit_registers(opcode, 0, reg, RCX);
}

// 1 or 0
void emit_set(int condition, int reg) {
    emit_registers(0x0f90 | condition, 0, 0, RCX);
    emit_registers(MOVZX_BYTE, 0, reg, RCX);
}

// ---- Bit-fields

unsigned int bits_mask(struct member *m) { return 0xffffffff >> (32 - m->bit_width); }

// A bit-field, its unit being in the register, shifted to where its value belongs.
void extract_bits(int reg, struct member *m, int bit_offset) {
    emit_registers(GROUP_SHIFT_IMMEDIATE, 0, 4, reg);
    emit(32 - bit_offset - m->bit_width);
    emit_registers(GROUP_SHIFT_IMMEDIATE, 0, is_unsigned(m->type) ? 5 : 7, reg);
    emit(32 - m->bit_width);
}

void load_bits(int reg, struct place *p, struct member *m) {
    load(reg, p, m->type, 0);
    extract_bits(reg, m, m->bit_offset);
}

// Stores a bit-field; the register then holds its value.
void store_bits(int reg, struct place *p, struct member *m) {
    emit_move(0, RDX, reg);
    emit_immediate(4, 0, RDX, (int)bits_mask(m));
    emit_registers(GROUP_SHIFT_IMMEDIATE, 0, 4, RDX);
    emit(m->bit_offset);
    load(RCX, p, m->type, 0);
    emit_immediate(4, 0, RCX, (int)~(bits_mask(m) << m->bit_offset));
    emit_registers(0x0b, 0, RCX, RDX);  // or
    store(RCX, p, m->type->size);
    extract_bits(reg, m, 0);
}

// ---- Operators on integers

int is_wide(struct type *t) { return t->size == 8; }

// The number of an instruction among the eight classic ones. 8 * number + 3: register <- register or memory;
// 8 * number + 1: memory <- register; with an immediate it is the extension of the opcode.
int arithmetic_field(int operator) {
    switch (operator) {
    case '+': return 0;
    case '|': return 1;
    case '&': return 4;
    case '-': return 5;
    case '^': return 6;
    }
    return 7;  // cmp
}

// The instruction of an operator on register d and an operand; d + 1 and more are free.
void apply(int field, int wide, int d, struct node *right) {
    struct place p;
    long value;
    right = bare(right);
    value = wide ? right->value : (int)right->value;
    if (right->op == NODE_CONSTANT && fits(value, 32)) {
        if (field == 7 && !value) emit_registers(TEST, wide, at(d), at(d));
        else emit_immediate(field, wide, at(d), value);
    } else if (in_memory(right) && right->type->size == (wide ? 8 : 4)) {
        locate(right, d + 1, &p);
        emit_memory(field * 8 + 3, wide, at(d), &p);
    } else {
        generate(right, d + 1);
        emit_registers(field * 8 + 3, wide, at(d), at(d + 1));
    }
}

void multiply(struct node *n, int d, int wide) {
    struct node *right = bare(n->right);
    struct place p;
    generate(n->left, d);
    if (right->op == NODE_CONSTANT && power_of_two(right->value) >= 0) {
        emit_registers(GROUP_SHIFT_IMMEDIATE, wide, 4, at(d));
        emit(power_of_two(right->value));
    } else if (right->op == NODE_CONSTANT && fits(right->value, 32)) {
        emit_registers(IMUL_IMMEDIATE, wide, at(d), at(d));
        emit4(right->value);
    } else if (in_memory(right) && right->type->size == n->type->size) {
        locate(right, d + 1, &p);
        emit_memory(IMUL, wide, at(d), &p);
    } else {
        generate(right, d + 1);
        emit_registers(IMUL, wide, at(d), at(d + 1));
    }
}

void divide(struct node *n, int d, int wide) {
    int power = n->right->op == NODE_CONSTANT && is_unsigned(n->type) ? power_of_two(n->right->value) : -1;
    generate(n->left, d);
    if (power >= 0 && n->operator == '/') {
        emit_registers(GROUP_SHIFT_IMMEDIATE, wide, 5, at(d));
        emit(power);
        return;
    }
    if (power >= 0 && power < 31) {
        emit_immediate(4, wide, at(d), n->right->value - 1);
        return;
    }
    generate(n->right, d + 1);
    if (d) {
        emit_push(RAX);
        emit_move(1, RAX, at(d));
    }
    if (is_unsigned(n->type)) {
        emit_constant(RDX, 0);
    } else {
        if (wide) emit(0x48);
        emit(0x99);  // cdq, cqo
    }
    emit_registers(GROUP_UNARY, wide, is_unsigned(n->type) ? 6 : 7, at(d + 1));
    emit_move(1, at(d), n->operator == '/' ? RAX : RDX);
    if (d) emit_pop(RAX);
}

void shift(struct node *n, int d, int wide) {
    int field = n->operator == TOKEN_SHIFT_LEFT ? 4 : is_unsigned(n->type) ? 5 : 7;
    generate(n->left, d);
    if (n->right->op == NODE_CONSTANT) {
        emit_registers(GROUP_SHIFT_IMMEDIATE, wide, field, at(d));
        emit(n->right->value & (wide ? 63 : 31));
    } else {
        generate(n->right, d + 1);
        emit_move(0, RCX, at(d + 1));
        emit_registers(GROUP_SHIFT, wide, field, at(d));
    }
}

int is_leaf(struct node *n) {
    n = bare(n);
    return n->op == NODE_CONSTANT || n->op == NODE_LOCAL || n->op == NODE_STATIC;
}

void integer_operation(struct node *n, int d) {
    int wide = is_wide(n->type);
    struct node *swap;
    if (is_commutative(n->operator) && is_leaf(n->left) && !is_leaf(n->right)) {
        swap = n->left;
        n->left = n->right;
        n->right = swap;
    }
    switch (n->operator) {
    case '*': multiply(n, d, wide); break;
    case '/': case '%': divide(n, d, wide); break;
    case TOKEN_SHIFT_LEFT: case TOKEN_SHIFT_RIGHT: shift(n, d, wide); break;
    default:
        generate(n->left, d);
        apply(arithmetic_field(n->operator), wide, d, n->right);
    }
}

// ---- Operators on floating numbers

// Needs one place of the x87 stack, and calls nothing.
int is_shallow(struct node *n) {
    switch (n->op) {
    case NODE_FLOAT: case NODE_CONSTANT: case NODE_LOCAL: case NODE_STATIC: case NODE_REGISTER:
    case NODE_LOCAL_ADDRESS: case NODE_STATIC_ADDRESS: return 1;
    case NODE_INDIRECT: case NODE_NEGATE: return is_shallow(n->left);
    case NODE_CONVERT: return n->type->kind != TYPE_ULONG && n->left->type->kind != TYPE_ULONG && is_shallow(n->left);
    case NODE_BINARY: return is_integer(n->type) && is_shallow(n->left) && is_shallow(n->right);
    }
    return 0;
}

// Two operands: the right one in st(0), the left one in st(1).
void float_operands(struct node *left, struct node *right, int d) {
    struct place p;
    generate(left, d);
    if (is_shallow(right)) {
        generate(right, d);
        return;
    }
    place_at(&p, RSP, 0);
    emit_drop(-16);
    store_float(&p, 16);
    generate(right, d);
    load_float(&p, 16);
    emit_drop(16);
    emit2(0xd9, 0xc9);  // fxch
}

void float_operation(struct node *n, int d) {
    int size = n->type->size, operator = n->operator, prefix = size == 4 ? 0xf30000 : 0xf20000, opcode = 0x0f5e;
    struct place left, right;
    float_operands(n->left, n->right, d);
    if (size == 16) {
        emit2(0xde, operator == '+' ? 0xc1 : operator == '-' ? 0xe9 : operator == '*' ? 0xc9 : 0xf9);
        return;
    }
    place_at(&right, RSP, -8);
    place_at(&left, RSP, -16);
    store_float(&right, size);
    store_float(&left, size);
    emit_memory(prefix | 0x0f10, 0, 0, &left);  // movsd xmm0, left
    if (operator != '/') opcode = operator == '+' ? 0x0f58 : operator == '-' ? 0x0f5c : 0x0f59;
    emit_memory(prefix | opcode, 0, 0, &right);
    emit_memory(prefix | 0x0f11, 0, 0, &right);
    load_float(&right, size);
}

// Compares st(0) with st(1) and drops both.
void float_compare(void) {
    emit2(0xdf, 0xe9);  // fucomip
    emit2(0xdd, 0xd8);  // fstp st(0)
}

// ---- Conditions

// Compares two integers or pointers; gives the condition under which the comparison n holds.
int integer_compare(struct node *n, int d) {
    struct node *left = bare(n->left), *right = n->right;
    int wide = is_wide(n->left->type), unsigned_ = is_unsigned(n->left->type);
    long value = wide ? right->value : (int)right->value;
    struct place p;
    if (in_memory(left) && left->type->size == n->left->type->size && right->op == NODE_CONSTANT && fits(value, 32)) {
        locate(left, d, &p);
        emit_memory_immediate(7, left->type->size, &p, value);
    } else {
        generate(n->left, d);
        apply(7, wide, d, right);
    }
    switch (n->operator) {
    case TOKEN_EQUAL: return IF_EQUAL;
    case TOKEN_NOT_EQUAL: return IF_NOT_EQUAL;
    case '<': return unsigned_ ? IF_BELOW : IF_LESS;
    case '>': return unsigned_ ? IF_ABOVE : IF_GREATER;
    case TOKEN_LESS_EQUAL: return unsigned_ ? IF_NOT_ABOVE : IF_NOT_GREATER;
    }
    return unsigned_ ? IF_NOT_BELOW : IF_NOT_LESS;
}

// Jumps if the flags of a float_compare say equal (or not equal). Parity: one is not a number, and nothing is equal.
void branch_equal(int equal, int label) {
    int skip;
    if (equal) {
        skip = new_label();
        emit_jump_if(IF_PARITY, skip);
        emit_jump_if(IF_EQUAL, label);
        place_label(skip);
    } else {
        emit_jump_if(IF_PARITY, label);
        emit_jump_if(IF_NOT_EQUAL, label);
    }
}

void branch_comparison(struct node *n, int sense, int label, int d) {
    int condition;
    if (!is_float(n->left->type)) {
        condition = integer_compare(n, d);
        emit_jump_if(sense ? condition : condition ^ 1, label);
        return;
    }
    float_operands(n->left, n->right, d);
    if (n->operator == TOKEN_EQUAL || n->operator == TOKEN_NOT_EQUAL) {
        float_compare();
        branch_equal((n->operator == TOKEN_EQUAL) == sense, label);
        return;
    }
    // a < b is asked as b > a, since "above" is false for what is not a number
    if (n->operator == '>' || n->operator == TOKEN_GREATER_EQUAL) emit2(0xd9, 0xc9);  // fxch
    float_compare();
    condition = n->operator == '<' || n->operator == '>' ? IF_ABOVE : IF_NOT_BELOW;
    emit_jump_if(sense ? condition : condition ^ 1, label);
}

// Jumps if n is true (sense 1) or false (sense 0).
void branch(struct node *n, int sense, int label, int d) {
    int skip;
    struct place p;
    n = bare(n);
    if (n->op == NODE_CONSTANT) {
        if ((n->value != 0) == sense) emit_jump(label);
    } else if (n->op == NODE_NOT) {
        branch(n->left, !sense, label, d);
    } else if (n->op == NODE_CONVERT && n->type->kind == TYPE_BOOL) {
        branch(n->left, sense, label, d);
    } else if (n->op == NODE_BINARY && (n->operator == TOKEN_AND || n->operator == TOKEN_OR)) {
        if ((n->operator == TOKEN_OR) == sense) {
            branch(n->left, sense, label, d);
            branch(n->right, sense, label, d);
        } else {
            skip = new_label();
            branch(n->left, !sense, skip, d);
            branch(n->right, sense, label, d);
            place_label(skip);
        }
    } else if (n->op == NODE_BINARY && is_comparison(n->operator)) {
        branch_comparison(n, sense, label, d);
    } else if (is_float(n->type)) {
        generate(n, d);
        emit2(0xd9, 0xee);  // fldz
        float_compare();
        branch_equal(!sense, label);
    } else {
        if (in_memory(n)) {
            locate(n, d, &p);
            emit_memory_immediate(7, n->type->size, &p, 0);
        } else {
            generate(n, d);
            emit_registers(TEST, is_wide(n->type), at(d), at(d));
        }
        emit_jump_if(sense ? IF_NOT_EQUAL : IF_EQUAL, label);
    }
}

// A condition as 0 or 1.
void condition_value(struct node *n, int d) {
    int no, end;
    if (n->op == NODE_BINARY && is_comparison(n->operator) && !is_float(n->left->type)) {
        emit_set(integer_compare(n, d), at(d));
        return;
    }
    no = new_label();
    end = new_label();
    branch(n, 0, no, d);
    emit_constant(at(d), 1);
    emit_jump(end);
    place_label(no);
    emit_constant(at(d), 0);
    place_label(end);
}

// ---- Conversions

void convert_integer(struct node *n, int d) {
    struct type *to = n->type, *from = n->left->type;
    struct place p;
    int wide = to->size == 8 && from->size < 8;
    if (in_memory(n->left) && (wide || (to->size < 4 && to->size <= from->size))) {
        locate(n->left, d, &p);
        load(at(d), &p, wide ? from : to, wide);
        return;
    }
    generate(n->left, d);
    if (wide) {
        if (!is_unsigned(from)) emit_registers(MOVSXD, 1, at(d), at(d));
        else emit_registers(MOV_LOAD, 0, at(d), at(d));
        return;
    }
    switch (to->kind) {
    case TYPE_UCHAR: emit_byte_extension(MOVZX_BYTE, at(d)); break;
    case TYPE_CHAR: emit_byte_extension(MOVSX_BYTE, at(d)); break;
    case TYPE_USHORT: emit_registers(MOVZX_WORD, 0, at(d), at(d)); break;
    case TYPE_SHORT: emit_registers(MOVSX_WORD, 0, at(d), at(d)); break;
    }
}

void integer_to_float(struct node *n, int d) {
    struct type *from = n->left->type;
    struct place p;
    int end;
    generate(n->left, d);
    place_at(&p, RSP, -8);
    if (from->kind == TYPE_UINT) emit_registers(MOV_LOAD, 0, at(d), at(d));
    if (from->size < 8 && from->kind != TYPE_UINT) {
        store(at(d), &p, 4);
        emit_memory(0xdb, 0, 0, &p);  // fild, 4 bytes
        if (n->type->size == 4) round_float(4);
        return;
    }
    store(at(d), &p, 8);
    emit_memory(0xdf, 0, 5, &p);  // fild, 8 bytes
    if (from->kind == TYPE_ULONG) {
        end = new_label();
        emit_registers(TEST, 1, at(d), at(d));
        emit_jump_if(IF_NOT_NEGATIVE, end);
        emit_float_constant(0xd8, 0, 1UL << 63, EXPONENT_BIAS + 64, 4);  // fadd 2 ** 64
        place_label(end);
    }
    round_float(n->type->size);
}

// Towards zero.
void float_to_register(struct node *n, int d) {
    struct place p;
    int small = 0, end = 0;
    generate(n->left, d);
    place_at(&p, RSP, -8);
    if (n->type->kind == TYPE_ULONG) {  // from 2 ** 63 on, less 2 ** 63
        small = new_label();
        end = new_label();
        emit_float_constant(0xd9, 0, 1UL << 63, EXPONENT_BIAS + 63, 4);  // fld
        emit2(0xdf, 0xe9);                                                // fucomip
        emit_jump_if(IF_ABOVE, small);
        emit_float_constant(0xd8, 4, 1UL << 63, EXPONENT_BIAS + 63, 4);  // fsub
        emit_memory(0xdd, 0, 1, &p);                                      // fisttp, 8 bytes
        load(at(d), &p, n->type, 0);
        emit_registers(0x0fba, 1, 7, at(d));  // btc 63
        emit(63);
        emit_jump(end);
        place_label(small);
    }
    emit_memory(0xdd, 0, 1, &p);  // fisttp, 8 bytes
    load(at(d), &p, n->type, 0);
    if (n->type->kind == TYPE_ULONG) place_label(end);
}

void conversion(struct node *n, int d) {
    struct type *to = n->type, *from = n->left->type;
    if (to->kind == TYPE_VOID) {
        effect(n->left, d);
    } else if (is_float(to) && is_float(from)) {
        generate(n->left, d);
        if (to->size < from->size) round_float(to->size);
    } else if (is_float(to)) {
        integer_to_float(n, d);
    } else if (is_float(from)) {
        float_to_register(n, d);
    } else if (is_scalar(from)) {
        convert_integer(n, d);
    } else {
        generate(n->left, d);  // a struct: its address
    }
}

// ---- Assignments; `wanted`: their value is used

void assign_struct(struct node *n, int d) {
    struct place to, from;
    generate(n->right, d);
    locate(n->left, d + 1, &to);
    place_at(&from, at(d), 0);
    copy_bytes(&to, &from, n->type->size);
}

void generate_assignment(struct node *n, int d, int wanted) {
    struct place p;
    struct type *t = n->type;
    if (t->kind == TYPE_STRUCT) {
        assign_struct(n, d);
    } else if (is_float(t)) {
        generate(n->right, d + locate(n->left, d, &p));
        if (wanted) emit2(0xd9, 0xc0);  // fld st(0)
        store_float(&p, t->size);
    } else if (n->left->op == NODE_BITS) {
        generate(n->right, d);
        locate(n->left->left, d + 1, &p);
        store_bits(at(d), &p, n->left->member);
    } else if (!wanted && n->right->op == NODE_CONSTANT && (t->size < 8 || fits(n->right->value, 32))) {
        locate(n->left, d, &p);
        emit_memory(sized(0xc7, t->size), is_wide(t), 0, &p);
        if (t->size >= 4) emit4(n->right->value);
        else emit(n->right->value);
        if (t->size == 2) emit(n->right->value >> 8);
    } else {
        generate(n->right, d);
        locate(n->left, d + 1, &p);
        store(at(d), &p, t->size);
    }
}

void generate_operate(struct node *n, int d, int wanted) {
    struct place p;
    int size = n->type->size, field = arithmetic_field(n->operator);
    struct node *right = bare(n->right);
    long value = size == 1 ? (char)right->value : size == 2 ? (short)right->value : right->value;
    if (size == 4) value = (int)value;
    if (right->op == NODE_CONSTANT && fits(value, 32)) {
        locate(n->left, d, &p);
        emit_memory_immediate(field, size, &p, value);
    } else {
        generate(right, d);
        locate(n->left, d + 1, &p);
        emit_memory(sized(field * 8 + 1, size), size == 8, at(d), &p);
    }
    if (wanted) load(at(d), &p, n->type, 0);
}

void generate_post_add(struct node *n, int d, int wanted) {
    struct place p;
    locate(n->left, d + 1, &p);
    if (wanted) load(at(d), &p, n->type, 0);
    emit_memory_immediate(0, n->type->size, &p, n->value);
}

// A new value made of the old one, where the place is located only once.
void generate_update(struct node *n, int d, int wanted) {
    struct node *object = n->left->op == NODE_BITS ? n->left->left : n->left, *place = n->third, *base;
    struct place p;
    int old = d + locate(object, d, &p), new = old, post = n->op == NODE_POST_UPDATE && wanted;
    place->op = p.entity ? NODE_STATIC : p.base == RBP ? NODE_LOCAL : NODE_INDIRECT;
    place->entity = p.entity;
    place->value = p.offset;
    base = new_node(NODE_REGISTER, basic[TYPE_LONG], 0, 0);
    base->value = p.base;
    place->left = base;
    if (is_float(n->type)) {
        if (post) load_float(&p, n->type->size);
        generate(n->right, new);
        if (wanted && !post) emit2(0xd9, 0xc0);  // fld st(0)
        store_float(&p, n->type->size);
        return;
    }
    if (post) {
        if (n->left->op == NODE_BITS) load_bits(at(old), &p, n->left->member);
        else load(at(old), &p, n->type, 0);
        new = old + 1;
    }
    generate(n->right, new);
    if (n->left->op == NODE_BITS) store_bits(at(new), &p, n->left->member);
    else store(at(new), &p, n->type->size);
    emit_move(1, at(d), at(old));
}

// ---- Calls (README.md, calling convention)

// Pushes arguments, the last one first; gives how many bytes they take.
long push_arguments(struct node *link) {
    struct node *n;
    struct place p, from;
    long below, size;
    if (!link) return 0;
    below = push_arguments(link->third);
    n = bare(link->left);
    place_at(&p, RSP, 0);
    size = align_up(n->type->size, 8);
    if (is_float(n->type)) {
        generate(n, 0);
        emit_drop(-size);
        store_float(&p, n->type->size);
    } else if (n->type->kind == TYPE_STRUCT) {
        generate(n, 0);
        emit_drop(-size);
        place_at(&from, RAX, 0);
        copy_bytes(&p, &from, n->type->size);
    } else if (n->op == NODE_CONSTANT && fits(n->value, 32)) {
        emit(fits(n->value, 8) ? 0x6a : 0x68);
        if (fits(n->value, 8)) emit(n->value);
        else emit4(n->value);
    } else if (in_memory(n) && n->type->size == 8) {
        locate(n, 0, &p);
        emit_memory(GROUP_INC, 0, 6, &p);  // push
    } else {
        generate(n, 0);
        emit_push(RAX);
    }
    return below + size;
}

void generate_call(struct node *n, int d) {
    long size;
    int i;
    struct place p;
    for (i = 0; i < d; i++) emit_push(at(i));
    size = push_arguments(n->right);
    if (n->type->kind == TYPE_STRUCT) {
        place_at(&p, RBP, n->value);
        emit_address(RAX, &p);
        emit_push(RAX);
        size += 8;
    }
    if (n->left->op == NODE_STATIC_ADDRESS && !n->left->value) {
        emit_call(n->left->entity);
    } else {
        generate(n->left, 0);
        emit_registers(GROUP_INC, 0, 2, RAX);  // call
    }
    emit_drop(size);
    if (!is_float(n->type) && n->type->kind != TYPE_VOID) emit_move(1, at(d), RAX);
    for (i = d - 1; i >= 0; i--) emit_pop(at(i));
}

// ---- All of it

void generate_choice(struct node *n, int d, int wanted) {
    int no = new_label(), end = new_label();
    branch(n->left, 0, no, d);
    if (wanted) generate(n->right, d);
    else effect(n->right, d);
    emit_jump(end);
    place_label(no);
    if (wanted) generate(n->third, d);
    else effect(n->third, d);
    place_label(end);
}

// Computes n into register d or onto the x87 stack.
void generate(struct node *n, int d) {
    struct place p;
    int size = n->type->size;
    switch (n->op) {
    case NODE_LOCAL: case NODE_STATIC: case NODE_INDIRECT:
        locate(n, d, &p);
        if (is_float(n->type)) load_float(&p, size);
        else if (is_scalar(n->type)) load(at(d), &p, n->type, 0);
        else emit_address(at(d), &p);
        break;
    case NODE_BITS:
        locate(n->left, d, &p);
        load_bits(at(d), &p, n->member);
        break;
    case NODE_CONSTANT: emit_constant(at(d), n->value); break;
    case NODE_FLOAT:
        if (!n->value && !n->exponent) emit2(0xd9, 0xee);  // fldz
        else emit_float_constant(float_opcode(size), size == 16 ? 5 : 0, n->value, n->exponent, size);
        break;
    case NODE_LOCAL_ADDRESS: case NODE_STATIC_ADDRESS:
        locate(n, d, &p);
        emit_address(at(d), &p);
        break;
    case NODE_REGISTER: emit_move(1, at(d), n->value); break;
    case NODE_CONVERT: conversion(n, d); break;
    case NODE_NEGATE: case NODE_COMPLEMENT:
        generate(n->left, d);
        if (is_float(n->type)) emit2(0xd9, 0xe0);  // fchs
        else emit_registers(GROUP_UNARY, is_wide(n->type), n->op == NODE_NEGATE ? 3 : 2, at(d));
        break;
    case NODE_NOT: condition_value(n, d); break;
    case NODE_BINARY:
        if (n->operator == TOKEN_AND || n->operator == TOKEN_OR || is_comparison(n->operator)) condition_value(n, d);
        else if (is_float(n->type)) float_operation(n, d);
        else integer_operation(n, d);
        break;
    case NODE_ASSIGN: generate_assignment(n, d, 1); break;
    case NODE_OPERATE: generate_operate(n, d, 1); break;
    case NODE_POST_ADD: generate_post_add(n, d, 1); break;
    case NODE_UPDATE: case NODE_POST_UPDATE: generate_update(n, d, 1); break;
    case NODE_CALL: generate_call(n, d); break;
    case NODE_CONDITION: generate_choice(n, d, n->type->kind != TYPE_VOID); break;
    case NODE_COMMA:
        effect(n->left, d);
        generate(n->right, d);
        break;
    }
}

// Computes n for its effect; registers before d are in use.
void effect(struct node *n, int d) {
    switch (n->op) {
    case NODE_ASSIGN: generate_assignment(n, d, 0); break;
    case NODE_OPERATE: generate_operate(n, d, 0); break;
    case NODE_POST_ADD: generate_post_add(n, d, 0); break;
    case NODE_UPDATE: case NODE_POST_UPDATE: generate_update(n, d, 0); break;
    case NODE_CONDITION: generate_choice(n, d, 0); break;
    case NODE_CONVERT: effect(n->left, d); break;
    case NODE_COMMA:
        effect(n->left, d);
        effect(n->right, d);
        break;
    default:
        generate(n, d);
        if (is_float(n->type)) emit2(0xdd, 0xd8);  // fstp st(0)
    }
}
