"""The search, against files of which it is known what changes them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from reprocheck.diagnose.search import File, Varied, next_build

NAMES = [f"v{number:02}" for number in range(35)]
EVERY: Varied = frozenset(NAMES)
Truth = Callable[[Varied], object]


def depends_on(*causes: str) -> Truth:
    """Each of them changes it."""
    return lambda varied: varied & set(causes)


def together(*causes: str) -> Truth:
    """It changes if all of them are varied."""
    return lambda varied: set(causes) <= varied


def search(truths: Mapping[str, Truth], weights: Mapping[str, Mapping[str, float]] | None = None):
    """The files after a whole search, and how many builds it took."""
    files = {name: File(EVERY, (weights or {}).get(name)) for name in truths}
    built: list[Varied] = []

    def build(varied: Varied) -> None:
        built.append(varied)
        for name, truth in truths.items():
            files[name].see(len(built), varied, truth(varied))

    build(frozenset())
    build(EVERY)
    while len(built) < 60:
        again = [file.wants_again(file.shown()) for file in files.values() if not file.is_noisy()]
        wanted = next((each for each in again if each is not None), None)
        if wanted is None:
            calm = [file for file in files.values() if not file.is_noisy()]
            wanted = next_build(calm, built)
            if wanted is None:
                alone = [file.wants_alone(file.shown()) for file in calm]
                wanted = next((each for each in alone if each is not None and each not in built), None)
        if wanted is None:
            break
        build(wanted)
    return files, len(built)


def test_a_cause_that_is_expected_is_shown_by_the_third_build():
    files, builds = search({"f": depends_on("v07")}, {"f": {"v07": 100.0}})
    assert (set(files["f"].shown()), builds) == ({"v07"}, 3)


def test_two_expected_causes_of_two_files_take_a_build_or_two_more():
    truths = {"f": depends_on("v07"), "g": depends_on("v21")}
    files, builds = search(truths, {"f": {"v07": 100.0}, "g": {"v21": 100.0}})
    assert [set(file.shown()) for file in files.values()] == [{"v07"}, {"v21"}]
    assert builds <= 5


@given(st.sampled_from(NAMES))
def test_one_cause_among_many_takes_the_logarithm_of_builds(cause):
    files, builds = search({"f": depends_on(cause)})
    assert set(files["f"].shown()) == {cause}
    assert builds <= 2 + math.ceil(math.log2(len(NAMES))) + 1


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(NAMES), min_size=2, max_size=2, unique=True))
def test_two_causes_of_one_file_are_both_shown(causes):
    files, builds = search({"f": depends_on(*causes)})
    assert set(files["f"].shown()) == set(causes)
    assert builds <= 2 * math.ceil(math.log2(len(NAMES))) + 8


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(NAMES), min_size=2, max_size=2, unique=True))
def test_causes_that_show_only_together_are_found_and_told_so(causes):
    files, builds = search({"f": together(*causes)})
    shown = files["f"].shown()
    assert set(shown) == set(causes)
    assert files["f"].together(shown)
    assert builds <= 2 * math.ceil(math.log2(len(NAMES))) + 8


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(st.sampled_from("fghijk"), st.sampled_from(NAMES), min_size=1, max_size=6))
def test_builds_are_shared_by_all_files(causes):
    files, builds = search({name: depends_on(cause) for name, cause in causes.items()})
    assert {name: set(file.shown()) for name, file in files.items()} == {
        name: {cause} for name, cause in causes.items()
    }
    assert builds <= 2 * math.ceil(math.log2(len(NAMES))) + 8


def test_a_file_that_is_never_the_same_is_noisy_and_nothing_is_blamed():
    counter = iter(range(1000))
    files, builds = search({"f": lambda varied: next(counter)})
    assert files["f"].is_noisy()
    assert not files["f"].shown()
    assert builds <= 5


def test_noise_in_one_file_does_not_disturb_another():
    counter = iter(range(1000))
    files, _ = search({"f": lambda varied: next(counter), "g": depends_on("v30")})
    assert not files["f"].shown()
    assert set(files["g"].shown()) == {"v30"}


@given(st.sampled_from(NAMES))
def test_what_is_not_the_cause_is_ruled_out(cause):
    files, _ = search({"f": depends_on(cause)})
    assert files["f"].ruled_out() == EVERY - {cause}
