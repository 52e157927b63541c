// Types (C99 6.2.5), and how large they are (System V ABI for AMD64, 3.1.2).

enum {  // Kinds of types, integers in the order of their rank; an unsigned one follows its signed one.
    TYPE_VOID, TYPE_BOOL, TYPE_CHAR, TYPE_UCHAR, TYPE_SHORT, TYPE_USHORT, TYPE_INT, TYPE_UINT, TYPE_LONG, TYPE_ULONG,
    TYPE_FLOAT, TYPE_DOUBLE, TYPE_LDOUBLE, TYPE_POINTER, TYPE_ARRAY, TYPE_STRUCT, TYPE_FUNCTION
};

struct type {
    int kind;
    long size;                // bytes; -1: not known yet
    int align;                // bytes
    struct type *base;        // pointed to, of an element, returned
    struct type *pointer;     // the type of pointers to this one, once there is one
    struct member *members;   // of a struct or union; the parameters of a function
    int is_union;
    int variadic;             // a function with ...
    int unknown_parameters;   // a function declared with ()
};

struct member {  // of a struct or union, or a parameter
    struct name *name;  // 0: an anonymous struct or union, or a parameter without name
    struct type *type;
    long offset;        // bytes
    int bit_offset;     // of a bit-field in its unit, which has its type and lies at offset
    int bit_width;      // 0: not a bit-field
    struct member *next;
};

int basic_sizes[] = { 1, 1, 1, 1, 2, 2, 4, 4, 8, 8, 4, 8, 16 };
struct type *basic[TYPE_POINTER];  // the types without parts, by their kinds

struct type *new_type(int kind, long size, int align, struct type *base) {
    struct type *t = allocate(sizeof(struct type));
    t->kind = kind;
    t->size = size;
    t->align = align;
    t->base = base;
    return t;
}

void type_begin(void) {
    int kind;
    for (kind = 0; kind < TYPE_POINTER; kind++) basic[kind] = new_type(kind, basic_sizes[kind], basic_sizes[kind], 0);
}

struct type *pointer_to(struct type *base) {
    if (!base->pointer) base->pointer = new_type(TYPE_POINTER, 8, 8, base);
    return base->pointer;
}

// count -1: not known yet
struct type *array_of(struct type *base, long count) {
    if (base->kind == TYPE_FUNCTION) fail("array of functions");
    if (base->size < 0 || base->kind == TYPE_VOID) fail("array of elements of unknown size");
    if (count > 0 && base->size > 0 && count > 0x7fffffffffffffff / base->size) fail("array too large");
    return new_type(TYPE_ARRAY, count < 0 ? -1 : count * base->size, base->align, base);
}

int is_integer(struct type *t) { return t->kind >= TYPE_BOOL && t->kind <= TYPE_ULONG; }
int is_float(struct type *t) { return t->kind >= TYPE_FLOAT && t->kind <= TYPE_LDOUBLE; }
int is_arithmetic(struct type *t) { return t->kind >= TYPE_BOOL && t->kind <= TYPE_LDOUBLE; }
int is_scalar(struct type *t) { return t->kind >= TYPE_BOOL && t->kind <= TYPE_POINTER; }

// Of what a register or a constant holds: an integer or a pointer.
int is_unsigned(struct type *t) {
    return t->kind == TYPE_BOOL || t->kind == TYPE_POINTER || (t->kind <= TYPE_ULONG && (t->kind & 1));
}

int same_type(struct type *a, struct type *b) {
    struct member *m, *n;
    if (a == b) return 1;
    if (a->kind != b->kind) return 0;
    if (a->kind == TYPE_ARRAY && a->size >= 0 && b->size >= 0 && a->size != b->size) return 0;
    if (a->kind == TYPE_FUNCTION && !a->unknown_parameters && !b->unknown_parameters) {
        if (a->variadic != b->variadic) return 0;
        for (m = a->members, n = b->members; m && n; m = m->next, n = n->next)
            if (!same_type(m->type, n->type)) return 0;
        if (m || n) return 0;
    }
    return a->kind >= TYPE_POINTER && a->kind != TYPE_STRUCT && same_type(a->base, b->base);
}

long align_up(long value, long align) { return (value + align - 1) / align * align; }

// Lays the members of a struct or union out in order. A bit-field lies in the next bits, unless it would then cross
// a boundary of its type's size.
void lay_out(struct type *t) {
    struct member *m;
    long bits = 0, size = 0, unit;
    int align = 1;
    for (m = t->members; m; m = m->next) {
        if (t->is_union) bits = 0;
        if (m->type->size < 0 && (m->next || t->is_union)) fail("member of unknown size");
        if (m->bit_width >= 0) {
            unit = m->type->size * 8;
            if (!m->bit_width || bits / unit != (bits + m->bit_width - 1) / unit) bits = align_up(bits, unit);
            m->offset = bits / unit * m->type->size;
            m->bit_offset = bits % unit;
            bits += m->bit_width;
        } else {
            m->bit_width = 0;
            bits = align_up(bits, m->type->align * 8);
            m->offset = bits / 8;
            if (m->type->size > 0) bits += m->type->size * 8;
        }
        if (m->type->align > align && (m->name || m->type->kind == TYPE_STRUCT)) align = m->type->align;
        if ((bits + 7) / 8 > size) size = (bits + 7) / 8;
    }
    t->align = align;
    t->size = align_up(size, align);
}

// The member of that name, 0 if there is none; its offset from the beginning of t in *offset.
struct member *find_member(struct type *t, struct name *name, long *offset) {
    struct member *m, *inner;
    for (m = t->members; m; m = m->next) {
        if (m->name == name) {
            *offset = m->offset;
            return m;
        }
        if (!m->name && m->type->kind == TYPE_STRUCT) {
            inner = find_member(m->type, name, offset);
            if (inner) {
                *offset += m->offset;
                return inner;
            }
        }
    }
    return 0;
}
