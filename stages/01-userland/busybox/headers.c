/* Writes the headers that busybox's own build system would generate.

   headers OPTIONS SOURCE-TREE

   OPTIONS holds words: NAME switches an option on, NAME=VALUE gives it a value, `#` begins a
   remark. Every option that the source tree declares and OPTIONS does not name is off. From the
   tree are read
     //config:config NAME   (in .c files; `config NAME` in Config.in, Config.src)
     //applet:LINE          (in .c files; goes into include/applets.h)
   Options that the tree does not declare are a mistake and end the program. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MAX = 4096 };
static struct option { char *name, *value; int declared; } options[MAX];
static int count;
static FILE *applets;

static void die(char *what, char *name)
{
	fprintf(stderr, "headers: %s: %s\n", what, name);
	exit(1);
}

static FILE *open_or_die(char *path, char *mode)
{
	FILE *f = fopen(path, mode);
	if (!f)
		die("cannot open", path);
	return f;
}

static struct option *option(char *name)
{
	int i;
	for (i = 0; i < count; i++)
		if (!strcmp(options[i].name, name))
			return &options[i];
	if (count == MAX)
		die("too many options", name);
	options[count].name = strdup(name);
	return &options[count++];
}

static void read_options(char *path)
{
	FILE *f = open_or_die(path, "r");
	char line[1024], *word, *value;
	while (fgets(line, sizeof line, f)) {
		line[strcspn(line, "#\n")] = 0;
		for (word = strtok(line, " "); word; word = strtok(NULL, " ")) {
			value = strchr(word, '=');
			if (value)
				*value++ = 0;
			option(word)->value = strdup(value ? value : "1");
		}
	}
	fclose(f);
}

static void read_source(char *path)
{
	FILE *f = open_or_die(path, "r");
	char line[4096], name[256], *text;
	int is_c = !strcmp(path + strlen(path) - 2, ".c");
	while (fgets(line, sizeof line, f)) {
		text = line;
		if (is_c && !strncmp(text, "//applet:", 9))
			fputs(text + 9, applets);
		if (is_c && strncmp(text, "//config:", 9))
			continue;
		text += is_c ? 9 : 0;
		if (sscanf(text, "config %255s", name) == 1)
			option(name)->declared = 1;
	}
	fclose(f);
}

static int wanted(char *name)
{
	size_t n = strlen(name);
	return !strcmp(name, "Config.in") || !strcmp(name, "Config.src")
		|| (n > 2 && !strcmp(name + n - 2, ".c"));
}

/* In the order of the names, so that the result does not depend on the file system. */
static void walk(char *directory)
{
	struct dirent **entry;
	struct stat st;
	char path[4096];
	int i, n = scandir(directory, &entry, NULL, alphasort);
	if (n < 0)
		die("cannot list", directory);
	for (i = 0; i < n; i++) {
		if (entry[i]->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%s/%s", directory, entry[i]->d_name);
		if (lstat(path, &st))
			die("cannot stat", path);
		if (S_ISDIR(st.st_mode))
			walk(path);
		else if (wanted(entry[i]->d_name))
			read_source(path);
	}
}

int main(int argc, char **argv)
{
	char line[4096];
	FILE *f, *template;
	struct option *o;

	if (argc != 3)
		die("usage", "headers OPTIONS SOURCE-TREE");
	read_options(argv[1]);

	template = open_or_die("include/applets.src.h", "r");
	applets = open_or_die("include/applets.h", "w");
	while (fgets(line, sizeof line, template)) {
		if (!strcmp(line, "INSERT\n"))
			walk(argv[2]);
		else
			fputs(line, applets);
	}
	fclose(applets);

	f = open_or_die("include/autoconf.h", "w");
	for (o = options; o < options + count; o++) {
		if (!o->declared)
			die("no such option", o->name);
		if (o->value)
			fprintf(f, "#define CONFIG_%s %s\n", o->name, o->value);
		fprintf(f, "#define ENABLE_%s %d\n", o->name, o->value != NULL);
		fprintf(f, "#define IF_%s(...) %s\n", o->name, o->value ? "__VA_ARGS__" : "");
		fprintf(f, "#define IF_NOT_%s(...) %s\n", o->name, o->value ? "" : "__VA_ARGS__");
	}
	fclose(f);

	f = open_or_die("include/common_bufsiz.h", "w");
	fputs("enum { COMMON_BUFSIZE = 1024 };\nextern char bb_common_bufsiz1[];\n"
		"#define setup_common_bufsiz() ((void)0)\n", f);
	fclose(f);
	fclose(open_or_die("include/usage_compressed.h", "w"));
	f = open_or_die("include/embedded_scripts.h", "w");
	fputs("#define NUM_SCRIPTS 0\n", f);
	fclose(f);
	return 0;
}
