"""The command line: one verb per file.

main.py    the program: its verbs, its help
verbs.py   the table of verbs
"""
