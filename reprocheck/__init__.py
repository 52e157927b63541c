"""Things built again under other circumstances: whether the results are the same, and if not, why.

circumstances.py  all that one build is told about the world, as a value
variation/        one condition that is changed: control and varied story, marks, proof that it took
cause.py          why bytes differ: what each cause means, and what to do
subject.py        what can be built again: a recipe, a command
diagnose/         from a subject and its variations to a report
report/           what was found, and every way to show it
compare/          two files or trees → their differences
cli/              one verb per file
"""
