from __future__ import annotations

import pytest

from bootstrap.digest import Digest, digest
from bootstrap.errors import StoreError
from bootstrap.store import Store
from bootstrap.store.policy import Policy
from bootstrap.storepath import StorePath
from tests.store.outputs import add_one

ID, OTHER = digest(b"resolved"), digest(b"other")


@pytest.fixture
def path(store: Store) -> StorePath:
    path = add_one(store, b"x")
    store.register([ID, OTHER], {"out": path})
    return path


def keep(store: Store, id: Digest = ID, verdict: str = "not reproducible", method: str = "m1") -> bool:
    return store.keep_verdict(
        id, method=method, verdict=verdict, causes=["time.clock", "rng"], report=b"the report"
    )


def test_a_verdict_is_kept_with_its_causes_and_report(store: Store, path: StorePath) -> None:
    assert keep(store)
    (kept,) = store.verdicts([ID, OTHER]).values()
    assert (kept.method, kept.verdict, kept.causes) == ("m1", "not reproducible", ("time.clock", "rng"))
    assert kept.checked > 1e9
    assert store.verdict_report(ID) == b"the report"
    assert store.verdict_report(OTHER) is None


def test_a_newer_verdict_takes_the_place_of_the_older(store: Store, path: StorePath) -> None:
    keep(store)
    store.keep_verdict(ID, method="m2", verdict="reproducible", causes=[], report=b"")
    (kept,) = store.verdicts([ID]).values()
    assert (kept.method, kept.verdict, kept.causes) == ("m2", "reproducible", ())


def test_there_is_no_verdict_of_what_is_not_realised(store: Store) -> None:
    assert not keep(store)
    store.keep_unfinished(ID, method="m1", state=b"1")
    assert store.verdicts([ID]) == {}
    assert store.unfinished(ID, method="m1") is None


def test_a_verdict_goes_with_its_realisation(store: Store, path: StorePath) -> None:
    keep(store), keep(store, OTHER)
    store.keep_unfinished(OTHER, method="m1", state=b"1")
    store.forget([ID])
    assert list(store.verdicts([ID, OTHER])) == [OTHER]
    store.close()
    store.collect_garbage(Policy(older_than=0))
    assert store.verdicts([ID, OTHER]) == {}
    assert store.unfinished(OTHER, method="m1") is None


def test_the_same_result_again_leaves_the_verdict_and_another_ends_it(store: Store, path: StorePath) -> None:
    keep(store)
    store.register([ID, OTHER], {"out": path})
    assert ID in store.verdicts([ID])
    store.register([ID], {"out": add_one(store, b"y")})
    assert store.verdicts([ID]) == {}
    found = store.realisation(ID)
    assert found is not None
    assert found.outputs[0][1] != path


def test_what_is_unfinished_is_for_the_same_method_until_there_is_a_verdict(
    store: Store, path: StorePath
) -> None:
    store.keep_unfinished(ID, method="m1", state=b"half")
    store.keep_unfinished(ID, method="m1", state=b"more")
    assert store.unfinished(ID, method="m1") == b"more"
    assert store.unfinished(ID, method="m2") is None
    keep(store)
    assert store.unfinished(ID, method="m1") is None


def test_a_store_that_may_not_be_written_to_keeps_none(store: Store, path: StorePath) -> None:
    store._database._why_read_only = "it may not be written to"
    with pytest.raises(StoreError, match="may not be written"):
        keep(store)
