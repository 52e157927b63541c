"""Recipe files (docs/reference/recipes.md) as values. Pure, but for one reader of files.

model          what an author writes, as values: Recipe, Source, Check, Stage, ...
evaluate       files → Project: which files, in which order; all faults told together
project        the Project, and how its root is found
dialect        Starlark, its limits and its errors; the only door to starlark-pyo3
prelude        the functions of the dialect as the files see them
catalogue      what has been defined so far
call           one call: its arguments by name and type, and where it stands
definition     recipe(), override(), check()
command        run(), script(), mkdir(), ...
material       source(), files()
staging        stage(), option()
forbidden      what outputs must not refer to, and whose rule that is
template       "{musl}/lib": store paths in commands
expectations   the digests committed beside a stage
reader         how files are read, and what was looked at
pattern        "patches/*.patch"
text           where in a file something stands
fault          what is wrong, with source line and caret
spelling       "did you mean"
"""
