/* What TinyCC's own tests need of a shell.

   suite run STATUS FILE PROGRAM [ARGUMENT...]
       runs a program, adds both its outputs to FILE, and fails unless it ends with STATUS
   suite snippets TCC SOURCE EXPECTED FILE
       SOURCE holds many small programs, of which a macro chooses one; EXPECTED says "[macro]" before what
       TCC says of it and, if there is a main(), what that prints, and "[returns STATUS]" if it is not 0; FILE
       gets what this TCC makes of them */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void fail(const char *what, const char *which)
{
    fprintf(stderr, "%s: %s\n", which, what);
    exit(1);
}

/* The exit status of a program, whose outputs both are added to a file. */
static int run(char **argv, const char *file)
{
    int status;
    pid_t child = fork();

    if (child == 0) {
        int output = open(file, O_WRONLY | O_CREAT | O_APPEND, 0644);
        if (output < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0)
            _exit(126);
        execv(argv[0], argv);
        _exit(127);
    }
    if (child < 0 || waitpid(child, &status, 0) != child)
        fail("cannot be waited for", argv[0]);
    if (!WIFEXITED(status))
        fail("was killed by a signal", argv[0]);
    return WEXITSTATUS(status);
}

static void snippets(char *tcc, char *source, const char *expected, const char *file)
{
    char line[1000], define[1000] = "-D";
    char *compile[] = {tcc, "-c", define, source, "-o", "snippet.o", NULL};
    char *link[] = {tcc, "snippet.o", "-o", "snippet", NULL};
    char *start[] = {"./snippet", NULL};
    FILE *expectation = fopen(expected, "r");
    int count = 0;

    if (!expectation)
        fail("cannot be read", expected);
    while (fgets(line, sizeof line, expectation)) {
        FILE *output;
        int status;

        if (strncmp(line, "[test_", 6) != 0)
            continue;
        output = fopen(file, "a");
        fprintf(output, "%s%s", count++ ? "\n" : "", line);
        fclose(output);
        strcpy(define + 2, line + 1);
        *strchr(define, ']') = 0;
        if (run(compile, file) != 0 || run(link, "/dev/null") != 0)
            continue;
        status = run(start, file);
        if (status != 0) {
            output = fopen(file, "a");
            fprintf(output, "[returns %d]\n", status);
            fclose(output);
        }
    }
    fclose(expectation);
    if (count == 0)
        fail("names no snippet", expected);
}

int main(int argc, char **argv)
{
    if (argc == 6 && strcmp(argv[1], "snippets") == 0) {
        snippets(argv[2], argv[3], argv[4], argv[5]);
    } else if (argc > 4 && strcmp(argv[1], "run") == 0) {
        int status = run(argv + 4, argv[3]);
        if (status != atoi(argv[2])) {
            fprintf(stderr, "%s ended with %d, not %s\n", argv[4], status, argv[2]);
            return 1;
        }
    } else {
        fail("is called as its first lines say", argv[0]);
    }
    return 0;
}
