"""Variations: one file for each family of conditions, and the table of all.

model.py    what a variation is
table.py    all of them, in the order of how often their cause is met
stories.py  which of them can be told at once
proof.py    what proves that one took
moments.py  the constant moments of both stories

addresses.py    where memory lies                 memory.py       how much of it there is
clock.py        the time, and how it goes on      path.py         build and home directory, PATH
directories.py  in which order they are listed    pid.py          process numbers
environment.py  a variable more, its size         processors.py   how many, of which model
file_system.py  what the build lies on            randomness.py   random bytes, seeds of hash tables
file_times.py   of sources and of what is made    references.py   digits of store paths
host.py         its name and its domain           schedule.py     how much goes on at once
identity.py     user and group                    terminal.py     whether there is one
kernel.py       its release and version           seed.py         what the chain begins with
leftovers.py    of the build before               umask.py        what is taken from permissions
limits.py       of a process                      zone.py         the time zone
locale.py       language and encoding
"""
