"""Commands of this host: their source, what they leave, what they leave behind."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bootstrap.errors import Interrupted, UsageError
from bootstrap.recipe.model import Limits
from bootstrap.sandbox import Launcher
from reprocheck.circumstances import Circumstances
from reprocheck.subject import Build
from reprocheck.subjects.command import CommandSubject
from reprocheck.variation.table import find

pytestmark = pytest.mark.sandbox

Make = Callable[..., CommandSubject]


@pytest.fixture(scope="module")
def launcher() -> Iterator[Launcher]:
    with Launcher() as launcher:
        yield launcher


@pytest.fixture
def make(launcher: Launcher) -> Iterator[Make]:
    made: list[CommandSubject] = []

    def subject(script: str, **options: object) -> CommandSubject:
        made.append(CommandSubject(["sh", "-c", script], launcher=launcher, **options))  # type: ignore[arg-type]
        return made[-1]

    yield subject
    for each in made:
        each.close()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    source = tmp_path / "source"
    (source / "deep").mkdir(parents=True)
    (source / "deep/script").write_text("#!/bin/sh\necho made > made\n")
    (source / "deep/script").chmod(0o750)
    (source / "link").symlink_to("deep/script")
    os.utime(source / "deep/script", (1234567890, 1234567890))
    os.utime(source / "deep", (1234567891, 1234567891))
    return source


def build(subject: CommandSubject, circumstances: Circumstances | None = None) -> Build:
    return subject.build(circumstances or Circumstances(), cancel=threading.Event())


def text(build: Build, name: str) -> str:
    assert build.ok, build.message
    return (build.outputs["out"] / name).read_text()


def test_the_source_is_as_it_is_and_fresh_for_each_build(make: Make, source: Path) -> None:
    look = "stat -c '%a %Y %N' deep deep/script link > $OUT/seen; ls made 2>/dev/null >> $OUT/seen; ./link"
    subject = make(look, source=source)
    for _ in range(2):
        lines = text(build(subject), "seen").splitlines()
        assert [line.split(" ")[:2] for line in lines[:2]] == [["755", "1234567891"], ["750", "1234567890"]]
        assert lines[2].endswith("'link' -> 'deep/script'")
        assert len(lines) == 3
    assert not (source / "made").exists()


def test_times_of_the_source_can_be_told(make: Make, source: Path) -> None:
    subject = make("stat -c %Y deep deep/script link > $OUT/seen", source=source)
    assert text(build(subject, Circumstances(source_times=1251401861)), "seen").split() == ["1251401861"] * 3


def test_a_source_with_a_fifo_is_refused(make: Make, source: Path) -> None:
    os.mkfifo(source / "pipe")
    with pytest.raises(UsageError, match="pipe is a fifo"):
        make("true", source=source)


def test_a_source_that_is_not_there_is_refused(make: Make, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        make("true", source=tmp_path / "none")


@pytest.mark.parametrize("out", ["/tmp", "../out", "a/../../out"])
def test_a_result_outside_of_the_source_is_refused(make: Make, out: str) -> None:
    with pytest.raises(UsageError, match="not beneath the source"):
        make("true", out=out)


def test_a_directory_of_the_source_may_be_the_result(make: Make) -> None:
    built = build(make("mkdir -p build/dist; echo x > build/dist/file", out="build/dist"))
    assert text(built, "file") == "x\n"


@pytest.mark.parametrize(
    ("script", "out"), [("ln -s {victim} d", "d/e"), ("ln -s {victim}/e d", "d"), ("mkdir d; ln -s d c", "c")]
)
def test_a_result_behind_a_symlink_is_refused_and_what_it_leads_to_is_left_alone(
    make: Make, tmp_path: Path, script: str, out: str
) -> None:
    (tmp_path / "victim/e").mkdir(parents=True)
    (tmp_path / "victim/e/precious").touch()
    failed = build(make(script.format(victim=tmp_path / "victim"), out=out))
    assert f"left {out} of the source as a symlink, or behind one" in failed.message
    assert (tmp_path / "victim/e/precious").exists()


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("mkdir $OUT/d; mkfifo $OUT/d/pipe", "d/pipe: is a fifo"),
        ("cd $OUT; for i in $(seq 300); do mkdir a && cd a; done", "deeper than 200 levels"),
        ("cd $OUT; for i in $(seq 12); do mkfifo $i; done", "and 2 more"),
    ],
)
def test_what_cannot_be_compared_is_a_failed_build(make: Make, script: str, said: str) -> None:
    failed = build(make(script))
    assert failed.message.startswith("what was built cannot be compared:\n")
    assert said in failed.message


def test_what_its_owner_may_not_read_becomes_readable(make: Make) -> None:
    script = "mkdir $OUT/d; echo x > $OUT/d/file; ln -s /none $OUT/link; chmod 0 $OUT/d/file $OUT/d"
    assert text(build(make(script)), "d/file") == "x\n"


def test_a_limit_that_was_passed_names_the_option_that_raises_it_if_there_is_one(make: Make) -> None:
    failed = build(make("sleep 9", limits=Limits(time=0.3)))
    assert "0.3 seconds of wall time and was killed whole; --timeout raises it" in failed.message
    failed = build(make("echo long", limits=Limits(log=2)))
    assert "2 bytes of log and was killed whole\n" in failed.message


def test_holes_of_the_source_stay(make: Make, source: Path) -> None:
    with (source / "sparse").open("wb") as file:
        file.truncate(4 << 30)
        file.seek(3 << 30)
        file.write(b"there")
    look = "stat -c '%s %b' sparse > $OUT/seen; tail -c +3221225473 sparse | head -c 5 >> $OUT/seen"
    size, blocks, there = text(build(make(look, source=source)), "seen").split()
    assert (int(size), there) == (4 << 30, "there")
    assert int(blocks) < 1000


def test_a_source_that_is_too_deep_is_refused(make: Make, source: Path) -> None:
    deep = source.joinpath(*["d"] * 300)
    deep.mkdir(parents=True)
    with pytest.raises(UsageError, match="deeper than 200 levels"):
        make("true", source=source)


def test_a_source_that_holds_the_directory_for_temporary_files_is_refused(
    make: Make, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(source))
    with pytest.raises(UsageError, match="holds the directory that it would be copied to") as raised:
        make("true", source=source)
    assert "TMPDIR" in raised.value.hint


def test_permissions_of_the_result_stay(make: Make) -> None:
    script = "umask 027; echo x > $OUT/file; mkdir $OUT/directory; ln -s file $OUT/link"
    out = build(make(script)).outputs["out"]
    assert (out / "file").stat().st_mode & 0o777 == 0o640
    assert (out / "directory").stat().st_mode & 0o777 == 0o750
    assert (out / "link").readlink() == Path("file")


@pytest.mark.parametrize("out", ["", "dist"])
def test_a_build_that_leaves_nothing_is_told(make: Make, out: str) -> None:
    failed = build(make("true", out=out))
    assert failed.message.startswith("the build left nothing under ")
    assert not failed.ok


def test_a_build_that_fails_is_a_result_with_its_last_words(make: Make) -> None:
    failed = build(make("echo so long; exit 3"))
    assert "exit status 3" in failed.message
    assert "so long" in failed.message


def test_nothing_of_the_callers_environment_passes_but_path(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", "x")
    seen = dict(
        line.split("=", 1)
        for line in text(build(make("env > $OUT/env", env={"OWN": "1"})), "env").splitlines()
    )
    assert "SECRET" not in seen
    assert seen["OWN"] == "1"
    assert seen["PATH"] == os.environ["PATH"]
    assert (seen["HOME"], seen["TZ"], seen["LC_ALL"], seen["USER"]) == ("/homeless", "UTC", "C", "build")


def test_variables_that_were_asked_for_are_never_varied(make: Make) -> None:
    subject = make("echo $TZ > $OUT/zone", env={"TZ": "JST-9"})
    assert subject.suits("time.tz") == "it sets TZ itself"
    assert subject.suits("env.path") == ""
    assert make("true", env={"PATH": "/bin"}).suits("env.path") == "it sets PATH itself"
    assert text(build(subject, find("time.tz").vary(Circumstances())), "zone") == "JST-9\n"


def test_home_and_tmp_are_empty_unless_the_build_before_is_to_show(make: Make) -> None:
    subject = make(
        "ls -A ~ $TMPDIR > $OUT/seen; echo x > ~/kept; mkdir -p $TMPDIR/left; touch $TMPDIR/left/f"
    )
    assert "kept" not in text(build(subject), "seen")
    assert "kept" not in text(build(subject), "seen")
    seen = text(build(subject, Circumstances(state=True)), "seen")
    assert "kept" in seen
    assert "left" in seen
    assert "kept" not in text(build(subject), "seen")


def test_a_state_that_nothing_left_is_empty(make: Make) -> None:
    assert build(make("ls -A ~ > $OUT/seen"), Circumstances(state=True)).ok


def test_the_language_of_the_varied_locale_is_known_to_the_c_library(make: Make) -> None:
    row = find("locale")
    if why := row.obstacle():
        pytest.skip(why)
    subject = make(
        "date -d @0 +%B > $OUT/month; printf 'i\\nz\\nc\\nç\\nd\\n' | sort | tr -d '\\n' > $OUT/order"
    )
    control, varied = build(subject), build(subject, row.vary(Circumstances()))
    assert (text(control, "month"), text(varied, "month")) == ("January\n", "Ocak\n")
    assert (text(control, "order"), text(varied, "order")) == ("cdizç", "cçdiz")


def test_a_build_in_memory_leaves_its_result(make: Make) -> None:
    row = find("fs.type")
    if why := row.obstacle():
        pytest.skip(why)
    assert text(build(make("stat -f -c %T . > $OUT/type"), row.vary(Circumstances())), "type") == "tmpfs\n"


def test_what_does_not_suit_a_command_is_told(make: Make) -> None:
    subject = make("true")
    assert subject.suits("store.reference")
    assert subject.suits("order.parallel")
    assert subject.stored() is None


def test_a_build_is_interrupted(make: Make) -> None:
    cancel = threading.Event()
    threading.Timer(0.3, cancel.set).start()
    with pytest.raises(Interrupted):
        make("sleep 1000").build(Circumstances(), cancel=cancel)


def test_nothing_is_left_of_a_closed_subject(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    subject = make("mkdir -m 0 ~/locked; echo x > $OUT/x")
    out = build(subject).outputs["out"]
    assert tmp_path in out.parents
    subject.close()
    assert [*tmp_path.rglob("x")] == []


def test_its_id_is_that_of_words_variables_and_source(make: Make, source: Path) -> None:
    first = make("true", source=source, env={"A": "1"}).id
    assert make("true", source=source, env={"A": "1"}).id == first
    others = [make("false", source=source, env={"A": "1"}).id, make("true", source=source).id]
    others.append(make("true", source=source, env={"A": "1"}, out="deep").id)
    (source / "deep/script").write_text("another")
    others.append(make("true", source=source, env={"A": "1"}).id)
    assert len({first, *others}) == 5
