// What constants and strings mean (C99 6.4.4, 6.4.5).

// The value of a digit in bases up to 16; 99: none.
int digit_value(int c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return 99;
}

int is_float_literal(struct token *t) {
    long i;
    int hexadecimal = t->length > 1 && (t->text[1] == 'x' || t->text[1] == 'X');
    for (i = 0; i < t->length; i++) {
        if (t->text[i] == '.') return 1;
        if (hexadecimal ? t->text[i] == 'p' || t->text[i] == 'P' : t->text[i] == 'e' || t->text[i] == 'E') return 1;
    }
    return 0;
}

void bad_literal(struct token *t) { fail_text("not a number: ", t->text, t->length); }

void literal_integer(struct token *t, long *value, int *suffix_unsigned, int *suffix_long) {
    unsigned long number = 0, base = 10;
    char *p = t->text, *end = t->text + t->length;
    if (is_float_literal(t)) fail_text("not an integer: ", t->text, t->length);
    if (*p == '0' && t->length > 1) {
        base = 8;
        if (p[1] == 'x' || p[1] == 'X') {
            base = 16;
            p += 2;
            if (p == end || digit_value(*p) > 15) bad_literal(t);
        }
    }
    for (; p < end && digit_value(*p) < (int)base; p++) {
        if (number > (0xffffffffffffffff - digit_value(*p)) / base) fail_text("too large: ", t->text, t->length);
        number = number * base + digit_value(*p);
    }
    *suffix_unsigned = *suffix_long = 0;
    for (; p < end; p++) {
        if ((*p == 'u' || *p == 'U') && !*suffix_unsigned) {
            *suffix_unsigned = 1;
        } else if ((*p == 'l' || *p == 'L') && !*suffix_long) {
            *suffix_long = 1;
            if (p + 1 < end && p[1] == *p) p++;
        } else {
            bad_literal(t);
        }
    }
    *value = number;
}

// The byte at *p of a literal, behind which *p is moved.
int literal_byte(char **p) {
    char *s = *p;
    int c = *s++, value = 0, digits;
    if (c == '\\') {
        c = *s++;
        switch (c) {
        case 'n': value = '\n'; break;
        case 't': value = '\t'; break;
        case 'r': value = '\r'; break;
        case 'a': value = '\a'; break;
        case 'b': value = '\b'; break;
        case 'f': value = '\f'; break;
        case 'v': value = '\v'; break;
        case '\\': case '\'': case '"': case '?': value = c; break;
        case 'x':
            for (digits = 0; digit_value(*s) < 16; digits++) {
                value = value * 16 + digit_value(*s++);
                if (value > 255) fail("escape out of range");
            }
            if (!digits) fail("\\x wants digits");
            break;
        default:
            if (digit_value(c) > 7) fail("unknown escape");
            value = digit_value(c);
            for (digits = 1; digits < 3 && digit_value(*s) < 8; digits++) value = value * 8 + digit_value(*s++);
            if (value > 255) fail("escape out of range");
        }
        c = value;
    }
    *p = s;
    return c;
}

long literal_character(struct token *t) {
    char *p = t->text + 1, value;
    if (t->length == 2) fail("no character between the quotes");
    value = literal_byte(&p);
    if (p != t->text + t->length - 1) fail("more than one character between the quotes");
    return value;
}

// Adds the bytes of a string, without a zero byte, to b.
void literal_string(struct token *t, struct buffer *b) {
    char *p = t->text + 1, c;
    while (p < t->text + t->length - 1) {
        c = literal_byte(&p);
        append(b, &c, 1);
    }
}
