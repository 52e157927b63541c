"""Times of files, and who wrote them."""

from __future__ import annotations

import pytest

from bootstrap.recipe.model import Exec, Write
from bootstrap.sandbox.conditions import Conditions, Traps
from tests.sandbox.conftest import PYTHON
from tests.sandbox.trapped import LINKED, program, run, says

pytestmark = pytest.mark.sandbox

WRITERS = Conditions(traps=Traps(writers=True))


@pytest.mark.parametrize("linked", LINKED)
def test_what_the_sandbox_wrote_has_one_time(build, linked):
    (build.build / "old").touch()
    words = says(build, Traps(file_times=12345), "file_times", "old", by=program(linked))
    old = str(int((build.build / "old").stat().st_mtime))
    assert words == [
        "12345", "12345", "12345,1", "12345,1", "12345,12345", "12345", "12345", "1000", old,
    ]  # fmt: skip


def test_builtin_commands_write_too(build):
    show = Exec(argv=("stat", "-c", "%Y %X %Z", "f"))
    conditions = Conditions(traps=Traps(file_times=777))
    assert build.run(Write(path="f", text="x"), show, conditions=conditions).ok
    assert build.output == "777 777 777\n"


def test_what_descriptors_are_is_not_hidden(build):
    script = (
        "import os, sys; print(os.path.samestat(os.fstat(0), os.stat('/dev/null')), oct(os.fstat(1).st_mode))"
    )
    conditions = Conditions(traps=Traps(file_times=1))
    assert build.computes(script, conditions=conditions) == "True 0o10600\n"


def test_who_wrote_what_under_its_last_name(build):
    outcome = run(build, Traps(writers=True), "writes")
    names = ("created", "linked", "moved", "moved/final", "moved/through", "opened", "way")
    assert sorted(outcome.writers) == [f"/build/{name}" for name in names]
    assert {*outcome.writers.values()} == {"/trapped writes"}


def test_a_shells_and_a_compilers_files(build):
    outcome = build.sh(
        "echo 'int main(void) { return 0; }' > a.c; gcc -c a.c; ar rc b.a a.o; cp a.o c.o; mv c.o d.o",
        conditions=WRITERS,
    )
    assert outcome.ok, build.output
    by = {path.rpartition("/")[2]: program.split()[0] for path, program in outcome.writers.items()}
    assert by["a.c"] == "sh"
    assert by["a.o"] in ("as", "/usr/bin/as")
    assert by["b.a"] == "ar"
    assert by["d.o"] == "cp"
    assert "c.o" not in by


def test_command_lines_are_cut_and_any_name_is_kept(build):
    script = "import os\nopen(b'/build/\\xff\\n', 'w').close()\n#" + "x" * 1000
    outcome = build.py(script, conditions=WRITERS)
    assert outcome.ok, build.output
    [(path, by)] = outcome.writers.items()
    assert path == "/build/\udcff\n"
    assert by.startswith(PYTHON)
    assert len(by) == 200


def test_many_files(build):
    script = "import os\nfor n in range(20000): os.close(os.open(f'/tmp/{n}', os.O_CREAT | os.O_WRONLY))"
    outcome = build.py(script, conditions=WRITERS)
    assert outcome.ok
    assert len(outcome.writers) == 20000


def test_none_are_told_unless_asked_for(build):
    assert build.sh("touch x", conditions=Conditions(traps=Traps(processors=3))).writers == {}


def test_inode_numbers_are_those_of_names_and_a_seed(build):
    def numbers(seed: int) -> list[str]:
        conditions = Conditions(traps=Traps(inodes=seed, directories="sorted"))
        command = "echo > a; ln -f a b; mkdir -p d; stat -c %i a b d .; ls -i d/.. | cut -d' ' -f1"
        assert build.sh(command, conditions=conditions).ok, build.output
        return build.output.split()

    first = numbers(1)
    a, b, d, here = first[:4]
    assert a == b
    assert len({a, d, here}) == 3
    assert {a, d} <= set(first[4:])
    assert numbers(1) == first
    assert not {*numbers(2)} & {*first}
