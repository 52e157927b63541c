"""Statements: what a check found, signed, and what several rebuilders say of the same thing.

keys.py       ed25519 keys in PEM files
statement.py  a report as an in-toto Statement
envelope.py   a statement signed (DSSE), and read again only if the signature holds
challenge.py  the statements of several rebuilders: do enough of them agree?
"""
