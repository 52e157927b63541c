"""What has to be built for a target, as values: derivations, their order, their rules. Pure.

make           targets → Plan
plan           the Plan: steps, rules, checks
target         "stage2:lua" → recipes and outputs
files          "hello.star:hello": the recipe files that targets name
derive         a recipe or check → a derivation
derivation     one build, fully resolved; its canonical bytes and id
explain        every field that enters an id
"""
