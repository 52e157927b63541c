"""From a plan to outputs in the store.

wish.py       how a plan is to be carried out
needs.py      what of it is there already, what must be built and checked
carry_out.py  the whole plan: threads, and what follows from each end
schedule.py   which job next: longest way to the end first, within cores and memory
builder.py    one derivation: sources laid out, commands run, outputs stored
enactment.py  how it is laid out and what it sees, wherever it is run
repair.py     what is damaged in the store: mended, built again, or forgotten
rules.py      what a result must keep: references, expectations
failure.py    what a failed build says
machine.py    cores and memory of this machine
events.py     what happens meanwhile, for whoever shows it
"""
