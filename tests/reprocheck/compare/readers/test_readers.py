from __future__ import annotations

import pytest

from reprocheck.compare.bounds import Bounds, Budget
from reprocheck.compare.content import Bytes
from reprocheck.compare.readers import READERS, reader_of
from tests.reprocheck.compare.pairs import differences
from tests.reprocheck.compare.samples import gz, samples

SAMPLES = samples()


def test_every_reader_of_the_table_reads_a_sample_to_its_end() -> None:
    read = set()
    for pair in SAMPLES.values():
        for data in pair:
            reader = reader_of(Bytes(data))
            if reader is not None:
                read.add(reader.name)
                assert reader.parse(Bytes(data), Budget(Bounds()))
    assert read >= {reader.name for _, reader in READERS} | {"tar", "pyc"}


@pytest.mark.parametrize("name", SAMPLES)
def test_no_reader_gives_up_on_a_valid_pair(name: str) -> None:
    found = differences(*SAMPLES[name])
    assert found
    assert not [each.note for each in found if each.note]


def test_two_formats_are_told_as_such() -> None:
    (found,) = differences(gz(b"a"), b"text\n")
    assert found.note == "the left one is gzip, the right one another format"
