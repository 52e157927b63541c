// From characters to preprocessing tokens (C99 6.4). A name is kept once, with all that it can mean; a token
// is never changed once it is made, so that lists of tokens are lists of addresses.

enum {  // Kinds of tokens. A punctuator of one character is that character.
    TOKEN_END = 0, TOKEN_NEWLINE = 10,
    TOKEN_NAME = 256, TOKEN_NUMBER, TOKEN_STRING, TOKEN_CHARACTER,
    TOKEN_ARROW, TOKEN_INCREMENT, TOKEN_DECREMENT, TOKEN_SHIFT_LEFT, TOKEN_SHIFT_RIGHT, TOKEN_LESS_EQUAL,
    TOKEN_GREATER_EQUAL, TOKEN_EQUAL, TOKEN_NOT_EQUAL, TOKEN_AND, TOKEN_OR, TOKEN_HASH_HASH, TOKEN_ELLIPSIS,
    TOKEN_ASSIGN,  // and an operator: op= is TOKEN_ASSIGN + its operator (a character, or TOKEN_SHIFT_…)
    TOKEN_LAST = 600,
    // in the bodies of macros: a parameter, # parameter, ## as an operator; nothing at all, beside a ##
    TOKEN_PARAMETER, TOKEN_STRINGISED, TOKEN_PASTE, TOKEN_PLACEMARKER,
    // keywords, in the order of keyword_texts
    KEYWORD_BREAK = 1000, KEYWORD_CASE, KEYWORD_CONTINUE, KEYWORD_DEFAULT, KEYWORD_DO, KEYWORD_ELSE, KEYWORD_FOR,
    KEYWORD_GOTO, KEYWORD_IF, KEYWORD_RETURN, KEYWORD_SIZEOF, KEYWORD_SWITCH, KEYWORD_WHILE,
    KEYWORD_TYPEDEF, KEYWORD_EXTERN, KEYWORD_STATIC, KEYWORD_AUTO, KEYWORD_REGISTER, KEYWORD_INLINE,
    KEYWORD_CONST, KEYWORD_VOLATILE, KEYWORD_RESTRICT, KEYWORD_VOID, KEYWORD_CHAR, KEYWORD_SHORT, KEYWORD_INT,
    KEYWORD_LONG, KEYWORD_FLOAT, KEYWORD_DOUBLE, KEYWORD_SIGNED, KEYWORD_UNSIGNED, KEYWORD_BOOL, KEYWORD_STRUCT,
    KEYWORD_UNION, KEYWORD_ENUM, KEYWORD_ATTRIBUTE, KEYWORD_COUNT
};

char *keyword_texts[] = {
    "break", "case", "continue", "default", "do", "else", "for", "goto", "if", "return", "sizeof", "switch", "while",
    "typedef", "extern", "static", "auto", "register", "inline", "const", "volatile", "restrict", "void", "char",
    "short", "int", "long", "float", "double", "signed", "unsigned", "_Bool", "struct", "union", "enum",
    "__attribute__"
};

struct name {
    char *text;
    long length;
    unsigned long hash;
    struct name *next;        // in the same slot of the hash table
    int keyword;              // KEYWORD_…, or 0
    int directive;            // DIRECTIVE_… (preprocess.c), or 0
    struct macro *macro;      // preprocess.c
    struct symbol *symbol;    // declaration.c: the innermost variable, function, typedef or constant
    struct symbol *tag;       // declaration.c: the innermost struct, union or enum
    struct entity *external;  // code.c: what the linker would know by this name
    struct label *label;      // statement.c
    char *content;            // of the file that has this path
};

struct token {
    int kind;
    char space;    // white space before it
    char first;    // of its line
    char painted;  // the name of a macro, never to be expanded again
    int line;
    long length;
    char *text;
    struct name *name;  // of a name
    int parameter;      // of TOKEN_PARAMETER and TOKEN_STRINGISED
};

void fail_name(char *what, struct name *n) { fail_text(what, n->text, n->length); }

enum { NAME_SLOTS = 0x10000 };
struct name *names[NAME_SLOTS];

// Kinds of characters: LETTER also for _, BLANK for white space but newlines.
enum { LETTER = 1, DIGIT, BLANK };
char character_kind[256];

unsigned long hash_text(char *text, long length) {
    unsigned long hash = 0;
    long i;
    for (i = 0; i < length; i++) hash = hash * 31 + text[i];
    return hash;
}

struct name *intern_hashed(char *text, long length, unsigned long hash) {
    struct name **slot = &names[(hash ^ hash >> 16) & (NAME_SLOTS - 1)];
    struct name *n;
    long i;
    for (n = *slot; n; n = n->next) {
        if (n->hash == hash && n->length == length) {
            for (i = 0; i < length && n->text[i] == text[i]; i++) {}
            if (i == length) return n;
        }
    }
    n = allocate(sizeof(struct name));
    n->text = allocate(length + 1);
    copy(n->text, text, length);
    n->length = length;
    n->hash = hash;
    n->next = *slot;
    *slot = n;
    return n;
}

struct name *intern(char *text) { return intern_hashed(text, text_length(text), hash_text(text, text_length(text))); }

void lex_begin(void) {
    int c;
    for (c = 'a'; c <= 'z'; c++) character_kind[c] = character_kind[c - 32] = LETTER;
    for (c = '0'; c <= '9'; c++) character_kind[c] = DIGIT;
    character_kind['_'] = LETTER;
    character_kind[' '] = character_kind['\t'] = character_kind['\f'] = character_kind['\v'] = BLANK;
    character_kind['\r'] = BLANK;
    for (c = KEYWORD_BREAK; c < KEYWORD_COUNT; c++) intern(keyword_texts[c - KEYWORD_BREAK])->keyword = c;
    intern("__inline")->keyword = KEYWORD_INLINE;
    intern("__restrict")->keyword = KEYWORD_RESTRICT;
}

char *cursor;      // the next character of the file; a zero byte ends the file
int in_directive;  // a newline is a token
int at_first;      // no token was seen on this line

// Joins lines that end in a backslash (C99 5.1.1.2, phase 2), in place. The newlines taken away follow the joined line,
// so that lines keep their numbers.
void splice_lines(char *text) {
    char *from = text, *to = text;
    long owed = 0;
    while (*from && !(*from == '\\' && from[1] == '\n')) from++;
    to = from;
    while (*from) {
        if (*from == '\\' && from[1] == '\n') {
            from += 2;
            owed++;
        } else {
            if (*from == '\n')
                for (; owed; owed--) *to++ = '\n';
            *to++ = *from++;
        }
    }
    for (; owed; owed--) *to++ = '\n';
    *to = 0;
}

struct token *new_token(int kind, char *text, long length, int space) {
    struct token *t = allocate(sizeof(struct token));
    t->kind = kind;
    t->text = text;
    t->length = length;
    t->space = space;
    t->line = line;
    return t;
}

// A copy that may be changed.
struct token *copy_token(struct token *from) {
    struct token *t = new_token(from->kind, from->text, from->length, from->space);
    t->name = from->name;
    t->painted = from->painted;
    t->parameter = from->parameter;
    return t;
}

int is_word(int c) { return character_kind[c & 255] == LETTER || character_kind[c & 255] == DIGIT; }

char *punctuator_pairs = "->++--<<>><=>===!=&&||##";  // in the order of their tokens

// The kind of the longest punctuator at p, its length in *length. A character that no program is made of is one, too.
int punctuator(char *p, long *length) {
    int i, kind = *p & 255;
    *length = 1;
    if (*p == '.' && p[1] == '.' && p[2] == '.') {
        *length = 3;
        return TOKEN_ELLIPSIS;
    }
    for (i = 0; punctuator_pairs[i]; i += 2) {
        if (*p == punctuator_pairs[i] && p[1] == punctuator_pairs[i + 1]) {
            kind = TOKEN_ARROW + i / 2;
            *length = 2;
        }
    }
    if (p[*length] == '=' && (kind == '*' || kind == '/' || kind == '%' || kind == '+' || kind == '-' || kind == '&'
                              || kind == '^' || kind == '|' || kind == TOKEN_SHIFT_LEFT || kind == TOKEN_SHIFT_RIGHT)) {
        ++*length;
        return TOKEN_ASSIGN + kind;
    }
    return kind;
}

// Moves the cursor past blanks and comments; gives whether there were any.
int skip_blanks(void) {
    char *p = cursor, *start = cursor;
    int first;
    for (;;) {
        if (character_kind[*p & 255] == BLANK) {
            p++;
        } else if (*p == '\n' && !in_directive) {
            p++;
            line++;
            at_first = 1;
        } else if (*p == '/' && p[1] == '/') {
            while (*p != '\n') p++;
        } else if (*p == '/' && p[1] == '*') {
            first = line;
            for (p += 2; *p && !(*p == '*' && p[1] == '/'); p++)
                if (*p == '\n') line++;
            if (!*p) {
                line = first;
                fail("comment without end");
            }
            p += 2;
        } else {
            break;
        }
    }
    cursor = p;
    return p != start;
}

// The next preprocessing token of the file.
struct token *lex(void) {
    int space = skip_blanks(), first = at_first, kind, quote;
    unsigned long hash = 0;
    long length;
    char *p = cursor, *start = p;
    struct token *t;
    at_first = 0;
    if (character_kind[*p & 255] == LETTER) {
        while (is_word(*p)) hash = hash * 31 + *p++;
        if (*start == 'L' && p == start + 1 && (*p == '"' || *p == '\'')) fail("wide characters are not supported");
        cursor = p;
        t = new_token(TOKEN_NAME, start, p - start, space);
        t->name = intern_hashed(start, p - start, hash);
        t->first = first;
        return t;
    }
    if (character_kind[*p & 255] == DIGIT || (*p == '.' && character_kind[p[1] & 255] == DIGIT)) {
        kind = TOKEN_NUMBER;
        while (is_word(*p) || *p == '.') {
            if ((p[1] == '+' || p[1] == '-') && (*p == 'e' || *p == 'E' || *p == 'p' || *p == 'P')) p++;
            p++;
        }
    } else if (*p == '"' || *p == '\'') {
        quote = *p++;
        kind = quote == '"' ? TOKEN_STRING : TOKEN_CHARACTER;
        for (; *p != quote; p++) {
            if (*p == '\\') p++;
            if (*p == '\n' || !*p) fail(quote == '"' ? "string without end" : "character without end");
        }
        p++;
    } else if (!*p) {
        kind = TOKEN_END;
    } else if (*p == '\n') {
        kind = TOKEN_NEWLINE;
    } else {
        kind = punctuator(p, &length);
        p += length;
    }
    cursor = p;
    if (kind == TOKEN_NEWLINE) at_first = 1;
    t = new_token(kind, start, p - start, space);
    t->first = first;
    return t;
}
