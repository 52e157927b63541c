// Expressions (C99 6.5): from tokens to trees. A tree is typed, all conversions are nodes of it, and what is constant
// is computed while it is built.

enum {
    // objects; as operands they stand for their values, a struct for its address
    NODE_LOCAL,           // in the frame, at value
    NODE_STATIC,          // entity + value
    NODE_INDIRECT,        // at the address left + value
    NODE_BITS,            // the bit-field `member` of the unit left
    NODE_PLACE,           // what the NODE_UPDATE above it changes (generate.c makes it one of the above)
    NODE_STRING,          // of `value` bytes at text
    // values
    NODE_CONSTANT,        // value, as 64 bits
    NODE_FLOAT,           // mantissa (value) and exponent (float.c)
    NODE_LOCAL_ADDRESS,   // of what lies in the frame at value
    NODE_STATIC_ADDRESS,  // entity + value
    NODE_REGISTER,        // the register with number value
    NODE_CONVERT, NODE_NEGATE, NODE_COMPLEMENT, NODE_NOT,  // of left
    NODE_BINARY,          // left operator right; a comparison has the type int, its operands have one type
    NODE_ASSIGN,          // left = right
    NODE_OPERATE,         // left operator= right, of integers or pointers, in memory
    NODE_UPDATE,          // left = right, where right is made of the NODE_PLACE third, which stands for left
    NODE_POST_ADD,        // left += value; gives what left was
    NODE_POST_UPDATE,     // as NODE_UPDATE; gives what left was
    NODE_CALL,            // left(right); arguments hang together by third; value: bytes of a struct result's place
    NODE_CONDITION,       // left ? right : third
    NODE_COMMA            // left, right
};

struct node {
    int op;
    int operator;         // the token of NODE_BINARY and NODE_OPERATE
    struct type *type;
    struct node *left, *right, *third;
    long value;
    struct entity *entity;
    struct member *member;
    char *text;
    int exponent;
};

enum { SYMBOL_LOCAL, SYMBOL_STATIC, SYMBOL_TYPEDEF, SYMBOL_CONSTANT, SYMBOL_TAG };

struct symbol {  // what a name means in a scope
    int kind;
    struct name *name;
    struct type *type;
    long value;             // SYMBOL_LOCAL: place in the frame; SYMBOL_CONSTANT
    struct entity *entity;  // SYMBOL_STATIC
    int depth;              // of the scope; 0: the file
    int is_internal;        // static
    int is_tentative;       // C99 6.9.2: an object, if this translation unit does not define it
    int is_defined;         // in this translation unit
    struct symbol *outer;   // what the name meant outside
    struct symbol *next;    // declared before this one
};

int precedence(int kind) {  // of binary operators; 0: none
    switch (kind) {
    case '*': case '/': case '%': return 10;
    case '+': case '-': return 9;
    case TOKEN_SHIFT_LEFT: case TOKEN_SHIFT_RIGHT: return 8;
    case '<': case '>': case TOKEN_LESS_EQUAL: case TOKEN_GREATER_EQUAL: return 7;
    case TOKEN_EQUAL: case TOKEN_NOT_EQUAL: return 6;
    case '&': return 5;
    case '^': return 4;
    case '|': return 3;
    case TOKEN_AND: return 2;
    case TOKEN_OR: return 1;
    }
    return 0;
}

// a op b as the machine has it, in 64 bits. Shifts take any count, modulo 64; divisors are not 0.
long compute(int op, long a, long b, int is_unsigned) {
    unsigned long x = a, y = b;
    switch (op) {
    case '*': return a * b;
    case '/': return is_unsigned ? (long)(x / y) : b == -1 ? -a : a / b;
    case '%': return is_unsigned ? (long)(x % y) : b == -1 ? 0 : a % b;
    case '+': return a + b;
    case '-': return a - b;
    case TOKEN_SHIFT_LEFT: return a << (b & 63);
    case TOKEN_SHIFT_RIGHT: return is_unsigned ? (long)(x >> (b & 63)) : a >> (b & 63);
    case '<': return is_unsigned ? x < y : a < b;
    case '>': return is_unsigned ? x > y : a > b;
    case TOKEN_LESS_EQUAL: return is_unsigned ? x <= y : a <= b;
    case TOKEN_GREATER_EQUAL: return is_unsigned ? x >= y : a >= b;
    case TOKEN_EQUAL: return a == b;
    case TOKEN_NOT_EQUAL: return a != b;
    case '&': return a & b;
    case '^': return a ^ b;
    }
    return a | b;
}

// ---- Tokens for the parser: names that are keywords become them

struct token *token, *following;  // the current one; the next one, if it was looked at
int kind;                         // of the current one
int in_condition;                 // of #if: names are 0, and all integers have 64 bits (6.10.1)

void next(void) {
    token = following ? following : expanded();
    following = 0;
    kind = token->kind;
    if (kind == TOKEN_NAME && token->name->keyword && !in_condition) kind = token->name->keyword;
    if (kind > 126 && kind < 256) fail("character outside of ASCII");
}

struct token *look_ahead(void) {
    if (!following) following = expanded();
    return following;
}

int accept(int wanted) {
    if (kind != wanted) return 0;
    next();
    return 1;
}

void fail_expected(char *what) {
    struct buffer b;
    buffer_clear(&b);
    append_text(&b, what);
    append_text(&b, " expected instead of ");
    if (kind == TOKEN_END) append_text(&b, "the end of the file");
    else if (kind == TOKEN_NEWLINE) append_text(&b, "the end of the line");
    else append(&b, token->text, token->length);
    fail_text("", b.data, b.size);
}

void expect(int wanted) {
    char text[4];
    text[0] = text[2] = '\'';
    text[1] = wanted;
    text[3] = 0;
    if (!accept(wanted)) fail_expected(text);
}

struct name *expect_name(void) {
    struct name *n = token->name;
    if (kind != TOKEN_NAME) fail_expected("a name");
    next();
    return n;
}

// ---- Trees

int begins_type(struct token *t);
struct type *type_name(void);
struct node *expression(void);
struct node *assignment(void);
struct node *conditional_expression(void);
struct node *cast(void);
struct node *binary(int operator, struct node *left, struct node *right);
long new_local(long size, int align);

struct node *new_node(int op, struct type *type, struct node *left, struct node *right) {
    struct node *n = allocate(sizeof(struct node));
    n->op = op;
    n->type = type;
    n->left = left;
    n->right = right;
    return n;
}

struct node *copy_node(struct node *from, struct type *type) {
    struct node *n = allocate(sizeof(struct node));
    copy((char *)n, (char *)from, sizeof(struct node));
    n->type = type;
    return n;
}

struct type *int_type(void) { return basic[in_condition ? TYPE_LONG : TYPE_INT]; }

// A value as its type has it, extended to 64 bits.
long wrap(struct type *t, long value) {
    switch (t->kind) {
    case TYPE_BOOL: return value != 0;
    case TYPE_CHAR: return (char)value;
    case TYPE_UCHAR: return (unsigned char)value;
    case TYPE_SHORT: return (short)value;
    case TYPE_USHORT: return (unsigned short)value;
    case TYPE_INT: return (int)value;
    case TYPE_UINT: return (unsigned int)value;
    }
    return value;
}

struct node *constant(struct type *t, long value) {
    struct node *n = new_node(NODE_CONSTANT, t, 0, 0);
    n->value = wrap(t, value);
    return n;
}

// The result of float.c as a constant.
struct node *float_constant(struct type *t) {
    struct node *n = new_node(NODE_FLOAT, t, 0, 0);
    n->value = float_mantissa;
    n->exponent = float_exponent;
    return n;
}

int is_object(struct node *n) { return n->op <= NODE_STRING; }

struct node *entity_node(int op, struct type *type, struct entity *e, long offset) {
    struct node *n = new_node(op, type, 0, 0);
    n->entity = e;
    n->value = offset;
    return n;
}

// An address some bytes further.
struct node *add_bytes(struct node *n, long bytes) {
    struct type *t;
    if (!bytes) return n;
    if (n->op == NODE_CONSTANT || n->op == NODE_LOCAL_ADDRESS || n->op == NODE_STATIC_ADDRESS) {
        n = copy_node(n, n->type);
        n->value += bytes;
        return n;
    }
    if (n->op == NODE_BINARY && n->operator == '+' && n->right->op == NODE_CONSTANT) {
        n = copy_node(n, n->type);
        n->right = constant(n->right->type, n->right->value + bytes);
        return n;
    }
    t = n->type->kind == TYPE_STRUCT ? pointer_to(n->type) : n->type;
    n = new_node(NODE_BINARY, t, n, constant(basic[TYPE_LONG], bytes));
    n->operator = '+';
    return n;
}

// A value of 8 bytes as another type of 8 bytes.
struct node *retyped(struct node *n, struct type *t) {
    if (n->type == t) return n;
    if (n->op == NODE_CONSTANT || n->op == NODE_LOCAL_ADDRESS || n->op == NODE_STATIC_ADDRESS
        || (n->op == NODE_BINARY && n->operator == '+'))
        return copy_node(n, t);
    return new_node(NODE_CONVERT, t, n, 0);
}

// &n, of an object, as a pointer of that type.
struct node *address(struct node *n, struct type *type) {
    struct entity *e;
    if (n->op == NODE_BITS) fail("a bit-field has no address");
    if (n->op == NODE_LOCAL || n->op == NODE_STATIC) {
        n = copy_node(n, type);
        n->op = n->op == NODE_LOCAL ? NODE_LOCAL_ADDRESS : NODE_STATIC_ADDRESS;
        return n;
    }
    if (n->op == NODE_STRING) {
        e = new_entity(0);
        e->section = SECTION_CONSTANTS;
        e->offset = constants.size;
        append(&constants, n->text, n->value);
        return entity_node(NODE_STATIC_ADDRESS, type, e, 0);
    }
    return retyped(n->op == NODE_INDIRECT ? add_bytes(n->left, n->value) : n, type);
}

// The object at an address.
struct node *indirect(struct node *pointer) {
    struct node *n;
    struct type *t = pointer->type->base;
    if (pointer->type->kind != TYPE_POINTER) fail("what is no pointer points to nothing");
    while (pointer->op == NODE_CONVERT && pointer->left->type->kind == TYPE_POINTER) pointer = pointer->left;
    if (pointer->op == NODE_LOCAL_ADDRESS || pointer->op == NODE_STATIC_ADDRESS) {
        n = copy_node(pointer, t);
        n->op = pointer->op == NODE_LOCAL_ADDRESS ? NODE_LOCAL : NODE_STATIC;
    } else if (pointer->op == NODE_BINARY && pointer->operator == '+' && pointer->right->op == NODE_CONSTANT
               && fits(pointer->right->value, 31)) {
        n = new_node(NODE_INDIRECT, t, pointer->left, 0);
        n->value = pointer->right->value;
    } else {
        n = new_node(NODE_INDIRECT, t, pointer, 0);
    }
    return n;
}

// A part of an object, `offset` bytes from its beginning.
struct node *part(struct node *n, struct type *type, long offset) {
    struct node *whole = n;
    if (n->op == NODE_LOCAL || n->op == NODE_STATIC || n->op == NODE_INDIRECT) n = copy_node(n, type);
    else n = new_node(NODE_INDIRECT, type, whole, 0);  // the value of a struct is its address
    n->value += offset;
    if (!fits(n->value, 31)) fail("object too large");
    return n;
}

struct node *member_of(struct node *n, struct member *m, long offset) {
    n = part(n, m->type, offset);
    if (!m->bit_width) return n;
    n = new_node(NODE_BITS, m->type, n, 0);
    n->member = m;
    return n;
}

// An operand: arrays and functions become pointers (6.3.2.1).
struct node *decay(struct node *n) {
    if (n->type->kind == TYPE_ARRAY) return address(n, pointer_to(n->type->base));
    if (n->type->kind == TYPE_FUNCTION) return address(n, pointer_to(n->type));
    return n;
}

struct node *negated(struct node *n) {
    if (n->op == NODE_CONSTANT) return constant(n->type, -n->value);
    if (n->op == NODE_FLOAT) {
        n = copy_node(n, n->type);
        n->exponent ^= SIGN;
        return n;
    }
    return new_node(NODE_NEGATE, n->type, n, 0);
}

// n as a type, by cast or implicitly (6.3).
struct node *convert(struct node *n, struct type *t) {
    struct type *from;
    n = decay(n);
    from = n->type;
    if (t->kind == TYPE_VOID) return new_node(NODE_CONVERT, t, n, 0);
    if (from->kind == TYPE_VOID) fail("a void value is used");
    if (t->kind == TYPE_STRUCT && from == t) return n;
    if (!is_scalar(t) || !is_scalar(from)) fail("these types cannot be converted");
    if ((is_float(t) && from->kind == TYPE_POINTER) || (is_float(from) && t->kind == TYPE_POINTER))
        fail("pointers and floating types cannot be converted");
    if (from == t && n->op != NODE_BITS) return n;
    if (t->kind == TYPE_BOOL && n->op != NODE_FLOAT) {
        n = binary(TOKEN_NOT_EQUAL, n, constant(basic[TYPE_INT], 0));
        return n->op == NODE_CONSTANT ? constant(t, n->value) : new_node(NODE_CONVERT, t, n, 0);
    }
    if (n->op == NODE_CONSTANT) {
        if (!is_float(t)) return constant(t, n->value);
        float_from_integer(n->value, is_unsigned(from), t->size);
        return float_constant(t);
    }
    if (n->op == NODE_FLOAT && (is_float(t) || t->kind == TYPE_BOOL || float_fits_integer(n->exponent))) {
        if (t->kind == TYPE_BOOL) return constant(t, n->value != 0);
        if (!is_float(t)) return constant(t, float_to_integer(n->value, n->exponent));
        float_narrow(n->value, n->exponent, t->size);
        return float_constant(t);
    }
    if (t->size == 8 && from->size == 8 && !is_float(t) && !is_float(from)) return retyped(n, t);
    return new_node(NODE_CONVERT, t, n, 0);
}

// The bit-field that n is, or the last value of; 0: none.
struct member *bit_field(struct node *n) {
    while (n->op == NODE_COMMA) n = n->right;
    if (n->op == NODE_ASSIGN || n->op == NODE_UPDATE || n->op == NODE_POST_UPDATE) n = n->left;
    return n->op == NODE_BITS ? n->member : 0;
}

// The integer promotions (6.3.1.1). As with gcc, a value stored in a bit-field still counts as one.
struct node *promote(struct node *n) {
    struct member *m = bit_field(n = decay(n));
    if (m) return convert(n, basic[n->type->kind == TYPE_UINT && m->bit_width == 32 ? TYPE_UINT : TYPE_INT]);
    return is_integer(n->type) && n->type->kind < TYPE_INT ? convert(n, basic[TYPE_INT]) : n;
}

// What a call without prototype, or the part of a call for ..., passes.
struct node *promote_argument(struct node *n) {
    n = promote(n);
    return n->type->kind == TYPE_FLOAT ? convert(n, basic[TYPE_DOUBLE]) : n;
}

// The usual arithmetic conversions (6.3.1.8): kinds are numbered so that the greater one is the common one.
struct type *common_type(struct node *left, struct node *right) {
    int greater;
    if (!is_arithmetic(left->type) || !is_arithmetic(right->type)) fail("numbers expected as operands");
    left = promote(left);
    right = promote(right);
    greater = left->type->kind > right->type->kind ? left->type->kind : right->type->kind;
    return basic[greater];
}

int is_comparison(int operator) { return precedence(operator) == 6 || precedence(operator) == 7; }

int is_commutative(int operator) {
    return operator == '+' || operator == '*' || operator == '&' || operator == '|' || operator == '^';
}

// Operands of one type.
struct node *operation(int operator, struct type *type, struct node *left, struct node *right) {
    struct type *operands = left->type;
    struct node *n;
    long count;
    if (left->op == NODE_CONSTANT && right->op == NODE_CONSTANT
        && !((operator == '/' || operator == '%') && !right->value)) {
        count = right->value;
        if (operator == TOKEN_SHIFT_LEFT || operator == TOKEN_SHIFT_RIGHT) count &= operands->size * 8 - 1;
        return constant(type, compute(operator, left->value, count, is_unsigned(operands)));
    }
    if (left->op == NODE_CONSTANT && is_commutative(operator) && right->type == left->type) {
        n = left;
        left = right;
        right = n;
    }
    if ((operator == '+' || operator == '-') && right->op == NODE_CONSTANT && type->size == 8
        && (left->op == NODE_LOCAL_ADDRESS || left->op == NODE_STATIC_ADDRESS
            || (left->op == NODE_BINARY && left->operator == '+' && left->right->op == NODE_CONSTANT)))
        return add_bytes(left, operator == '+' ? right->value : -right->value);
    n = new_node(NODE_BINARY, type, left, right);
    n->operator = operator;
    return n;
}

// An integer as a distance between addresses of objects of a type.
struct node *scaled(struct node *n, struct type *pointer) {
    if (pointer->base->size < 0 || pointer->base->kind == TYPE_VOID || pointer->base->kind == TYPE_FUNCTION)
        fail("arithmetic on a pointer to what has no size");
    if (!is_integer(n->type)) fail("an integer expected beside a pointer");
    n = convert(promote(n), basic[TYPE_LONG]);
    return pointer->base->size == 1 ? n : operation('*', n->type, n, constant(n->type, pointer->base->size));
}

// n, if value is 2 ** n; else -1
int power_of_two(long value) {
    int n;
    for (n = 0; n < 63; n++)
        if (value == 1L << n) return n;
    return -1;
}

void require_assignable(struct node *n) {
    int kind = n->type->kind;
    if (n->op > NODE_PLACE || kind == TYPE_ARRAY || kind == TYPE_FUNCTION || kind == TYPE_VOID)
        fail("what is assigned to is no object");
}

int truth(struct node *n) { return n->op == NODE_CONSTANT && n->value; }

struct node *binary(int operator, struct node *left, struct node *right) {
    struct type *t;
    long size;
    left = decay(left);
    right = decay(right);
    if (operator == TOKEN_AND || operator == TOKEN_OR) {
        if (!is_scalar(left->type) || !is_scalar(right->type)) fail("a condition must be a number or a pointer");
        if (left->op == NODE_CONSTANT) {
            if (truth(left) == (operator == TOKEN_OR)) return constant(int_type(), truth(left));
            return binary(TOKEN_NOT_EQUAL, right, constant(basic[TYPE_INT], 0));
        }
        t = basic[TYPE_INT];
        right = new_node(NODE_BINARY, t, left, right);
        right->operator = operator;
        return right;
    }
    if (left->type->kind == TYPE_POINTER || right->type->kind == TYPE_POINTER) {
        if (is_comparison(operator)) {
            t = left->type->kind == TYPE_POINTER ? left->type : right->type;
            return operation(operator, basic[TYPE_INT], convert(left, t), convert(right, t));
        }
        if (operator == '+') {
            if (left->type->kind == TYPE_POINTER) return operation('+', left->type, left, scaled(right, left->type));
            return operation('+', right->type, right, scaled(left, right->type));
        }
        if (operator != '-' || left->type->kind != TYPE_POINTER) fail("pointers cannot be operands of this");
        if (right->type->kind != TYPE_POINTER) return operation('-', left->type, left, scaled(right, left->type));
        scaled(constant(basic[TYPE_INT], 0), left->type);
        size = left->type->base->size;
        if (size != right->type->base->size) fail("difference of different pointers");
        if (!size) fail("difference of pointers to what has no size");
        t = basic[TYPE_LONG];
        left = operation('-', t, convert(left, t), convert(right, t));
        if (power_of_two(size) >= 0) return operation(TOKEN_SHIFT_RIGHT, t, left, constant(t, power_of_two(size)));
        return operation('/', t, left, constant(t, size));
    }
    if (operator == TOKEN_SHIFT_LEFT || operator == TOKEN_SHIFT_RIGHT) {
        left = promote(left);
        right = promote(right);
        if (!is_integer(left->type) || !is_integer(right->type)) fail("integers expected as operands");
        return operation(operator, left->type, left, convert(right, basic[TYPE_INT]));
    }
    t = common_type(left, right);
    if (is_float(t) && (operator == '%' || operator == '&' || operator == '|' || operator == '^'))
        fail("integers expected as operands");
    return operation(operator, is_comparison(operator) ? int_type() : t, convert(left, t), convert(right, t));
}

// left operator= right, where right is not yet converted.
struct node *operate(struct node *left, int operator, struct node *right) {
    struct node *n, *place;
    struct type *t = left->type;
    require_assignable(left);
    right = decay(right);
    if (left->op != NODE_BITS && t->kind != TYPE_BOOL && !is_float(t) && is_scalar(t) && is_integer(right->type)
        && (operator == '+' || operator == '-' || operator == '&' || operator == '|' || operator == '^')) {
        if (t->kind != TYPE_POINTER) right = convert(right, common_type(left, right));
        else if (operator == '+' || operator == '-') right = scaled(right, t);
        else fail("pointers cannot be operands of this");
        n = new_node(NODE_OPERATE, t, left, right);
        n->operator = operator;
        return n;
    }
    place = new_node(NODE_PLACE, t, 0, 0);
    n = place;
    if (left->op == NODE_BITS) n = copy_node(left, t);
    if (left->op == NODE_BITS) n->left = place;
    n = new_node(NODE_UPDATE, t, left, convert(binary(operator, n, right), t));
    n->third = place;
    return n;
}

// n++ or n--
struct node *post_add(struct node *n, int operator) {
    struct node *one = constant(basic[TYPE_INT], 1), *updated = operate(n, operator, one);
    if (updated->op == NODE_OPERATE) {
        updated->op = NODE_POST_ADD;
        updated->value = operator == '+' ? updated->right->value : -updated->right->value;
    } else {
        updated->op = NODE_POST_UPDATE;
    }
    return updated;
}

struct node *assign(struct node *left, struct node *right) {
    require_assignable(left);
    return new_node(NODE_ASSIGN, left->type, left, convert(right, left->type));
}

// What is not to be assigned to.
struct node *value_of(struct node *n) {
    return is_object(n) && is_scalar(n->type) ? new_node(NODE_CONVERT, n->type, n, 0) : n;
}

int is_null(struct node *n) { return n->op == NODE_CONSTANT && !n->value && !is_float(n->type); }

struct node *choice(struct node *condition, struct node *yes, struct node *no) {
    struct type *t;
    struct node *n;
    condition = decay(condition);
    yes = decay(yes);
    no = decay(no);
    if (!is_scalar(condition->type)) fail("a condition must be a number or a pointer");
    if (yes->type->kind == TYPE_POINTER || no->type->kind == TYPE_POINTER) {
        if (yes->type->kind != TYPE_POINTER || is_null(yes)) t = no->type->kind == TYPE_POINTER ? no->type : yes->type;
        else if (no->type->kind == TYPE_POINTER && !is_null(no) && no->type->base->kind == TYPE_VOID) t = no->type;
        else t = yes->type;
    } else if (is_arithmetic(yes->type)) {
        t = common_type(yes, no);
    } else {
        t = yes->type;
        if (no->type != t) fail("the two results of ?: have different types");
    }
    if (t->kind != TYPE_VOID) {
        yes = convert(yes, t);
        no = convert(no, t);
    }
    if (condition->op == NODE_CONSTANT) return value_of(truth(condition) ? yes : no);
    n = new_node(NODE_CONDITION, t, condition, yes);
    n->third = no;
    return n;
}

// ---- From tokens to trees

struct node *string_literal(void) {
    struct node *n;
    struct buffer b;
    buffer_clear(&b);
    for (; kind == TOKEN_STRING; next()) literal_string(token, &b);
    append(&b, "", 1);
    n = new_node(NODE_STRING, array_of(basic[TYPE_CHAR], b.size), 0, 0);
    n->text = b.data;
    n->value = b.size;
    return n;
}

struct node *number(void) {
    struct type *t;
    long value;
    int suffix_unsigned, suffix_long, decimal = token->text[0] != '0', size;
    if (is_float_literal(token)) {
        size = literal_float(token);
        next();
        return float_constant(basic[size == 4 ? TYPE_FLOAT : size == 8 ? TYPE_DOUBLE : TYPE_LDOUBLE]);
    }
    literal_integer(token, &value, &suffix_unsigned, &suffix_long);
    t = basic[TYPE_ULONG];
    if (!suffix_unsigned && value >= 0) t = basic[TYPE_LONG];
    else if (!suffix_unsigned && decimal) fail("too large for a signed type");
    if (!suffix_long && value >= 0 && value <= 0xffffffff) {
        if (!suffix_unsigned && value <= 0x7fffffff) t = basic[TYPE_INT];
        else if (suffix_unsigned || !decimal) t = basic[TYPE_UINT];
    }
    if (in_condition) t = basic[suffix_unsigned || value < 0 ? TYPE_ULONG : TYPE_LONG];
    next();
    return constant(t, value);
}

// A name in #if, or defined.
struct node *condition_name(void) {
    struct token *t = token;
    int parenthesis;
    if (t->name == name_defined) {
        t = unexpanded();
        parenthesis = t->kind == '(';
        if (parenthesis) t = unexpanded();
        if (t->kind != TOKEN_NAME) fail("defined wants a name");
        if (parenthesis && unexpanded()->kind != ')') fail("')' expected after defined");
        next();
        return constant(int_type(), t->name->macro != 0);
    }
    next();
    return constant(int_type(), 0);
}

struct node *named(void) {
    struct name *name = token->name;
    struct symbol *s = name->symbol;
    if (!s) fail_name("not declared: ", name);
    next();
    switch (s->kind) {
    case SYMBOL_CONSTANT: return constant(basic[TYPE_INT], s->value);
    case SYMBOL_LOCAL: return entity_node(NODE_LOCAL, s->type, 0, s->value);
    case SYMBOL_STATIC: return entity_node(NODE_STATIC, s->type, s->entity, 0);
    }
    fail_name("a type is no value: ", name);
    return 0;
}

struct node *primary(void) {
    struct node *n;
    if (kind == TOKEN_NAME) return in_condition ? condition_name() : named();
    if (kind == TOKEN_NUMBER) return number();
    if (kind == TOKEN_STRING) return string_literal();
    if (kind == TOKEN_CHARACTER) {
        n = constant(int_type(), literal_character(token));
        next();
        return n;
    }
    if (kind != '(') fail_expected("an expression");
    next();
    if (kind == '{') fail("statements in expressions are not supported");
    n = expression();
    expect(')');
    return n;
}

struct node *call(struct node *function) {
    struct node *n, *argument, *last = 0;
    struct member *parameter;
    struct type *t;
    function = decay(function);
    if (function->type->kind != TYPE_POINTER || function->type->base->kind != TYPE_FUNCTION)
        fail("what is called is no function");
    t = function->type->base;
    n = new_node(NODE_CALL, t->base, function, 0);
    if (t->base->kind == TYPE_STRUCT) n->value = new_local(t->base->size, t->base->align);
    parameter = t->members;
    if (kind != ')') {
        do {
            argument = assignment();
            if (parameter) {
                argument = convert(argument, parameter->type);
                parameter = parameter->next;
            } else {
                if (!t->variadic && !t->unknown_parameters) fail("too many arguments");
                argument = promote_argument(argument);
                if (argument->type->kind == TYPE_VOID) fail("a void value is used");
            }
            argument = new_node(NODE_COMMA, argument->type, argument, 0);  // a link of the chain
            if (last) last->third = argument;
            else n->right = argument;
            last = argument;
        } while (accept(','));
    }
    if (parameter) fail("too few arguments");
    expect(')');
    return n;
}

struct node *postfix(void) {
    struct node *n = primary();
    struct member *m;
    long offset;
    int arrow;
    for (;;) {
        if (accept('[')) {
            n = indirect(binary('+', n, expression()));
            expect(']');
        } else if (accept('(')) {
            n = call(n);
        } else if (kind == '.' || kind == TOKEN_ARROW) {
            arrow = kind == TOKEN_ARROW;
            next();
            if (arrow) n = indirect(decay(n));
            if (n->type->kind != TYPE_STRUCT) fail("what is no struct has no members");
            if (n->type->size < 0) fail("the struct is not defined");
            if (kind != TOKEN_NAME) fail_expected("a member");
            m = find_member(n->type, token->name, &offset);
            if (!m) fail_text("no such member: ", token->text, token->length);
            next();
            n = member_of(n, m, offset);
        } else if (kind == TOKEN_INCREMENT || kind == TOKEN_DECREMENT) {
            n = post_add(n, kind == TOKEN_INCREMENT ? '+' : '-');
            next();
        } else {
            return n;
        }
    }
}

struct type *type_in_parentheses(void) {
    struct type *t;
    expect('(');
    t = type_name();
    expect(')');
    if (kind == '{') fail("compound literals are not supported");
    return t;
}

struct node *size_of(struct type *t) {
    if (t->kind == TYPE_FUNCTION || t->size < 0) fail("sizeof of what has no size");
    return constant(basic[TYPE_ULONG], t->size);
}

struct node *unary(void) {
    struct node *n;
    int operator = kind;
    switch (kind) {
    case TOKEN_INCREMENT: case TOKEN_DECREMENT:
        next();
        return operate(unary(), operator == TOKEN_INCREMENT ? '+' : '-', constant(basic[TYPE_INT], 1));
    case '&':
        next();
        n = cast();
        if (!is_object(n)) fail("what is no object has no address");
        return address(n, pointer_to(n->type));
    case '*':
        next();
        return indirect(decay(cast()));
    case '+': case '-': case '~':
        next();
        n = promote(cast());
        if (!is_arithmetic(n->type) || (operator == '~' && is_float(n->type))) fail("a number expected as operand");
        if (operator == '+') return value_of(n);
        if (operator == '-') return negated(n);
        if (n->op == NODE_CONSTANT) return constant(n->type, ~n->value);
        return new_node(NODE_COMPLEMENT, n->type, n, 0);
    case '!':
        next();
        n = decay(cast());
        if (!is_scalar(n->type)) fail("a condition must be a number or a pointer");
        if (n->op == NODE_CONSTANT) return constant(int_type(), !n->value);
        return new_node(NODE_NOT, basic[TYPE_INT], n, 0);
    case KEYWORD_SIZEOF:
        next();
        if (kind == '(' && begins_type(look_ahead())) return size_of(type_in_parentheses());
        n = unary();
        if (n->op == NODE_BITS) fail("sizeof of a bit-field");
        return size_of(n->type);
    }
    return postfix();
}

struct node *cast(void) {
    struct type *t;
    if (kind != '(' || !begins_type(look_ahead())) return unary();
    t = type_in_parentheses();
    return value_of(convert(cast(), t));
}

struct node *binary_expression(int least) {
    struct node *n = cast();
    int operator = kind;
    while (precedence(operator) >= least) {
        next();
        n = binary(operator, n, binary_expression(precedence(operator) + 1));
        operator = kind;
    }
    return n;
}

struct node *conditional_expression(void) {
    struct node *n = binary_expression(1), *yes;
    if (!accept('?')) return n;
    yes = expression();
    expect(':');
    return choice(n, yes, conditional_expression());
}

struct node *assignment(void) {
    struct node *n = conditional_expression();
    int operator = kind;
    if (accept('=')) return assign(n, assignment());
    if (kind > TOKEN_ASSIGN && kind < TOKEN_LAST) {
        next();
        return operate(n, operator - TOKEN_ASSIGN, assignment());
    }
    return n;
}

struct node *expression(void) {
    struct node *n = assignment();
    while (accept(',')) {
        n = new_node(NODE_COMMA, 0, n, decay(assignment()));
        n->type = n->right->type;
    }
    return n;
}

// An expression that is an integer constant (6.6).
long constant_expression(void) {
    struct node *n = conditional_expression();
    if (n->op != NODE_CONSTANT || !is_integer(n->type)) fail("an integer constant expected");
    return n->value;
}

// Reads the expression of #if. The parser may be amid another one.
int condition_holds(void) {
    struct token *outer = token, *outer_following = following;
    struct node *n;
    int outer_kind = kind;
    in_condition = 1;
    following = 0;
    next();
    n = conditional_expression();
    if (n->op != NODE_CONSTANT) fail("an integer constant expected in #if");
    if (kind != TOKEN_NEWLINE) fail("unexpected in #if");
    in_condition = 0;
    token = outer;
    following = outer_following;
    kind = outer_kind;
    return n->value != 0;
}
