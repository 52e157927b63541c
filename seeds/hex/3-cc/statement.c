// Statements (C99 6.8): from tokens to code, with the expressions' trees between.

struct label {  // for goto
    struct name *name;
    int label;
    int defined;
    int line;
    struct label *next;
};

struct choice_case { long value; int label; };  // of a switch

struct selection {  // a switch that is open
    struct type *type;
    struct choice_case *cases;  // in the order of their values
    int count, room;
    int other;  // the label of default; -1: there is none
    struct selection *outer;
};

struct label *labels;  // of the function
struct selection *selection;
int break_label = -1, continue_label = -1;

int named_label(struct name *name, int defines) {
    struct label *l = name->label;
    if (!l) {
        l = name->label = allocate(sizeof(struct label));
        l->name = name;
        l->label = new_label();
        l->line = line;
        l->next = labels;
        labels = l;
    }
    if (defines && l->defined) fail_name("label defined twice: ", name);
    if (defines) l->defined = 1;
    return l->label;
}

void finish_labels(void) {
    for (; labels; labels = labels->next) {
        if (!labels->defined) {
            line = labels->line;
            fail_name("label not defined: ", labels->name);
        }
        labels->name->label = 0;
    }
}

// The condition of a statement, in parentheses.
struct node *condition(void) {
    struct node *n;
    expect('(');
    n = decay(expression());
    if (!is_scalar(n->type)) fail("a condition must be a number or a pointer");
    expect(')');
    return n;
}

// A statement that break leaves for one label, and continue for another.
void body(int break_to, int continue_to) {
    int outer_break = break_label, outer_continue = continue_label;
    break_label = break_to;
    continue_label = continue_to;
    statement();
    break_label = outer_break;
    continue_label = outer_continue;
}

void if_statement(void) {
    int otherwise = new_label(), end;
    branch(condition(), 0, otherwise, 0);
    statement();
    if (accept(KEYWORD_ELSE)) {
        end = new_label();
        emit_jump(end);
        place_label(otherwise);
        statement();
        place_label(end);
    } else {
        place_label(otherwise);
    }
}

void while_statement(void) {
    int again = new_label(), end = new_label();
    place_label(again);
    branch(condition(), 0, end, 0);
    body(end, again);
    emit_jump(again);
    place_label(end);
}

void do_statement(void) {
    int again = new_label(), end = new_label(), test = new_label();
    place_label(again);
    body(end, test);
    if (!accept(KEYWORD_WHILE)) fail_expected("while");
    place_label(test);
    branch(condition(), 1, again, 0);
    place_label(end);
    expect(';');
}

void for_statement(void) {
    int again = new_label(), end = new_label(), step = new_label();
    struct node *test = 0, *each = 0;
    expect('(');
    if (kind != ';') effect(expression(), 0);
    expect(';');
    if (kind != ';') test = decay(expression());
    if (test && !is_scalar(test->type)) fail("a condition must be a number or a pointer");
    expect(';');
    if (kind != ')') each = expression();
    expect(')');
    place_label(again);
    if (test) branch(test, 0, end, 0);
    body(end, step);
    place_label(step);
    if (each) effect(each, 0);
    emit_jump(again);
    place_label(end);
}

void add_case(long value, int label) {
    struct choice_case *old = selection->cases;
    int i = selection->count++;
    if (i == selection->room) {
        selection->room = i * 2 + 8;
        selection->cases = allocate(selection->room * sizeof(struct choice_case));
        copy((char *)selection->cases, (char *)old, i * sizeof(struct choice_case));
    }
    for (; i && selection->cases[i - 1].value > value; i--) {
        selection->cases[i].value = selection->cases[i - 1].value;
        selection->cases[i].label = selection->cases[i - 1].label;
    }
    if (i && selection->cases[i - 1].value == value) fail("two cases of one value");
    selection->cases[i].value = value;
    selection->cases[i].label = label;
}

void compare_case(int wide, long value) {
    emit_constant(RCX, value);
    emit_registers(0x3b, wide, RAX, RCX);  // cmp
}

// Jumps to the case among `count` that RAX is, or to `other`. Values are in signed order, and compared so.
void search_case(struct choice_case *cases, int count, int wide, int other) {
    int i, above;
    if (count <= 4) {
        for (i = 0; i < count; i++) {
            compare_case(wide, cases[i].value);
            emit_jump_if(IF_EQUAL, cases[i].label);
        }
        emit_jump(other);
        return;
    }
    above = new_label();
    compare_case(wide, cases[count / 2].value);
    emit_jump_if(IF_EQUAL, cases[count / 2].label);
    emit_jump_if(IF_GREATER, above);
    search_case(cases, count / 2, wide, other);
    place_label(above);
    search_case(cases + count / 2 + 1, count - count / 2 - 1, wide, other);
}

void switch_statement(void) {
    struct selection s;
    struct node *n;
    int search = new_label(), end = new_label();
    expect('(');
    n = promote(expression());
    if (!is_integer(n->type)) fail("an integer expected");
    expect(')');
    s.type = n->type;
    s.cases = 0;
    s.count = s.room = 0;
    s.other = -1;
    s.outer = selection;
    selection = &s;
    generate(n, 0);
    emit_jump(search);
    body(end, continue_label);
    emit_jump(end);
    place_label(search);
    search_case(s.cases, s.count, is_wide(s.type), s.other < 0 ? end : s.other);
    place_label(end);
    selection = s.outer;
}

void case_label(int is_default) {
    int label = new_label();
    long value;
    if (!selection) fail("a case outside of a switch");
    next();
    if (is_default) {
        if (selection->other >= 0) fail("two defaults");
        selection->other = label;
    } else {
        value = wrap(selection->type, constant_expression());
        if (selection->type->kind == TYPE_UINT) value = (int)value;  // in the order of search_case
        add_case(value, label);
    }
    expect(':');
    place_label(label);
    statement();
}

void return_statement(void) {
    struct node *n;
    struct place to, from;
    if (kind == ';') {
        if (function_result->kind != TYPE_VOID) fail("a value to return expected");
    } else {
        n = expression();
        if (function_result->kind == TYPE_VOID) {
            if (n->type->kind != TYPE_VOID) fail("a function of type void returns no value");
            effect(n, 0);
        } else {
            generate(convert(n, function_result), 0);
        }
        if (function_result->kind == TYPE_STRUCT) {  // to where the hidden parameter points
            place_at(&to, RBP, 16);
            load(RSI, &to, basic[TYPE_LONG], 0);
            place_at(&to, RSI, 0);
            place_at(&from, RAX, 0);
            copy_bytes(&to, &from, function_result->size);
            emit_move(1, RAX, RSI);
        }
    }
    expect(';');
    emit2(0xc9, 0xc3);  // leave, ret
}

void block(void) {
    struct symbol *mark = symbols;
    long outer_frame = frame;
    depth++;
    while (!accept('}')) statement();
    depth--;
    close_scope(mark);
    frame = outer_frame;
}

void jump_statement(int label, char *message) {
    next();
    if (label < 0) fail(message);
    emit_jump(label);
    expect(';');
}

// A statement, or a declaration of the block.
void statement(void) {
    struct name *name;
    switch (kind) {
    case '{':
        next();
        block();
        break;
    case ';': next(); break;
    case KEYWORD_IF: next(); if_statement(); break;
    case KEYWORD_WHILE: next(); while_statement(); break;
    case KEYWORD_DO: next(); do_statement(); break;
    case KEYWORD_FOR: next(); for_statement(); break;
    case KEYWORD_SWITCH: next(); switch_statement(); break;
    case KEYWORD_CASE: case_label(0); break;
    case KEYWORD_DEFAULT: case_label(1); break;
    case KEYWORD_RETURN: next(); return_statement(); break;
    case KEYWORD_BREAK: jump_statement(break_label, "break outside of a loop"); break;
    case KEYWORD_CONTINUE: jump_statement(continue_label, "continue outside of a loop"); break;
    case KEYWORD_GOTO:
        next();
        emit_jump(named_label(expect_name(), 0));
        expect(';');
        break;
    case TOKEN_END: fail_expected("'}'"); break;
    default:
        if (kind == TOKEN_NAME && look_ahead()->kind == ':') {
            name = expect_name();
            next();
            place_label(named_label(name, 1));
            if (kind != '}') statement();
        } else if (begins_declaration()) {
            declaration();
        } else {
            effect(expression(), 0);
            expect(';');
        }
    }
}
