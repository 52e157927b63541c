"""The command line: one verb per file.

main.py      the program: its verbs, its help
program.py   what every program shares: finds the verb, turns errors into exit statuses
verbs.py     the table of verbs
settings.py  home, project, options: what the person's environment says
session.py   what a verb works with: the project, the plan, the store, the fetcher
settled.py   what was found in order before need not be looked at again
progress.py  what happens, on a terminal and elsewhere
reading.py   how far reading the store has come, with bytes per second
say.py       answers on standard output, all else on standard error
"""

import gc

gc.set_threshold(100_000)
"""Objects that are made before cycles among them are looked for: more than a short run makes, for which
looking is a twentieth of the time. Here, as imports make most of them."""
