"""Several rebuilders: agreement, disagreement, and too few."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reprocheck.statement.challenge import Agreement, challenge
from reprocheck.statement.envelope import Signed
from reprocheck.statement.statement import Claim


def said(key: str, output: str, *, of: str = "d1", result: str = "PASSED") -> Signed:
    claim = Claim(name=f"name of {of}", derivation=of, outputs=(("out", f"blake3:{output}"),), result=result)
    return Signed(claim=claim, statement={}, keys=(key,))


def test_enough_keys_that_say_the_same_agree() -> None:
    (answer,) = challenge([said("a", "x"), said("b", "x")], need=2)
    assert answer.agreement is Agreement.AGREE
    assert answer.claims == (((("out", "blake3:x"),), ("a", "b")),)


def test_one_key_that_says_it_twice_counts_once() -> None:
    (answer,) = challenge([said("a", "x"), said("a", "x")], need=2)
    assert answer.agreement is Agreement.NOT_ENOUGH


def test_one_other_output_is_a_disagreement_however_many_agree() -> None:
    (answer,) = challenge([said("a", "x"), said("b", "x"), said("c", "y")], need=2)
    assert answer.agreement is Agreement.DISAGREE
    assert [keys for _, keys in answer.claims] == [("a", "b"), ("c",)]


def test_who_found_it_not_reproducible_is_named() -> None:
    (answer,) = challenge([said("a", "x"), said("b", "x", result="FAILED")], need=2)
    assert answer.agreement is Agreement.AGREE
    assert answer.unsure == ("b",)


def test_each_derivation_is_answered_for_itself() -> None:
    answers = challenge([said("a", "x", of="d2"), said("b", "x", of="d1"), said("a", "x", of="d1")], need=2)
    assert [(each.derivation, each.agreement) for each in answers] == [
        ("d1", Agreement.AGREE),
        ("d2", Agreement.NOT_ENOUGH),
    ]


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xy"), st.sampled_from("12")), max_size=12),
    st.integers(1, 4),
)
def test_the_answer_does_not_depend_on_the_order(claims: list[tuple[str, str, str]], need: int) -> None:
    statements = [said(key, output, of=of) for key, output, of in claims]
    answers = challenge(statements, need)
    assert challenge(reversed(statements), need) == answers
    for answer in answers:
        outputs = {output for _, output, of in claims if of == answer.derivation}
        keys = {key for key, _, of in claims if of == answer.derivation}
        if len(outputs) > 1:
            assert answer.agreement is Agreement.DISAGREE
        else:
            assert answer.agreement is (Agreement.AGREE if len(keys) >= need else Agreement.NOT_ENOUGH)
