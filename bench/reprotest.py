"""Ten builds with a planted cause: reprocheck beside reprotest --auto-build with diffoscope.

reprotest and diffoscope are looked for in REPROTEST_PATH, directories like those of PATH, and then in
PATH; with them faketime and disorderfs, without which reprotest leaves out the time and the order of
directories. reprotest 0.7.33 starts with Python 3.12 and later only. As root it can make use of all of
its variations but another user, which needs sudo.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.causes.case import Case, cases
from tests.causes.judge import PATH, run

NAMES = (
    "path.build/debug-information",
    "path.home/text",
    "time.clock/c-macros",
    "time.clock/static-program",
    "time.mtime/tar",
    "order.readdir/static-library",
    "order.hash/set",
    "host.name/zip-comment",
    "rng/build-id",
    "several/three-files",
)
CAUSES = {
    "environment": {"env.var"},
    "build_path": {"path.build"},
    "kernel": {"kernel.version"},
    "aslr": {"aslr"},
    "num_cpus": {"cpu.count"},
    "time": {"time.clock"},
    "user_group": {"user.uid", "user.name"},
    "fileordering": {"order.readdir"},
    "domain_host": {"host.name", "host.domain"},
    "home": {"path.home"},
    "locales": {"locale"},
    "exec_path": {"env.path"},
    "timezone": {"time.tz"},
    "umask": {"user.umask"},
}
"""What reprotest's variations stand for."""
REPROTEST = ("reprotest", "--verbosity=1", "--auto-build", "--vary=-user_group")
SEARCH = f"{os.environ.get('REPROTEST_PATH', '')}:{PATH}:/usr/sbin:/sbin".lstrip(":")


@dataclass(frozen=True)
class Answer:
    detected: bool
    said: str
    named: bool
    """Every cause that is expected, and no other."""
    builds: int
    seconds: float


def expected(case: Case) -> set[str]:
    return {cause for _, causes in case.differs for cause in causes}


def by_reprocheck(case: Case) -> Answer:
    judgement = run(case)
    return Answer(
        judgement.is_detected, judgement.found, judgement.is_right, judgement.builds, judgement.seconds
    )


def by_reprotest(case: Case) -> Answer:
    with tempfile.TemporaryDirectory(prefix="reprotest-") as scratch:
        source = Path(scratch, "source")
        source.mkdir()
        case.lay_out(source)
        source.joinpath("build.sh").write_text(f'export OUT="$(pwd)/out"\nmkdir "$OUT"\n{case.command}\n')
        began = time.monotonic()
        done = subprocess.run(
            [*REPROTEST, "-c", "sh -eu build.sh", ".", "out"],
            cwd=source,
            env={"PATH": SEARCH, "HOME": os.environ.get("HOME", "/"), "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
        )
        seconds = time.monotonic() - began
    text = done.stdout + done.stderr
    builds = text.count("build successful")
    if done.returncode not in (0, 1) or not builds:
        sys.exit(f"reprotest ended with {done.returncode} and {builds} builds:\n{text[-2000:]}")
    found = re.search(r"varying each of the following:\n(.*)\n", text)
    names = found[1].split() if found else []
    if found:
        said = " ".join(names) or "none"
    else:
        said = "nothing: differs with all fixed" if done.returncode else "reproducible"
    wanted = expected(case)
    named = bool(names) and all(CAUSES[name] & wanted for name in names)
    named = named and wanted <= {cause for name in names for cause in CAUSES[name]}
    return Answer(done.returncode == 1, said, named, builds, seconds)


if __name__ == "__main__":
    missing = [name for name in ("reprotest", "diffoscope") if not shutil.which(name, path=SEARCH)]
    if missing:
        sys.exit(
            f"there is no {' and no '.join(missing)}: pip install {' '.join(missing)}, and REPROTEST_PATH"
        )
    for name in ("faketime", "disorderfs"):
        if not shutil.which(name, path=SEARCH):
            print(f"there is no {name}: reprotest does without")
    print(f"{'case':<30}{'by':<12}{'detected':<10}{'named':<7}{'builds':>6}{'seconds':>9}  said")
    totals: dict[str, list[Answer]] = {"reprocheck": [], "reprotest": []}
    for case in [case for name in NAMES for case in cases(name)]:
        for program, by in (("reprocheck", by_reprocheck), ("reprotest", by_reprotest)):
            answer = by(case)
            totals[program].append(answer)
            detected, named = ("yes" if each else "no" for each in (answer.detected, answer.named))
            print(
                f"{case.name:<30}{program:<12}{detected:<10}{named:<7}"
                f"{answer.builds:>6}{answer.seconds:>9.1f}  {answer.said}",
                flush=True,
            )
    for program, answers in totals.items():
        print(
            f"{program}: detected {sum(each.detected for each in answers)} of {len(answers)}, "
            f"named {sum(each.named for each in answers)}, builds {sum(each.builds for each in answers)}, "
            f"{sum(each.seconds for each in answers):.1f} s"
        )
