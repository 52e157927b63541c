// Preprocessing (C99 6.10): directives, and macros replaced.
//
// Tokens come from a stack of contexts (bodies of macros being read, arguments, tokens put back); beneath it
// lies a stack of files. A macro is `active` while a context of its body is on the stack: then its name is painted
// and never expanded again. This is how 6.10.3.4 is usually read, and what gcc does.

enum {
    DIRECTIVE_DEFINE = 1, DIRECTIVE_UNDEF, DIRECTIVE_INCLUDE, DIRECTIVE_ERROR, DIRECTIVE_IF, DIRECTIVE_IFDEF,
    DIRECTIVE_IFNDEF, DIRECTIVE_ELIF, DIRECTIVE_ELSE, DIRECTIVE_ENDIF
};

enum { MACRO_FILE = 1, MACRO_LINE };  // macros that the compiler itself expands

struct macro {
    struct token **body;
    int count;          // of the body's tokens
    int function_like;
    int parameters;
    int variadic;       // the last parameter is __VA_ARGS__
    int active;
    int built_in;       // MACRO_…
};

// Where tokens come from before the file goes on.
struct context {
    struct token **next, **end;
    struct macro *macro;  // whose body this is, or 0
    int barrier;          // an argument being expanded by itself: it ends, and what is below does not follow
    struct context *below;
};

struct condition {  // an #if that is open
    int taken;      // one of its groups was compiled
    int last;       // its #else was seen
    int line;
    struct condition *outer;
};

struct file {  // that includes another: what to go on with
    char *name, *cursor;
    int line;
    struct condition *conditions;
    struct file *outer;
};

struct list {  // of tokens
    struct token **tokens;
    int count, room;
};

enum { PARAMETER_LIMIT = 127, DIRECTORY_LIMIT = 64, INCLUDE_LIMIT = 200 };  // C99 5.2.4.1

struct context *context;
struct condition *conditions;
struct file *files;  // the files that include the present one
int include_depth;
char *directories[DIRECTORY_LIMIT];  // of -I
int directory_count;
struct name *name_defined, *name_variadic;
struct token end_token;
int owed_space;  // a macro with white space before it became nothing: the next token gets that

struct token *unexpanded(void);
struct token *expanded(void);
int condition_holds(void);  // expression.c
void open_file(char *name, char *text);

void list_add(struct list *l, struct token *t) {
    struct token **old = l->tokens;
    if (l->count == l->room) {
        l->room = l->count * 2 + 8;
        l->tokens = allocate(l->room * sizeof(struct token *));
        copy((char *)l->tokens, (char *)old, l->count * sizeof(struct token *));
    }
    l->tokens[l->count++] = t;
}

void list_clear(struct list *l) {
    l->tokens = 0;
    l->count = l->room = 0;
}

// ---- Directives

struct token *directive_token(char *what) {
    struct token *t = lex();
    if (t->kind != TOKEN_NAME) fail(what);
    return t;
}

void end_of_directive(void) {
    if (lex()->kind != TOKEN_NEWLINE) fail("unexpected at the end of a directive");
}

int same_macro(struct macro *a, struct macro *b) {
    int i;
    struct token *s, *t;
    if (a->count != b->count || a->function_like != b->function_like || a->parameters != b->parameters) return 0;
    if (a->built_in) return 0;
    for (i = 0; i < a->count; i++) {
        s = a->body[i];
        t = b->body[i];
        if (s->kind != t->kind || (i && s->space != t->space) || s->parameter != t->parameter) return 0;
        if (s->length != t->length || hash_text(s->text, s->length) != hash_text(t->text, t->length)) return 0;
    }
    return 1;
}

void define_macro(void) {
    struct name *defined = directive_token("#define wants a name")->name, *parameters[PARAMETER_LIMIT];
    struct macro *m = allocate(sizeof(struct macro));
    struct list body;
    struct token *t, *operator = 0;
    int i;
    if (defined == name_defined) fail("defined cannot be a macro");
    list_clear(&body);
    m->function_like = *cursor == '(';
    if (m->function_like) {
        lex();
        t = lex();
        while (t->kind != ')') {
            if (m->parameters == PARAMETER_LIMIT) fail("too many parameters");
            if (t->kind == TOKEN_ELLIPSIS) {
                m->variadic = 1;
                parameters[m->parameters++] = name_variadic;
                t = lex();
                if (t->kind != ')') fail("... must be the last parameter");
            } else {
                if (t->kind != TOKEN_NAME) fail("the name of a parameter expected");
                for (i = 0; i < m->parameters; i++)
                    if (parameters[i] == t->name) fail("two parameters of one name");
                parameters[m->parameters++] = t->name;
                t = lex();
                if (t->kind == ',') {
                    t = lex();
                    if (t->kind == ')') fail("the name of a parameter expected");
                } else if (t->kind != ')') {
                    fail("')' expected after the parameters");
                }
            }
        }
    } else if (character_kind[*cursor & 255] != BLANK && *cursor != '\n' && *cursor != '/') {
        fail("white space expected after the name of the macro");
    }
    for (t = lex(); t->kind != TOKEN_NEWLINE; t = lex()) {
        if (t->kind == TOKEN_NAME) {
            for (i = 0; i < m->parameters; i++) {
                if (parameters[i] == t->name) {
                    t->kind = TOKEN_PARAMETER;
                    t->parameter = i;
                }
            }
            if (t->name == name_variadic && t->kind == TOKEN_NAME) fail("__VA_ARGS__ outside of a variadic macro");
        }
        if (operator && operator->kind == '#') {  // its operand; the one token stands for both
            if (t->kind != TOKEN_PARAMETER) fail("# is not followed by a parameter");
            t->kind = TOKEN_STRINGISED;
            t->space = operator->space;
            body.count--;
        }
        if (t->kind == TOKEN_HASH_HASH) {
            if (!body.count) fail("## at the beginning of a macro");
            t->kind = TOKEN_PASTE;
        }
        operator = t->kind == '#' && m->function_like ? t : 0;
        list_add(&body, t);
    }
    if (operator) fail("# is not followed by a parameter");
    if (body.count && body.tokens[body.count - 1]->kind == TOKEN_PASTE) fail("## at the end of a macro");
    m->body = body.tokens;
    m->count = body.count;
    if (defined->macro && !same_macro(defined->macro, m)) fail_name("macro defined twice: ", defined);
    if (!defined->macro) defined->macro = m;
}

// The contents of a path, read once; 0 if there is none.
char *contents(char *path) {
    struct name *n = intern(path);
    if (!n->content) {
        n->content = read_file(path);
        if (n->content) splice_lines(n->content);
    }
    return n->content;
}

int include_from(char *directory, long directory_length, char *name, long length) {
    char *path = allocate(directory_length + length + 2), *text;
    copy(path, directory, directory_length);
    if (directory_length && directory[directory_length - 1] != '/') path[directory_length++] = '/';
    copy(path + directory_length, name, length);
    text = contents(path);
    if (text) open_file(path, text);
    return text != 0;
}

void include(void) {
    struct token *t;
    struct buffer spelling;
    char *start, quote, *name;
    long length, own, i;
    skip_blanks();
    if (*cursor == '"' || *cursor == '<') {
        start = cursor;
        quote = *cursor == '<' ? '>' : '"';
        do cursor++; while (*cursor != quote && *cursor != '\n');
        if (*cursor == '\n') fail("#include without end of name");
        cursor++;
        length = cursor - start;
        end_of_directive();
    } else {  // of macros
        buffer_clear(&spelling);
        for (t = expanded(); t->kind != TOKEN_NEWLINE; t = expanded()) {
            if (t->space && spelling.size) append(&spelling, " ", 1);
            append(&spelling, t->text, t->length);
        }
        start = spelling.data;
        length = spelling.size;
        if (length < 2 || !((*start == '"' && start[length - 1] == '"') || (*start == '<' && start[length - 1] == '>')))
            fail("#include wants \"file\" or <file>");
    }
    name = start + 1;
    length -= 2;
    if (++include_depth > INCLUDE_LIMIT) fail("#include nested too deeply");
    if (*start == '"' || *name == '/') {
        for (own = *name == '/' ? 0 : text_length(file_name); own && file_name[own - 1] != '/'; own--) {}
        if (include_from(file_name, own, name, length)) return;
    }
    for (i = 0; i < directory_count; i++)
        if (include_from(directories[i], text_length(directories[i]), name, length)) return;
    fail_text("no such file: ", name, length);
}

// ---- Conditional groups

// Leaves the line, and passes lines up to one that begins with #; its next token is the directive's name.
void skip_to_directive(void) {
    char quote;
    for (;;) {
        while (*cursor != '\n' && *cursor) {
            if (*cursor == '/' && (cursor[1] == '*' || cursor[1] == '/')) {
                skip_blanks();
            } else if (*cursor == '"' || *cursor == '\'') {
                quote = *cursor++;
                while (*cursor != quote && *cursor != '\n') {
                    if (*cursor == '\\' && cursor[1] != '\n') cursor++;
                    cursor++;
                }
                if (*cursor == quote) cursor++;
            } else {
                cursor++;
            }
        }
        if (!*cursor) {
            line = conditions->line;
            fail("#if without #endif");
        }
        cursor++;
        line++;
        skip_blanks();
        if (*cursor == '#') {
            cursor++;
            return;
        }
    }
}

// Passes what is not compiled, up to the group that is, or behind #endif.
void skip_groups(void) {
    int depth = 0, directive;
    struct token *t;
    for (;;) {
        in_directive = 1;
        skip_to_directive();
        t = lex();
        directive = t->kind == TOKEN_NAME ? t->name->directive : 0;
        if (directive == DIRECTIVE_IF || directive == DIRECTIVE_IFDEF || directive == DIRECTIVE_IFNDEF) depth++;
        if (depth) {
            if (directive == DIRECTIVE_ENDIF) depth--;
            continue;
        }
        if (directive == DIRECTIVE_ENDIF) {
            conditions = conditions->outer;
            end_of_directive();
            return;
        }
        if (directive == DIRECTIVE_ELSE || directive == DIRECTIVE_ELIF) {
            if (conditions->last) fail("#else was the last group");
            conditions->last = directive == DIRECTIVE_ELSE;
            if (conditions->taken) continue;
            conditions->taken = directive == DIRECTIVE_ELSE || condition_holds();
            if (directive == DIRECTIVE_ELSE) end_of_directive();
            if (conditions->taken) return;
        }
    }
}

void open_condition(int holds) {
    struct condition *c = allocate(sizeof(struct condition));
    c->taken = holds;
    c->line = line;
    c->outer = conditions;
    conditions = c;
    if (!holds) skip_groups();
}

// A directive, behind its #.
void directive(void) {
    struct token *t;
    struct context *outer = context;
    long length;
    int wanted;
    context = 0;  // a directive amid the arguments of a macro takes its tokens from the file
    in_directive = 1;
    t = lex();
    if (t->kind == TOKEN_NAME && t->name->directive) {
        switch (t->name->directive) {
        case DIRECTIVE_DEFINE: define_macro(); break;
        case DIRECTIVE_UNDEF:
            t = directive_token("#undef wants a name");
            t->name->macro = 0;
            end_of_directive();
            break;
        case DIRECTIVE_INCLUDE: include(); break;
        case DIRECTIVE_ERROR:
            skip_blanks();
            for (length = 0; cursor[length] != '\n'; length++) {}
            fail_text("#error ", cursor, length);
            break;
        case DIRECTIVE_IF: open_condition(condition_holds()); break;
        case DIRECTIVE_IFDEF:
        case DIRECTIVE_IFNDEF:
            wanted = t->name->directive == DIRECTIVE_IFDEF;
            t = directive_token("#ifdef wants a name");
            end_of_directive();
            open_condition((t->name->macro != 0) == wanted);
            break;
        default:
            if (!conditions) fail("#if is missing");
            if (t->name->directive == DIRECTIVE_ENDIF) {
                conditions = conditions->outer;
                end_of_directive();
            } else {
                if (conditions->last) fail("#else was the last group");
                conditions->last = t->name->directive == DIRECTIVE_ELSE;
                skip_groups();
            }
        }
    } else if (t->kind != TOKEN_NEWLINE) {
        fail_text("unknown directive: ", t->text, t->length);
    }
    in_directive = 0;
    context = outer;
}

// ---- Files

void open_file(char *name, char *text) {
    struct file *f = allocate(sizeof(struct file));
    f->name = file_name;
    f->cursor = cursor;
    f->line = line;
    f->conditions = conditions;
    f->outer = files;
    files = f;
    conditions = 0;
    file_name = name;
    cursor = text;
    line = 1;
    at_first = 1;
    in_directive = 0;
}

void close_file(void) {
    file_name = files->name;
    cursor = files->cursor;
    line = files->line;
    conditions = files->conditions;
    files = files->outer;
    include_depth--;
    at_first = 1;
}

struct token *file_token(void) {
    struct token *t;
    for (;;) {
        t = lex();
        if (t->kind == '#' && t->first) {
            directive();
            continue;
        }
        if (t->kind != TOKEN_END) return t;
        if (conditions) {
            line = conditions->line;
            fail("#if without #endif");
        }
        if (!files->outer) return t;
        close_file();
    }
}

// ---- Macros replaced

void push_context(struct token **tokens, int count, struct macro *m, int barrier) {
    struct context *c = allocate(sizeof(struct context));
    c->next = tokens;
    c->end = tokens + count;
    c->macro = m;
    c->barrier = barrier;
    c->below = context;
    context = c;
}

struct token *unexpanded(void) {
    while (context) {
        if (context->next < context->end) return *context->next++;
        if (context->barrier) return &end_token;
        if (context->macro) context->macro->active = 0;
        context = context->below;
    }
    return file_token();
}

void put_back(struct token *t) {
    struct token **tokens = allocate(sizeof(struct token *));
    *tokens = t;
    push_context(tokens, 1, 0, 0);
}

// t with the white space of another token before it.
struct token *spaced(struct token *t, int space) {
    if (t->space == space) return t;
    t = copy_token(t);
    t->space = space;
    return t;
}

struct token *painted(struct token *t) {
    t = copy_token(t);
    t->painted = 1;
    return t;
}

// # operator: the spelling of an argument as a string (6.10.3.2).
struct token *stringised(struct list *argument, int space) {
    struct buffer b;
    struct token *t;
    int i, literal;
    long j;
    buffer_clear(&b);
    append(&b, "\"", 1);
    for (i = 0; i < argument->count; i++) {
        t = argument->tokens[i];
        if (i && t->space) append(&b, " ", 1);
        literal = t->kind == TOKEN_STRING || t->kind == TOKEN_CHARACTER;
        for (j = 0; j < t->length; j++) {
            if (literal && (t->text[j] == '"' || t->text[j] == '\\')) append(&b, "\\", 1);
            append(&b, t->text + j, 1);
        }
    }
    append(&b, "\"", 1);
    return new_token(TOKEN_STRING, b.data, b.size, space);
}

// ## operator (6.10.3.3).
struct token *pasted(struct token *left, struct token *right) {
    char *text, *old_cursor = cursor;
    int old_first = at_first, old_directive = in_directive;
    long length = left->length + right->length;
    struct token *t;
    if (right->kind == TOKEN_PLACEMARKER) return left;
    if (left->kind == TOKEN_PLACEMARKER) return spaced(right, left->space);
    text = allocate(length + 2);
    copy(text, left->text, left->length);
    copy(text + left->length, right->text, right->length);
    text[length] = '\n';
    cursor = text;
    at_first = 0;
    in_directive = 1;
    t = lex();
    if (cursor != text + length || t->text != text) fail_text("## does not make a token: ", text, length);
    t->space = left->space;
    cursor = old_cursor;
    at_first = old_first;
    in_directive = old_directive;
    return t;
}

// Reads the arguments of a call of m, behind its '('.
void read_arguments(struct macro *m, struct list *arguments) {
    int count = 0, depth = 0, start = line, i;
    struct token *t;
    for (i = 0; i <= m->parameters; i++) list_clear(&arguments[i]);
    for (;;) {
        t = unexpanded();
        if (t->kind == TOKEN_END || t->kind == TOKEN_NEWLINE) {
            line = start;
            fail("macro call without ')'");
        }
        if (t->kind == '(') depth++;
        if (t->kind == ')' && depth-- == 0) break;
        if (t->kind == ',' && !depth && !(m->variadic && count == m->parameters - 1)) {
            if (++count >= m->parameters) fail("too many arguments of a macro");
            continue;
        }
        if (t->kind == TOKEN_NAME && t->name->macro && t->name->macro->active) t = painted(t);
        list_add(&arguments[count], arguments[count].count ? t : spaced(t, 0));
    }
    if (count < m->parameters - 1 - m->variadic) fail("too few arguments of a macro");
    if (!m->parameters && arguments[0].count) fail("too many arguments of a macro");
}

// An argument with its macros replaced, as if it were all there is.
void expand_argument(struct list *from, struct list *to) {
    struct token *t;
    list_clear(to);
    push_context(from->tokens, from->count, 0, 1);
    for (t = expanded(); t->kind != TOKEN_END; t = expanded()) list_add(to, t);
    context = context->below;
}

// Puts the body of m on the stack, its parameters replaced. `name` is the token that is replaced.
void substitute(struct macro *m, struct list *arguments, struct token *name) {
    struct list out, expansions[PARAMETER_LIMIT], *argument;
    char is_expanded[PARAMETER_LIMIT];
    struct token *t;
    int i, j, paste = 0, start, kept;
    for (i = 0; i < m->parameters; i++) is_expanded[i] = 0;
    list_clear(&out);
    for (i = 0; i < m->count; i++) {
        t = m->body[i];
        if (t->kind == TOKEN_PASTE) {
            paste = 1;
            continue;
        }
        start = out.count;
        if (t->kind == TOKEN_STRINGISED) {
            list_add(&out, stringised(&arguments[t->parameter], t->space));
        } else if (t->kind == TOKEN_PARAMETER) {
            argument = &arguments[t->parameter];
            if (!paste && !(i + 1 < m->count && m->body[i + 1]->kind == TOKEN_PASTE)) {
                if (!is_expanded[t->parameter]) expand_argument(argument, &expansions[t->parameter]);
                is_expanded[t->parameter] = 1;
                argument = &expansions[t->parameter];
            }
            for (j = 0; j < argument->count; j++)
                list_add(&out, !j && t->space ? spaced(argument->tokens[j], 1) : argument->tokens[j]);
            if (!argument->count) list_add(&out, new_token(TOKEN_PLACEMARKER, "", 0, t->space));
        } else {
            list_add(&out, t);
        }
        if (paste) {
            out.tokens[start - 1] = pasted(out.tokens[start - 1], out.tokens[start]);
            for (j = start + 1; j < out.count; j++) out.tokens[j - 1] = out.tokens[j];
            out.count--;
            paste = 0;
        }
    }
    for (i = kept = 0; i < out.count; i++) {
        t = out.tokens[i];
        if (t->kind != TOKEN_PLACEMARKER) out.tokens[kept++] = t;
        else if (t->space && i + 1 < out.count) out.tokens[i + 1] = spaced(out.tokens[i + 1], 1);
    }
    if (kept) out.tokens[0] = spaced(out.tokens[0], name->space);
    else if (name->space) owed_space = 1;
    m->active = 1;
    push_context(out.tokens, kept, m, 0);
}

struct token *built_in_token(struct macro *m, struct token *name) {
    struct buffer b;
    struct list spelling;
    char digits[24];
    int at = 24, number = line;
    if (m->built_in == MACRO_LINE) {
        do digits[--at] = '0' + number % 10; while (number /= 10);
        b.data = allocate(24 - at);
        copy(b.data, digits + at, 24 - at);
        return new_token(TOKEN_NUMBER, b.data, 24 - at, name->space);
    }
    list_clear(&spelling);
    list_add(&spelling, new_token(TOKEN_NAME, file_name, text_length(file_name), 0));
    return stringised(&spelling, name->space);
}

// The next token with macros replaced.
struct token *expanded(void) {
    struct list arguments[PARAMETER_LIMIT + 1];
    struct token *t, *after;
    struct macro *m;
    for (;;) {
        t = unexpanded();
        if (owed_space) t = spaced(t, 1);
        owed_space = 0;
        if (t->kind != TOKEN_NAME || !t->name->macro || t->painted) return t;
        m = t->name->macro;
        if (m->active) return painted(t);
        if (m->built_in) return built_in_token(m, t);
        if (m->function_like) {
            after = unexpanded();
            if (after->kind != '(') {
                if (after->kind != TOKEN_END) put_back(after);
                return t;
            }
            read_arguments(m, arguments);
        }
        substitute(m, arguments, t);
    }
}

char *predefined =
    "#define __x86_64__ 1\n"
    "#define __linux__ 1\n"
    "#define __STDC__ 1\n"
    "#define __STDC_VERSION__ 199901L\n"
    "#define __STDC_HOSTED__ 1\n"
    "#define __LP64__ 1\n"
    "#define __SIZE_TYPE__ unsigned long\n"
    "#define __builtin_va_start(list, last) ((list) = (char *)&(last) + ((sizeof(last) + 7) & ~7))\n"
    "#define __builtin_va_arg(list, type) \\\n"
    "    (*(type *)(((list) += (sizeof(type) + 7) & ~7) - ((sizeof(type) + 7) & ~7)))\n"
    "#define __builtin_va_copy(to, from) ((to) = (from))\n"
    "#define __builtin_va_end(list) ((void)0)\n"
    "#define __builtin_offsetof(type, member) ((__SIZE_TYPE__)&((type *)0)->member)\n"
    "typedef char *__builtin_va_list;\n";

char *directive_texts[] = {
    "define", "undef", "include", "error", "if", "ifdef", "ifndef", "elif", "else", "endif"
};

void built_in_macro(char *name, int which) {
    struct macro *m = allocate(sizeof(struct macro));
    m->built_in = which;
    intern(name)->macro = m;
}

// Begins a translation unit: only what is predefined and the options -D (`definitions`, as directives) are macros.
void preprocess_begin(char *path, char *definitions) {
    int i;
    struct name *n;
    struct buffer start;
    char *text = contents(path);
    if (!text) fail_text("no such file: ", path, text_length(path));
    for (i = 0; i < NAME_SLOTS; i++)
        for (n = names[i]; n; n = n->next) n->macro = 0;
    for (i = DIRECTIVE_DEFINE; i <= DIRECTIVE_ENDIF; i++) intern(directive_texts[i - DIRECTIVE_DEFINE])->directive = i;
    name_defined = intern("defined");
    name_variadic = intern("__VA_ARGS__");
    built_in_macro("__FILE__", MACRO_FILE);
    built_in_macro("__LINE__", MACRO_LINE);
    files = 0;
    conditions = 0;
    open_file(path, text);
    buffer_clear(&start);
    append_text(&start, predefined);
    append(&start, definitions, text_length(definitions) + 1);
    splice_lines(start.data);
    include_depth = 1;
    open_file("<predefined>", start.data);
}
