// Initialisers (C99 6.7.8): from braces, elided or not, to a list of values and where they go. Only then the object
// gets its place, since the list may decide how large it is.

struct initial {
    struct type *type;
    long offset;            // from the beginning of the object
    struct member *member;  // a bit-field, or 0
    struct node *value;     // converted to the type; a NODE_STRING gives an array its bytes
    struct initial *next;
};

struct initial *initials, *last_initial;
long initial_count;          // elements that the array of unknown size has got
struct node *pending_value;  // an expression that was read, before it was known which object it is for

void initialiser(struct type *t, long offset, struct member *m);

void add_initial(struct type *t, long offset, struct member *m, struct node *value) {
    struct initial *i = allocate(sizeof(struct initial));
    i->type = t;
    i->offset = offset;
    i->member = m && m->bit_width ? m : 0;
    i->value = value;
    if (last_initial) last_initial->next = i;
    else initials = i;
    last_initial = i;
    pending_value = 0;
}

int is_character_array(struct type *t) { return t->kind == TYPE_ARRAY && is_integer(t->base) && t->base->size == 1; }

// What follows the comma belongs to an outer list: its end, or a designator.
int list_goes_on(int braced) {
    int after;
    if (kind != ',') return 0;
    after = look_ahead()->kind;
    if (!braced && (after == '}' || after == '.' || after == '[')) return 0;
    next();
    return 1;
}

void array_initialiser(struct type *t, long offset, int braced) {
    long i = 0, most = 0, count = t->size < 0 ? 0x7fffffffffffffff : t->base->size ? t->size / t->base->size : 0;
    do {
        if (braced && kind == '}') break;
        if (braced && !pending_value && accept('[')) {
            i = constant_expression();
            if (i < 0) fail("negative index");
            expect(']');
            expect('=');
        }
        if (i >= count) fail("too many initialisers");
        initialiser(t->base, offset + i * t->base->size, 0);
        if (++i > most) most = i;
    } while ((braced || i < count) && list_goes_on(braced));
    if (t->size < 0) initial_count = most;
}

void struct_initialiser(struct type *t, long offset, int braced) {
    struct member *m = t->members;
    long inner = 0;
    do {
        if (braced && kind == '}') return;
        inner = 0;
        if (braced && !pending_value && accept('.')) {
            if (kind != TOKEN_NAME) fail_expected("a member");
            for (m = t->members; m && m->name != token->name; m = m->next) {}
            if (!m) fail_text("no such member here: ", token->text, token->length);
            next();
            expect('=');
        }
        while (m && !m->name && m->type->kind != TYPE_STRUCT) m = m->next;  // bit-fields without a name
        if (!m) fail("too many initialisers");
        if (m->type->size < 0) fail("initialiser for a member of unknown size");
        initialiser(m->type, offset + m->offset + inner, m);
        m = t->is_union ? 0 : m->next;
    } while ((braced || m) && list_goes_on(braced));
}

void aggregate_initialiser(struct type *t, long offset, int braced) {
    if (t->kind == TYPE_ARRAY) array_initialiser(t, offset, braced);
    else struct_initialiser(t, offset, braced);
}

void string_initialiser(struct type *t, long offset) {
    long length = pending_value->value;
    if (t->size < 0) initial_count = length;
    else if (length - 1 > t->size) fail("string longer than the array");
    else if (length > t->size) length = t->size;
    add_initial(array_of(t->base, length), offset, 0, pending_value);
}

// Reads what initialises an object of type t, or takes it from what is pending.
void initialiser(struct type *t, long offset, struct member *m) {
    if (t->kind == TYPE_FUNCTION || t->kind == TYPE_VOID || (t->kind == TYPE_STRUCT && t->size < 0))
        fail("what cannot be an object is initialised");
    if (!pending_value && accept('{')) {
        if (is_scalar(t) || (is_character_array(t) && kind == TOKEN_STRING)) {
            initialiser(t, offset, m);
            accept(',');
        } else {
            aggregate_initialiser(t, offset, 1);
        }
        expect('}');
        return;
    }
    if (!pending_value && (t->kind != TYPE_ARRAY || (is_character_array(t) && kind == TOKEN_STRING)))
        pending_value = assignment();
    if (is_scalar(t)) add_initial(t, offset, m, convert(pending_value, t));
    else if (t->kind == TYPE_STRUCT && pending_value->type == t) add_initial(t, offset, m, pending_value);
    else if (is_character_array(t) && pending_value && pending_value->op == NODE_STRING) string_initialiser(t, offset);
    else aggregate_initialiser(t, offset, 0);
}

// Reads the initialiser of an object; gives its type, which an array of unknown size gets now.
struct type *read_initialiser(struct type *t) {
    initials = last_initial = 0;
    if (t->kind == TYPE_ARRAY && kind != '{' && !(is_character_array(t) && kind == TOKEN_STRING))
        fail("an array is initialised by a list");
    initialiser(t, 0, 0);
    return t->size < 0 ? array_of(t->base, initial_count) : t;
}

// Writes the list into data that begin at `start`.
void initialise_static(long start) {
    struct initial *i;
    struct node *n;
    char *to;
    unsigned int mask;
    for (i = initials; i; i = i->next) {
        n = i->value;
        to = data.data + start + i->offset;
        if (n->op == NODE_STRING) {
            copy(to, n->text, i->type->size);
        } else if (n->op == NODE_CONSTANT && i->member) {
            mask = bits_mask(i->member) << i->member->bit_offset;
            put(to, (get(to, i->type->size) & ~mask) | (n->value << i->member->bit_offset & mask), i->type->size);
        } else if (n->op == NODE_CONSTANT) {
            put(to, n->value, i->type->size);
        } else if (n->op == NODE_FLOAT) {
            put_float(to, n->value, n->exponent, i->type->size);
        } else if (n->op == NODE_STATIC_ADDRESS && i->type->size == 8) {
            refer(SECTION_DATA, start + i->offset, n->entity, n->value, ABSOLUTE_8);
        } else {
            fail("a constant expected as initialiser");
        }
    }
}

// Code that initialises an object in the frame.
void initialise_local(struct node *object) {
    struct initial *i;
    struct node *target;
    struct place to, from;
    if (!is_scalar(object->type) && !(initials && initials->value->type == object->type))
        zero_bytes(object->value, object->type->size);
    for (i = initials; i; i = i->next) {
        target = part(object, i->type, i->offset);
        if (i->value->op == NODE_STRING) {
            generate(address(i->value, pointer_to(basic[TYPE_CHAR])), 0);
            locate(target, 1, &to);
            place_at(&from, RAX, 0);
            copy_bytes(&to, &from, i->type->size);
            continue;
        }
        if (i->member) {
            target = new_node(NODE_BITS, i->type, target, 0);
            target->member = i->member;
        }
        effect(assign(target, i->value), 0);
    }
}
