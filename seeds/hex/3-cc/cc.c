// cc: a compiler for C, as far as TinyCC needs it.
//
//     cc [-I DIRECTORY]… [-D NAME[=VALUE]]… -o OUT IN.c…
//
// Several C files become one static program for x86-64 and Linux. Written in M, a subset of C. Read in this order:

#include "system.c"
#include "lex.c"
#include "preprocess.c"
#include "literal.c"
#include "float.c"
#include "type.c"
#include "code.c"
#include "expression.c"
#include "generate.c"
#include "initialiser.c"
#include "declaration.c"
#include "statement.c"
#include "elf.c"

void compile(char *path, char *definitions) {
    preprocess_begin(path, definitions);
    next();
    translation_unit();
}

// The value of an option, joined to its letter or following it.
char *option_value(char **arguments, int *i) {
    if (arguments[*i][2]) return arguments[*i] + 2;
    if (!arguments[++*i]) fail("an option without its value");
    return arguments[*i];
}

// -D NAME=VALUE as a directive
void add_definition(struct buffer *definitions, char *text) {
    append_text(definitions, "#define ");
    while (*text && *text != '=') append(definitions, text++, 1);
    append_text(definitions, *text ? " " : " 1");
    append_text(definitions, *text ? text + 1 : "");
    append_text(definitions, "\n");
}

int main(int count, char **arguments) {
    struct buffer definitions;
    char *out = 0;
    int i, inputs = 0;
    buffer_clear(&definitions);
    for (i = 1; i < count; i++) {
        if (arguments[i][0] != '-') {
            arguments[inputs++] = arguments[i];  // inputs before it are options that were read
        } else if (arguments[i][1] == 'I') {
            if (directory_count == DIRECTORY_LIMIT) fail("too many -I");
            directories[directory_count++] = option_value(arguments, &i);
        } else if (arguments[i][1] == 'D') {
            add_definition(&definitions, option_value(arguments, &i));
        } else if (arguments[i][1] == 'o') {
            out = option_value(arguments, &i);
        } else {
            fail_text("unknown option: ", arguments[i], text_length(arguments[i]));
        }
    }
    if (!out || !inputs) fail("usage: cc [-I DIRECTORY]... [-D NAME[=VALUE]]... -o OUT IN.c...");
    append(&definitions, "", 1);
    lex_begin();
    type_begin();
    code_begin();
    for (i = 0; i < inputs; i++) compile(arguments[i], definitions.data);
    write_executable(out);
    return 0;
}
