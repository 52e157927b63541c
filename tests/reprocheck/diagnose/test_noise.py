"""What is said of files that differ with nothing varied."""

from __future__ import annotations

from reprocheck.diagnose.evidence import Clue, Evidence
from reprocheck.diagnose.noise import causes_of_noise, worth_of_silence
from reprocheck.diagnose.rank import refined
from reprocheck.report.model import Confidence


def clues(**strengths: float) -> Evidence:
    found = [
        Clue(name=name.replace("_", "."), strength=strength, text=name)
        for name, strength in strengths.items()
    ]
    return Evidence(clues=tuple(sorted(found, key=lambda clue: -clue.strength)))


def test_what_every_build_holds_still_is_not_behind_noise():
    evidence = clues(order_readdir=0.6, order_hash=0.5, order_parallel=0.4)
    (cause,) = causes_of_noise(evidence, (1, 4), held={"order.readdir", "order.hash"})
    assert (cause.cause, cause.confidence) == ("order.parallel", Confidence.LIKELY)


def test_equal_builds_on_one_processor_show_the_schedule():
    (cause,) = causes_of_noise(clues(), (1, 4), pinned=((5, "x"), (6, "x")))
    assert (cause.cause, cause.confidence) == ("order.parallel", Confidence.SHOWN)
    assert cause.evidence[-1].builds == (5, 6)


def test_one_build_on_one_processor_shows_nothing():
    causes = causes_of_noise(clues(), (1, 4), pinned=((5, "x"),))
    assert not any(cause.confidence is Confidence.SHOWN for cause in causes)


def test_bytes_without_any_look_may_be_memory_that_nobody_wrote_and_numbers_inodes():
    assert causes_of_noise(clues(), (1, 2))[0].cause == "uninit"
    assert causes_of_noise(clues(inode=0.15), (1, 2))[0].cause == "inode"


def test_looks_tell_which_cause_a_variation_stands_for():
    assert refined("rng", clues(tmpname=0.6, rng=0.4)) == "tmpname"
    assert refined("rng", clues(order_hash=0.5)) == "order.hash"
    assert refined("rng", clues(rng=0.6)) == "rng"
    assert refined("time.elapsed", clues(benchmark=0.65)) == "benchmark"
    assert refined("env.var", clues(aslr=0.5, uninit=0.35)) == "aslr"
    assert refined("env.var", clues(env_var=1.0, aslr=0.5)) == "env.var"
    assert refined("host.name", clues(tmpname=0.6)) == "host.name"


def test_silence_is_worth_the_rule_of_three():
    assert "100.0" in worth_of_silence(300)
