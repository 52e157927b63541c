"""What a check found, and every way to show it.

model.py        the report as values
schema.py       as JSON, and back
terminal.py     as lines for whoever has to act on it
html.py         as one page; page.css is its style
markdown.py     for a pull request
summary.py      what reports come to, in words that all forms share
differences.py  where a file differs, as lines
excerpt.py      bytes, cut into what is alike and what differs
paint.py        colour, or none
"""
