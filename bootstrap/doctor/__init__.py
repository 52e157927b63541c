"""Whether builds can work on this host, and what to do where they cannot.

examine.py    every check, in the order in which they are told
finding.py    what a check found: ok, warn or bad, in which words, and what to do
kernel.py     the kernel and the processor
sandbox.py    namespaces and their settings; a sandbox is really made, and a program run in it
limits.py     how limits are kept, and what the host's own allow
home.py       BOOTSTRAP_HOME: its file system, its room, the store in it
origins.py    what sources are fetched with
clock.py      the time
python.py     Python and the libraries

A check asks the host and changes nothing that stays. Where it reads files of /proc or /sys, `root` is
where they are found.
"""
