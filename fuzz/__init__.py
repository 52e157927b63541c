"""Coverage-guided fuzzing of everything that reads what strangers wrote.

run             the command: ``fuzz/run TARGET [SECONDS]``
engine.py       a target under atheris (libFuzzer), its corpus kept and made small
scratch.py      a place in memory where targets may unpack and patch
targets/        one file for each: what is given the bytes, and what must hold then
corpus/         inputs that reach different code, by target; every run of the tests tries them all
dictionaries/   words of the formats, by target (libFuzzer's form)
found/          what runs add, and what made a target fail; not kept in git
"""
