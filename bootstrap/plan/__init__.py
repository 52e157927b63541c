"""What has to be built for a target, as values: derivations, their order, their rules. Pure.

make           targets → Plan
plan           the Plan: steps, rules, checks
target         "stage2:lua" → recipes and outputs
derive         a recipe or check → a derivation
derivation     one build, fully resolved; its canonical bytes and id
template       "{musl}/lib" filled in
explain        every field that enters an id
wire           a plan as bytes and back
"""

from __future__ import annotations

from bootstrap.plan.derivation import Derivation, Output
from bootstrap.plan.explain import explain
from bootstrap.plan.make import make_plan
from bootstrap.plan.plan import Check, Plan, Rule, Step
from bootstrap.plan.target import find_target, recipe_files
from bootstrap.plan.wire import plan_from_bytes, plan_to_bytes
from bootstrap.recipe.expectations import update_expectations

__all__ = [
    "Check",
    "Derivation",
    "Output",
    "Plan",
    "Rule",
    "Step",
    "explain",
    "find_target",
    "make_plan",
    "plan_from_bytes",
    "plan_to_bytes",
    "recipe_files",
    "update_expectations",
]
