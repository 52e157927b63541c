"""Filling in the templates of a derivation; they are described and checked where recipes are read."""

from __future__ import annotations

from bootstrap.recipe.template import fill, literal, names, variable

__all__ = ["fill", "literal", "names", "variable"]
