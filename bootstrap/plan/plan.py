"""The derivations needed for a target, in dependency order, and the rules their results must keep.

What is in a `Step` beside its derivation never influences the bytes of a result: it says where
the build comes from, which references may remain, and what is expected. So it is not in the id,
and is applied each time a result is used, also to one that was built under other rules.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from bootstrap.digest import Digest
from bootstrap.plan.derivation import Derivation, Output
from bootstrap.recipe.model import Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing that must not be referred to: the planned output, and whose rule it is.

    Rules speak of planned outputs. Different derivations may meet at one store path (early cutoff),
    so whoever applies a rule must leave alone a path that is also that of a lib, or the result's own.
    """

    forbidden: Output
    name: str
    """name@version of what is forbidden."""
    because: str
    """Whose rule: 'stage1 forbids stage0', 'lua forbids tcc', 'tcc is a tool of lua'."""
    direct: bool = False
    """The reference may remain where a lib of the step brings it along (rules on tools); otherwise
    it must not be there in any way (rules of `forbid`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A test of a step's result."""

    name: str
    derivation: Derivation
    where: Location

    @property
    def id(self) -> Digest:
        return self.derivation.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One derivation of a plan, and what is asked of its result."""

    derivation: Derivation
    where: Location
    description: str = ""
    variable: str = ""
    """The name its author gave the recipe in the file."""
    stage: str = ""
    """The stage it is a result of; "" for what only serves others."""
    libs: tuple[str, ...] = ()
    """Names of the inputs that the outputs may refer to; the rest of the inputs are tools."""
    rules: tuple[Rule, ...] = ()
    expected: tuple[tuple[str, Digest], ...] = ()
    """Output name and output digest, from the `expectations` file; sorted."""
    expectations_file: str = ""
    """Path of that file from the project's root, existing or not."""
    checks: tuple[Check, ...] = ()
    """The quick checks, run with every build."""
    slow_checks: tuple[Check, ...] = ()
    cores: int = 1
    """The most cores it can make use of; 0: all there are."""

    @property
    def id(self) -> Digest:
        return self.derivation.id


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Steps in dependency order (inputs before users, ties by name), and what was asked for."""

    steps: tuple[Step, ...]
    targets: tuple[Output, ...]
    """In the order asked for, each once."""

    def step(self, id: Digest) -> Step:
        """The step with this planned id; KeyError if there is none."""
        return self._by_id[id]

    def label(self, step: Step) -> str:
        """What people are told of a step: name@version, and of several with the same one which it is."""
        return self._labels[step.id]

    @cached_property
    def _labels(self) -> dict[Digest, str]:
        counts = Counter(step.derivation.title for step in self.steps)
        return {
            step.id: _particular(step) if counts[step.derivation.title] > 1 else step.derivation.title
            for step in self.steps
        }

    @cached_property
    def _by_id(self) -> dict[Digest, Step]:
        return {step.id: step for step in self.steps}


def _particular(step: Step) -> str:
    """By its author's name for it; or by its place, if it has none there."""
    title = step.derivation.title
    if not step.variable:
        return f"{title} ({os.path.basename(step.where.file)}:{step.where.line})"
    return title if step.variable == step.derivation.name else f"{title} ({step.variable})"
