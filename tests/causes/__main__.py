"""python -m tests.causes [NAME...] [-j N]

Runs reprocheck over every case, or over those whose name is, begins with "NAME/" or matches NAME, and
prints what it found. Exit status 1 if the marks of `table.py` are not reached.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor

from tests.causes.case import Case, cases
from tests.causes.judge import Judgement, run
from tests.causes.table import lines, sums


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.causes",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("-j", "--jobs", type=int, default=1, metavar="N")
    parser.add_argument("--list", action="store_true", help="names and descriptions only")
    wanted = parser.parse_args()
    chosen = cases(*wanted.names)
    if not chosen:
        parser.error(f"no case is named {' or '.join(wanted.names)}")
    if wanted.list:
        for case in chosen:
            print(f"{case.name:<32} {case.expected:<24} {case.text}")
        return 0
    missing = [(case, case.missing()) for case in chosen]
    here = [case for case, without in missing if not without]
    with ThreadPoolExecutor(wanted.jobs) as pool:
        judgements = list(pool.map(_told, here))
    for line in lines(judgements, [each for each in missing if each[1]]):
        print(line)
    return 0 if sums(judgements).good else 1


def _told(case: Case) -> Judgement:
    judgement = run(case)
    print(f"{case.name}: {'; '.join(judgement.wrong) or judgement.found}", file=sys.stderr, flush=True)
    return judgement


if __name__ == "__main__":
    sys.exit(main())
