// Declarations (C99 6.7, 6.9): names, scopes, types as they are written, functions.

struct symbol *symbols;  // all that are in scope, the last one first
int depth;               // of the scope; 0: the file

long frame, frame_most;        // bytes of locals in scope; the most there were
struct type *function_result;  // of the function being compiled

void statement(void);
void finish_labels(void);

long new_local(long size, int align) {
    frame = align_up(frame + size, align < 8 ? 8 : align);
    if (frame > 0x7fffffff) fail("too many locals");
    if (frame > frame_most) frame_most = frame;
    return -frame;
}

struct symbol *new_symbol(int kind, struct name *name, struct type *type) {
    struct symbol *s = allocate(sizeof(struct symbol));
    s->kind = kind;
    s->name = name;
    s->type = type;
    s->depth = depth;
    s->next = symbols;
    symbols = s;
    if (kind == SYMBOL_TAG) {
        s->outer = name->tag;
        name->tag = s;
    } else {
        s->outer = name->symbol;
        name->symbol = s;
    }
    return s;
}

// A new meaning for a name, which has none yet in this scope.
struct symbol *declare(int kind, struct name *name, struct type *type) {
    if (name->symbol && name->symbol->depth == depth) fail_name("declared twice: ", name);
    return new_symbol(kind, name, type);
}

// Forgets what was declared after `mark`.
void close_scope(struct symbol *mark) {
    for (; symbols != mark; symbols = symbols->next) {
        if (symbols->kind == SYMBOL_TAG) symbols->name->tag = symbols->outer;
        else symbols->name->symbol = symbols->outer;
    }
}

// ---- Types as they are written

struct derivation {  // *, [count], or (parameters)
    int kind;
    long count;
    struct member *parameters;
    int variadic, unknown_parameters;
};

enum { DERIVATION_LIMIT = 1000 };
struct derivation derivations[DERIVATION_LIMIT];  // of the declarators being read, from the name outwards
int derivation_count;

struct type *specifiers(int *storage);
struct type *declarator(struct type *base, struct name **name);

int begins_type(struct token *t) {
    int word;
    if (t->kind != TOKEN_NAME || in_condition) return 0;
    word = t->name->keyword;
    if (word) return word >= KEYWORD_CONST && word < KEYWORD_COUNT;
    return t->name->symbol && t->name->symbol->kind == SYMBOL_TYPEDEF;
}

int begins_declaration(void) {
    return (kind >= KEYWORD_TYPEDEF && kind < KEYWORD_CONST) || begins_type(token);
}

struct type *type_name(void) {
    int storage;
    struct type *t = specifiers(&storage);
    if (storage) fail("a type has no storage class");
    return declarator(t, 0);
}

// __attribute__((…)): those that change nothing.
void attributes(void) {
    struct name *n;
    int nested;
    while (accept(KEYWORD_ATTRIBUTE)) {
        expect('(');
        expect('(');
        while (kind != ')') {
            n = expect_name();
            if (!same_text(n->text, "noreturn") && !same_text(n->text, "format") && !same_text(n->text, "unused"))
                fail_name("attribute is not supported: ", n);
            if (kind == '(') {
                nested = 0;
                do {
                    if (kind == '(') nested++;
                    if (kind == ')') nested--;
                    if (kind == TOKEN_END) fail_expected("')'");
                    next();
                } while (nested);
            }
            if (kind != ')') expect(',');
        }
        expect(')');
        expect(')');
    }
}

void qualifiers(void) {
    while (kind == KEYWORD_CONST || kind == KEYWORD_VOLATILE || kind == KEYWORD_RESTRICT) next();
    attributes();
}

struct type *parameter_type(struct type *t) {
    if (t->kind == TYPE_ARRAY) return pointer_to(t->base);
    return t->kind == TYPE_FUNCTION ? pointer_to(t) : t;
}

void parameters(struct derivation *d) {
    struct member *m, *last = 0, *other;
    struct type *t;
    int storage;
    if (kind == ')') {
        d->unknown_parameters = 1;
    } else if (kind == KEYWORD_VOID && look_ahead()->kind == ')') {
        next();
    } else {
        do {
            if (last && accept(TOKEN_ELLIPSIS)) {
                d->variadic = 1;
                break;
            }
            if (!begins_declaration()) fail_expected("the type of a parameter");
            t = specifiers(&storage);
            if (storage && storage != KEYWORD_REGISTER) fail("a parameter has no storage class");
            m = allocate(sizeof(struct member));
            m->type = parameter_type(declarator(t, &m->name));
            if (m->type->kind == TYPE_VOID) fail("a parameter of type void");
            for (other = d->parameters; other && m->name; other = other->next)
                if (other->name == m->name) fail_name("declared twice: ", m->name);
            if (last) last->next = m;
            else d->parameters = m;
            last = m;
        } while (accept(','));
    }
    expect(')');
}

void add_derivation(struct derivation *from) {
    if (derivation_count == DERIVATION_LIMIT) fail("declarator too long");
    copy((char *)&derivations[derivation_count++], (char *)from, sizeof(struct derivation));
}

// Adds the derivations of a declarator to those that are there; its name, if any, goes to *name. name 0: it has none.
void read_declarator(struct name **name) {
    struct derivation d;
    int pointers = 0;
    qualifiers();
    while (accept('*')) {
        pointers++;
        qualifiers();
    }
    if (kind == '(' && look_ahead()->kind != ')' && !begins_type(look_ahead())) {
        next();
        read_declarator(name);
        expect(')');
    } else if (kind == TOKEN_NAME && name) {
        *name = expect_name();
    }
    while (kind == '[' || kind == '(') {
        clear((char *)&d, sizeof(struct derivation));
        if (accept('[')) {
            d.kind = TYPE_ARRAY;
            d.count = -1;
            if (kind != ']') {
                d.count = constant_expression();
                if (d.count < 0) fail("an array of negative size");
            }
            expect(']');
        } else {
            next();
            d.kind = TYPE_FUNCTION;
            parameters(&d);
        }
        add_derivation(&d);
    }
    attributes();
    clear((char *)&d, sizeof(struct derivation));
    d.kind = TYPE_POINTER;
    while (pointers--) add_derivation(&d);
}

// The type of what is declared, `base` being that of its specifiers.
struct type *declarator(struct type *base, struct name **name) {
    int bottom = derivation_count;
    struct derivation *d;
    struct type *t;
    read_declarator(name);
    while (derivation_count > bottom) {
        d = &derivations[--derivation_count];
        if (d->kind == TYPE_POINTER) {
            base = pointer_to(base);
        } else if (d->kind == TYPE_ARRAY) {
            base = array_of(base, d->count);
        } else {
            if (base->kind == TYPE_ARRAY || base->kind == TYPE_FUNCTION) fail("a function cannot return this");
            t = new_type(TYPE_FUNCTION, -1, 1, base);
            t->members = d->parameters;
            t->variadic = d->variadic;
            t->unknown_parameters = d->unknown_parameters;
            base = t;
        }
    }
    return base;
}

void struct_members(struct type *t) {
    struct type *base, *type;
    struct member *m, *last = 0;
    struct name *name;
    long offset;
    int storage, most;
    while (!accept('}')) {
        base = specifiers(&storage);
        if (storage) fail("a member has no storage class");
        do {
            name = 0;
            m = allocate(sizeof(struct member));
            type = base;
            if (kind != ':' && kind != ';') type = declarator(base, &name);
            m->bit_width = -1;
            if (accept(':')) {
                m->bit_width = constant_expression();
                if (!is_integer(type) || type->size > 4) fail("a bit-field of this type is not supported");
                most = type->kind == TYPE_BOOL ? 1 : type->size * 8;
                if (m->bit_width < 0 || m->bit_width > most || (!m->bit_width && name))
                    fail("width of a bit-field out of range");
            } else if (!name && type->kind != TYPE_STRUCT) {
                fail("a member without a name");
            }
            if (type->kind == TYPE_FUNCTION || type->kind == TYPE_VOID) fail("a member of this type");
            if (name && find_member(t, name, &offset)) fail_name("declared twice: ", name);
            m->name = name;
            m->type = type;
            if (last) last->next = m;
            else t->members = m;
            last = m;
            attributes();
        } while (accept(','));
        expect(';');
    }
    lay_out(t);
}

struct type *struct_type(void) {
    int is_union = kind == KEYWORD_UNION;
    struct name *tag = 0;
    struct symbol *s = 0;
    struct type *t;
    next();
    attributes();
    if (kind == TOKEN_NAME) {
        tag = expect_name();
        s = tag->tag;
        if (s && s->depth < depth && (kind == '{' || kind == ';')) s = 0;  // a new one in this scope
    }
    if (s) {
        t = s->type;
        if (t->kind != TYPE_STRUCT || t->is_union != is_union) fail_name("another kind of tag: ", tag);
    } else {
        if (!tag && kind != '{') fail_expected("'{'");
        t = new_type(TYPE_STRUCT, -1, 1, 0);
        t->is_union = is_union;
        if (tag) new_symbol(SYMBOL_TAG, tag, t);
    }
    if (accept('{')) {
        if (t->size >= 0) fail_name("declared twice: ", tag);
        struct_members(t);
        attributes();
    }
    return t;
}

struct type *enum_type(void) {
    struct name *tag = 0, *name;
    struct symbol *s;
    long value = 0;
    int negative = 0;
    next();
    if (kind == TOKEN_NAME) tag = expect_name();
    if (kind != '{') {
        if (!tag || !tag->tag) fail("an enum that is not defined");
        if (tag->tag->type->kind == TYPE_STRUCT) fail_name("another kind of tag: ", tag);
        return tag->tag->type;
    }
    next();
    do {
        if (kind == '}') break;
        name = expect_name();
        if (accept('=')) value = constant_expression();
        if (!fits(value, 32)) fail("the value of an enum does not fit an int");
        if (value < 0) negative = 1;
        s = declare(SYMBOL_CONSTANT, name, basic[TYPE_INT]);
        s->value = value++;
    } while (accept(','));
    expect('}');
    if (tag && tag->tag && tag->tag->depth == depth) fail_name("declared twice: ", tag);
    if (tag) new_symbol(SYMBOL_TAG, tag, basic[negative ? TYPE_INT : TYPE_UINT]);
    return basic[negative ? TYPE_INT : TYPE_UINT];
}

enum {  // the words of a type, to be added up: each once, long twice
    SPECIFIED_VOID = 1, SPECIFIED_BOOL = 2, SPECIFIED_CHAR = 4, SPECIFIED_SHORT = 8, SPECIFIED_INT = 16,
    SPECIFIED_LONG = 32, SPECIFIED_FLOAT = 128, SPECIFIED_DOUBLE = 256, SPECIFIED_SIGNED = 512,
    SPECIFIED_UNSIGNED = 1024
};

struct type *specified(int words) {
    int sign = words & (SPECIFIED_SIGNED | SPECIFIED_UNSIGNED), unsigned_ = sign == SPECIFIED_UNSIGNED;
    words -= sign;
    if (sign == (SPECIFIED_SIGNED | SPECIFIED_UNSIGNED)) words = -1;
    switch (words) {
    case SPECIFIED_CHAR: return basic[TYPE_CHAR + unsigned_];
    case SPECIFIED_SHORT: case SPECIFIED_SHORT + SPECIFIED_INT: return basic[TYPE_SHORT + unsigned_];
    case SPECIFIED_INT: return basic[TYPE_INT + unsigned_];
    case SPECIFIED_LONG: case SPECIFIED_LONG + SPECIFIED_INT:
    case 2 * SPECIFIED_LONG: case 2 * SPECIFIED_LONG + SPECIFIED_INT: return basic[TYPE_LONG + unsigned_];
    case 0: if (sign) return basic[TYPE_INT + unsigned_];
    }
    if (!sign) {
        switch (words) {
        case SPECIFIED_VOID: return basic[TYPE_VOID];
        case SPECIFIED_BOOL: return basic[TYPE_BOOL];
        case SPECIFIED_FLOAT: return basic[TYPE_FLOAT];
        case SPECIFIED_DOUBLE: return basic[TYPE_DOUBLE];
        case SPECIFIED_LONG + SPECIFIED_DOUBLE: return basic[TYPE_LDOUBLE];
        }
    }
    fail("these words do not make a type");
    return 0;
}

// Declaration specifiers; the storage class (KEYWORD_…, or 0) goes to *storage.
struct type *specifiers(int *storage) {
    struct type *t = 0;
    int words = 0, word;
    *storage = 0;
    for (;;) {
        word = 0;
        switch (kind) {
        case KEYWORD_TYPEDEF: case KEYWORD_EXTERN: case KEYWORD_STATIC: case KEYWORD_AUTO: case KEYWORD_REGISTER:
            if (*storage) fail("two storage classes");
            *storage = kind;
            break;
        case KEYWORD_INLINE: case KEYWORD_CONST: case KEYWORD_VOLATILE: case KEYWORD_RESTRICT: break;
        case KEYWORD_ATTRIBUTE: attributes(); continue;
        case KEYWORD_VOID: word = SPECIFIED_VOID; break;
        case KEYWORD_BOOL: word = SPECIFIED_BOOL; break;
        case KEYWORD_CHAR: word = SPECIFIED_CHAR; break;
        case KEYWORD_SHORT: word = SPECIFIED_SHORT; break;
        case KEYWORD_INT: word = SPECIFIED_INT; break;
        case KEYWORD_LONG: word = SPECIFIED_LONG; break;
        case KEYWORD_FLOAT: word = SPECIFIED_FLOAT; break;
        case KEYWORD_DOUBLE: word = SPECIFIED_DOUBLE; break;
        case KEYWORD_SIGNED: word = SPECIFIED_SIGNED; break;
        case KEYWORD_UNSIGNED: word = SPECIFIED_UNSIGNED; break;
        case KEYWORD_STRUCT: case KEYWORD_UNION: case KEYWORD_ENUM:
            if (t || words) fail("two types");
            t = kind == KEYWORD_ENUM ? enum_type() : struct_type();
            continue;
        default:
            if (kind == TOKEN_NAME && !t && !words && begins_type(token)) {
                t = token->name->symbol->type;
                break;
            }
            if (t) return t;
            if (!words) fail_expected("a type");
            return specified(words);
        }
        if (word && (t || ((words & word) && word != SPECIFIED_LONG))) fail("these words do not make a type");
        words += word;
        next();
    }
}

// ---- Objects and functions

// The declaration of a function, or of an object with linkage.
struct symbol *declare_linked(struct name *name, struct type *type, int storage) {
    struct symbol *s = name->symbol, *linked = s;
    while (linked && linked->depth) linked = linked->outer;  // what the file declared
    if (linked && linked->kind != SYMBOL_STATIC) linked = 0;
    if (s && s->depth == depth) {
        if (s->kind != SYMBOL_STATIC || !s->entity->name) fail_name("declared twice: ", name);
        linked = s;
    } else {
        s = new_symbol(SYMBOL_STATIC, name, type);
        s->entity = linked ? linked->entity : storage == KEYWORD_STATIC ? new_entity(name) : external(name);
        s->is_internal = linked ? linked->is_internal : storage == KEYWORD_STATIC;
    }
    if (linked) {
        if (!same_type(linked->type, type)) fail_name("declared with another type: ", name);
        if (storage == KEYWORD_STATIC && !linked->is_internal) fail_name("declared without static before: ", name);
        if (linked->type->size < 0 && linked->type->kind != TYPE_FUNCTION) linked->type = type;
        if (linked->type->unknown_parameters) linked->type = type;
        s->type = linked->type;
    }
    return s;
}

void define(struct entity *e, int section, long offset) {
    if (e->section) fail_name("defined twice: ", e->name);
    e->section = section;
    e->offset = offset;
}

// An object with static storage and an initialiser.
void define_object(struct symbol *s) {
    long start;
    s->type = read_initialiser(s->type);
    align_section(&data, s->type->align < 16 && s->type->size >= 16 ? 16 : s->type->align);
    start = data.size;
    reserve(&data, s->type->size);
    data.size += s->type->size;
    define(s->entity, SECTION_DATA, start);
    initialise_static(start);
    s->is_defined = 1;
}

void function(struct symbol *s, struct type *t) {
    struct member *m;
    struct symbol *mark = symbols;
    long offset = 16, size_at;
    define(s->entity, SECTION_CODE, code.size);
    s->is_defined = 1;
    function_result = t->base;
    if (function_result->kind == TYPE_STRUCT) {
        if (function_result->size < 0) fail("result of unknown size");
        offset = 24;
    }
    label_count = 0;
    frame = frame_most = 0;
    emit_push(RBP);
    emit_move(1, RBP, RSP);
    emit_registers(GROUP_IMMEDIATE, 1, 5, RSP);  // sub
    size_at = code.size;
    emit4(0);
    depth = 1;
    for (m = t->members; m; m = m->next) {
        if (!m->name) fail("a parameter without a name");
        if (m->type->size < 0) fail("parameter of unknown size");
        declare(SYMBOL_LOCAL, m->name, m->type)->value = offset;
        offset += align_up(m->type->size, 8);
    }
    expect('{');
    while (kind != '}') statement();
    if (same_text(s->name->text, "main")) emit_constant(RAX, 0);  // C99 5.1.2.2.3
    emit2(0xc9, 0xc3);  // leave, ret
    put(code.data + size_at, align_up(frame_most, 16), 4);
    finish_labels();
    close_scope(mark);
    depth = 0;
    next();
}

// An object of a block.
void declare_local(struct name *name, struct type *type, int storage) {
    struct symbol *s;
    if (storage == KEYWORD_STATIC) {
        s = declare(SYMBOL_STATIC, name, type);
        s->entity = new_entity(0);
        if (accept('=')) define_object(s);
        else if (type->size < 0) fail_name("of unknown size: ", name);
        else place_zero(s->entity, type->size, type->align);
        return;
    }
    s = declare(SYMBOL_LOCAL, name, type);
    if (type->size >= 0) s->value = new_local(type->size, type->align);
    if (accept('=')) {
        s->type = read_initialiser(type);
        if (type->size < 0) s->value = new_local(s->type->size, s->type->align);
        initialise_local(entity_node(NODE_LOCAL, s->type, 0, s->value));
    } else if (type->size < 0) {
        fail_name("of unknown size: ", name);
    }
}

// One declaration, of a file or a block.
void declaration(void) {
    int storage, first = 1;
    struct type *base = specifiers(&storage), *type;
    struct name *name;
    struct symbol *s;
    if (accept(';')) return;
    do {
        name = 0;
        type = declarator(base, &name);
        if (!name) fail_expected("a name");
        if (storage == KEYWORD_TYPEDEF) {
            s = name->symbol;
            if (s && s->depth == depth && s->kind == SYMBOL_TYPEDEF && same_type(s->type, type)) continue;
            declare(SYMBOL_TYPEDEF, name, type);
        } else if (type->kind == TYPE_FUNCTION || storage == KEYWORD_EXTERN || !depth) {
            if (type->kind == TYPE_VOID) fail("an object of type void");
            s = declare_linked(name, type, storage);
            if (type->kind == TYPE_FUNCTION) {
                if (kind == '{' && first && !depth) {
                    function(s, type);
                    return;
                }
            } else if (kind == '=' && !depth) {
                next();
                define_object(s);
            } else if (storage != KEYWORD_EXTERN) {
                s->is_tentative = 1;
            }
        } else {
            if (type->kind == TYPE_VOID) fail("an object of type void");
            declare_local(name, type, storage);
        }
        first = 0;
    } while (accept(','));
    expect(';');
}

void translation_unit(void) {
    struct symbol *s;
    while (kind != TOKEN_END) {
        if (!begins_declaration()) fail_expected("a declaration");
        declaration();
    }
    for (s = symbols; s; s = s->next) {
        if (!s->is_tentative || s->is_defined) continue;
        if (s->type->kind == TYPE_ARRAY && s->type->size < 0) s->type = array_of(s->type->base, 1);
        if (s->type->size < 0) fail_name("of unknown size: ", s->name);
        define(s->entity, SECTION_NONE, 0);
        place_zero(s->entity, s->type->size, s->type->align);
    }
    close_scope(0);
}
