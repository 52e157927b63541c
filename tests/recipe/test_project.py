"""Which project a directory or file belongs to."""

from __future__ import annotations

from pathlib import Path

import pytest

from bootstrap.errors import UsageError
from bootstrap.recipe.evaluate import evaluate
from bootstrap.recipe.project import project_root


def test_the_root_is_the_nearest_directory_with_stages(tmp_path: Path) -> None:
    deep = tmp_path / "stages" / "00-one" / "patches"
    deep.mkdir(parents=True)
    assert project_root(deep) == tmp_path
    assert project_root(tmp_path) == tmp_path
    assert project_root(deep / "x.star") == tmp_path


def test_a_recipe_file_in_no_project_is_one_by_itself(tmp_path: Path) -> None:
    file = tmp_path / "hello.star"
    file.write_text('hello = recipe(name = "hello", version = "1", commands = [])\n')
    assert project_root(file) == tmp_path
    assert [r.name for r in evaluate(project_root(file), [file]).recipes] == ["hello"]


def test_a_directory_in_no_project_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is in no project") as caught:
        project_root(tmp_path)
    assert "--project" in caught.value.hint
