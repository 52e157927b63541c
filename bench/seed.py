"""Seed to the fixpoint of TinyCC and musl on one core, layer by layer, beside gcc -O0 compiling that TinyCC.

The baseline: gcc, because the tests need it anyway; TinyCC's text, because that is what the seed
was written to compile; -O0, because the seed's compilers do not optimise either. A generation that is
not listed was found to be there: its inputs are the same as those of the one before.
BENCH_DIR says where (a tmpfs shows the work, a disk shows the disk, too).
"""

import itertools
import json
import os
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from measure import Figure, bootstrap, command, environment

from bootstrap.fetch.lay import lay
from bootstrap.recipe.evaluate import evaluate
from bootstrap.recipe.model import Source, Write

ROOT = Path(__file__).parents[1]
LIBC = ROOT / "seeds/hex/libc"
LAYERS = [f"seeds/hex/seed.star:{name}" for name in ("hx", "tc", "mc", "cc", "tcc0")]
GENERATIONS = [f"stage0:{name}" for name in ("musl0", "tcc1", "musl1", "tcc2", "musl", "tcc")]
DEFINED = ["-DONE_SOURCE=1", "-DCONFIG_TCCBOOT"]
RUNS = 3


def answer(*words: str) -> list[dict[str, object]]:
    done = subprocess.run(bootstrap(*words, "--json"), env=env, check=True, capture_output=True)
    return json.loads(done.stdout)


def lay_tinycc(archives: Path, target: Path) -> None:
    """TinyCC's source as stage0 compiles it, with its config.h."""
    stage = next(stage for stage in evaluate(ROOT, options={}).stages if stage.name == "stage0")
    tcc = next(recipe for recipe in stage.recipes if recipe.name == "tcc")
    source, config = dict(tcc.sources)[""], tcc.commands[0]
    assert isinstance(source, Source)
    assert isinstance(config, Write)
    target.mkdir()
    lay(source, target=target, archive=archives / source.file, project=ROOT)
    (target / config.path).write_text(config.text.format(out="/none", musl="/none"))


def of_builds(targets: list[str]) -> Iterable[Figure]:
    """What builds took by themselves, each in its sandbox; none for what was found to be there already."""
    taken = {row["id"]: row for row in answer("stats", "stage0")}
    for target, row in zip(targets, answer("hash", *targets), strict=True):
        if build := taken.get(row["id"]):
            yield Figure(target.split(":")[1], (build["wall"],), (build["user"] + build["system"],))


def show(figures: Iterable[Figure], budget: str = "") -> None:
    for figure in figures:
        ratio = figure.median_cpu / baseline.median_cpu
        row = f"{figure.name:44} {figure.median:8.2f} {figure.median_cpu:8.2f} {ratio:8.2f}   {budget}"
        print(row.rstrip())


with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as scratch:
    os.chdir(ROOT)
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    homes = itertools.count()
    env = environment(f"{scratch}/home")
    archives, tinycc = Path(scratch, "archives"), Path(scratch, "tinycc")
    subprocess.run(bootstrap("sources", "stage0", "--to", str(archives)), env=env, check=True)
    env["BOOTSTRAP_SOURCES"] = str(archives)
    lay_tinycc(archives, tinycc)

    def in_an_empty_home(name: str, target: str, runs: int) -> Figure:
        def empty() -> None:
            env["BOOTSTRAP_HOME"] = f"{scratch}/home-{next(homes)}"

        return command(name, bootstrap("run", target, "--offline"), env=env, runs=runs, before=empty)

    gcc = ["gcc", "-O0", "-w", *DEFINED, "-o", f"{scratch}/by-gcc", "tcc.c"]
    baseline = command("gcc -O0: TinyCC", gcc, cwd=str(tinycc), runs=RUNS)
    to_first = in_an_empty_home("seed to first TinyCC, the whole command", LAYERS[-1], RUNS)
    to_fixpoint = in_an_empty_home("seed to fixpoint, the whole command", "stage0", RUNS)

    (cc,) = answer("run", "seeds/hex/seed.star:cc")
    by_cc = [f"{env['BOOTSTRAP_HOME']}/store/{Path(str(cc['path'])).name}/bin/cc"]
    by_cc += ["-I", str(LIBC / "include"), "-I", ".", *DEFINED, "-o", f"{scratch}/by-cc"]
    texts = [str(text) for text in sorted(LIBC.glob("*.c"))]
    Path(tinycc, "nothing.c").write_text("int main(void) { return 0; }\n")
    libc = command("cc: libc", [*by_cc, "nothing.c", *texts], cwd=str(tinycc))
    both = command("cc: libc and TinyCC", [*by_cc, "tcc.c", *texts], cwd=str(tinycc))

    print(f"{'seconds; ratio of CPU':44} {'wall':>8} {'cpu':>8} {'ratio':>8}")
    show([baseline, libc, both])
    show(of_builds(LAYERS))
    show([to_first], "budget: 3 s of CPU")
    show(of_builds(GENERATIONS))
    show([to_fixpoint], "budget: 15 s of CPU")
