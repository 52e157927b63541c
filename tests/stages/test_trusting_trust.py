"""An attack that must fail: a seed whose compiler has a backdoor that no source shows any more."""

from __future__ import annotations

import json
import shutil
import tarfile
from pathlib import Path

import pytest

from tests.stages.conftest import ROOT, Chain

pytestmark = [pytest.mark.stages, pytest.mark.sandbox]

BACKDOOR = Path(__file__).with_name("backdoor.c").read_text()
LOGIN = '#include <string.h>\nstatic int allowed(const char *p) { return strcmp(p, "open sesame") == 0; }\n'


def planted(source: str) -> str:
    """TinyCC's libtcc.c with the backdoor: what it does itself to each that it compiles."""
    numbers = "".join(f"{byte}," for byte in BACKDOOR.encode()) + "0,"
    before, opening, rest = source.partition("ST_FUNC int tcc_open(")
    rest = rest.replace("    return 0;\n", "    return backdoor(s1, filename, fd);\n", 1)
    return f"{before}static const char backdoor_text[] = {{{numbers}}};\n{BACKDOOR}{opening}{rest}"


@pytest.fixture
def attacked(chain: Chain, tmp_path: Path) -> Chain:
    """A checkout in which Debian's tcc is as if it had been compiled from other source than it shows."""
    copy = tmp_path / "checkout"
    for part in ("stages", "seeds", "lib"):
        shutil.copytree(ROOT / part, copy / part)
    chain("sources", "stage0", "--to", str(tmp_path / "sources"))
    with tarfile.open(next((tmp_path / "sources").glob("tcc_*.orig.tar.bz2"))) as archive:
        member = archive.extractfile("libtcc.c")
        assert member is not None
        source = member.read().decode()
    (copy / "seeds/debian-tcc/libtcc.c").write_text(planted(source))
    recipe = copy / "seeds/debian-tcc/seed.star"
    text = recipe.read_text()
    for old, new in (
        ("sources = {", 'sources = {"planted": files("libtcc.c"), '),
        ("commands = [", 'commands = [copy("planted/libtcc.c", "libtcc.c"),'),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    recipe.write_text(text)
    return chain.at(copy)


def passes(chain: Chain, tmp_path: Path, seed: str) -> bool:
    """Whether a program compiled by the finished tcc takes a wrong password."""
    work = tmp_path / seed
    work.mkdir()
    (work / "password.h").write_text(LOGIN)
    (work / "login.c").write_text('#include "password.h"\nint main(void) { return !allowed("guess"); }\n')
    tcc = f"tcc -o {work}/login {work}/login.c && {work}/login"
    words = ("exec", "tcc", "--seed", seed, "--", "sh", "-c", tcc)
    return chain.start(*words).returncode == 0


def test_a_backdoor_that_reproduces_itself_is_found_and_its_seed_named(
    attacked: Chain, tmp_path: Path
) -> None:
    done = attacked.start("converge", "stage0", "--json")
    assert done.returncode == 7, done.stderr
    judged = {each["seed"]: each for each in json.loads(done.stdout)}
    assert judged.pop("debian-tcc")["verdict"] == "differs"
    assert {each["verdict"] for each in judged.values()} == {"agrees"}
    assert "debian-tcc is the odd one out" in attacked.start("converge", "stage0").stdout
    # nobody is taken in who does not ask for it, either: the expectations are the honest ones
    assert attacked.start("run", "stage0", "--seed", "debian-tcc").returncode == 7
    # and the attack is real: all sources of the finished compiler are clean, and it does its work
    (attacked.root / "stages/00-toolchain/expectations").unlink()
    assert passes(attacked, tmp_path, "debian-tcc")
    assert not passes(attacked, tmp_path, "debian-gcc")
