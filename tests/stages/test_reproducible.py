"""What is quickly built of stage0 and of the libraries gives the same again, whatever else is different."""

from __future__ import annotations

import pytest

from reprocheck.pytest_plugin import AssertReproducible
from tests.stages.conftest import Chain

pytestmark = [pytest.mark.stages, pytest.mark.sandbox]


TARGETS = (
    *(f"seeds/hex/seed.star:{layer}" for layer in ("hx", "tc", "mc", "cc")),
    *("ar", "bzip2", "libffi", "lua", "words", "xz", "zlib"),
)


@pytest.mark.parametrize("target", TARGETS)
def test_it_is_reproducible(chain: Chain, target: str) -> None:
    AssertReproducible(chain.root, str(chain.home), sources=[str(chain.sources)])(target)
