"""Every check, in the order in which they are told."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from bootstrap.doctor import clock, home, kernel, limits, origins, python, sandbox
from bootstrap.doctor.finding import Finding


def examine(place: Path, project: Path | None) -> Iterator[Finding]:
    """What is to be said of this host, one by one as it is found out.

    `place`: BOOTSTRAP_HOME, there or not; `project`: the root of a project, if there is one here.
    """
    system = os.uname()
    yield python.python()
    yield python.libraries()
    yield python.locale()
    yield kernel.kernel(system)
    yield kernel.processor(system)
    yield kernel.overlayfs()
    yield sandbox.namespaces()
    yield sandbox.devices()
    yield sandbox.sandbox()
    yield limits.control_groups()
    yield from limits.host_limits()
    yield from home.home(place)
    yield home.store(place)
    yield home.leftovers(place)
    yield origins.apt()
    yield origins.certificates()
    yield clock.clock(project)
