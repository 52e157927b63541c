"""From a plan to outputs in the store.

    carry_out.py  the whole plan: what is there already, what must be built, in which order
    schedule.py   which job next: longest way to the end first, within cores and memory
    builder.py    one derivation: sources laid out, commands run, outputs stored
    rules.py      what a result must keep: references, expectations
    failure.py    what a failed build says
    machine.py    cores and memory of this machine
    events.py     what happens meanwhile, for whoever shows it
"""
