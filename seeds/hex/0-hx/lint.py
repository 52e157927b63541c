"""Checks what hx does not: that its input is bytes, labels and references, and every label defined once.

    python lint.py FILE...

Prints `FILE:LINE: what is wrong` for every fault; the exit status is 1 if there was one.
"""

from __future__ import annotations

import re
import sys

TOKEN = re.compile(r"(?P<bytes>(?:[0-9A-Fa-f]{2})+)|:(?P<label>\w\w)|@(?P<reference>\w\w)", re.ASCII)


def faults(text: str) -> list[tuple[int, str]]:
    """What is wrong with an input of hx: line numbers (from 1) and sentences, by line."""
    found: list[tuple[int, str]] = []
    labels: dict[str, int] = {}
    references: list[tuple[int, str]] = []
    for number, line in enumerate(text.split("\n"), 1):
        for word in line.split("#")[0].split():
            token = TOKEN.fullmatch(word)
            if not token:
                found.append((number, f"{word} is no byte, :label or @label"))
            elif label := token["label"]:
                if label in labels:
                    found.append((number, f"label {label} is defined in line {labels[label]} already"))
                labels.setdefault(label, number)
            elif token["reference"]:
                references.append((number, token["reference"]))
    found += [(number, f"label {name} is not defined") for number, name in references if name not in labels]
    if not text.endswith("\n"):
        found.append((text.count("\n") + 1, "the last line does not end"))
    return sorted(found)


def main(paths: list[str]) -> int:
    wrong = False
    for path in paths:
        with open(path, encoding="utf-8") as file:
            for number, fault in faults(file.read()):
                print(f"{path}:{number}: {fault}")
                wrong = True
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
