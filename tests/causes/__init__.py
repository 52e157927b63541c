"""Small builds with a planted cause, and look-alikes without one: how well reprocheck finds causes.

cases/CAUSE.toml   builds with this cause; `several` holds those with more than one, `clean` those with none
common/            files that several cases have among their sources
case.py            a case as a value, and how it is read
project.py         the project of a case that is a recipe
judge.py           what reprocheck said of a case, against what is right
table.py           all of them, the sums, and the marks to reach
__main__.py        runs reprocheck over them and prints the table

A case is a table in a file of `cases`:

    [name]
    text = "one line for people"
    command = "what sh -eu does in a directory with the sources, leaving its result in $OUT"
    differs = ["paths or patterns of what differs, for the file's cause"]

and, where they are wanted:

    needs = ["gcc"]             programs without which it is not run; "libc.a": static linking
    options = ["--thorough"]    of reprocheck: what only shows when it is asked for
    files."a.c" = "text"        sources, by path
    common = ["kernel.h"]       sources from common/
    differs."a" = "time.clock"  in `several`: the cause of each path; a list where any of them may come first
    causes = ["uninit", "aslr"] which causes may be told first, where they are one and the same
    together = true             all causes of the list must be told
    why = "text"                the reason for any list of causes
    follows."sums" = "a"        it differs only because another file does

It must differ whenever its cause varies, never by luck.
"""
