"""The command line: one verb per file.

main.py      the program: its verbs, its help, the verb that is meant where none is named
verbs.py     the table of verbs
checking.py  checks of targets and of commands, carried out
rotating.py  how far a subject got, varying a part in each run
choice.py    which variations take part
several.py   several subjects at once
keeping.py   a subject whose builds are copied aside
progress.py  what is shown meanwhile
tell.py      reports in the form that was asked for; exit statuses
"""
