"""What can be built again: `reprocheck.subject.Subject` for recipes and for any command.

recipe.py   a planned derivation, built aside: nothing of it enters the store
command.py  a command on this host, in a fresh copy of its source
chain.py    what a recipe is built from, begun with another seed
digits.py   store paths with other digits, and back
result.py   what a command left, made fit to be compared
copy.py     a fresh copy of a directory, times kept
places.py   directories for builds, on disk and in memory
run.py      one run in a sandbox under circumstances, and what came of it
"""
