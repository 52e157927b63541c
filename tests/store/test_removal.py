"""Trees that somebody else removes at the same time."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from bootstrap.store.removal import remove_tree


def test_two_that_remove_the_same_do_not_disturb_each_other(tmp_path: Path) -> None:
    for number in range(200):
        (tmp_path / f"top/{number}/a/b").mkdir(parents=True)
        (tmp_path / f"top/{number}/a/file").touch()
    (tmp_path / "top").joinpath(*["deep"] * 150).mkdir(parents=True)
    failed: list[OSError] = []

    def remove() -> None:
        try:
            remove_tree(str(tmp_path / "top"))
        except OSError as error:
            failed.append(error)

    threads = [threading.Thread(target=remove) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert os.listdir(tmp_path) == []
