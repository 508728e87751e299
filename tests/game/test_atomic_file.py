"""A file appears in full or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from scalegame.game.atomic_file import replacing


def test_the_file_appears_when_the_block_ends(tmp_path: Path) -> None:
    path = tmp_path / "x.run"
    with replacing(path) as file:
        file.write(b"whole")
        assert not path.exists()
    assert path.read_bytes() == b"whole"
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.run"]


def half_a_file(path: Path) -> None:
    with replacing(path) as file:
        file.write(b"half")
        raise KeyboardInterrupt


def test_what_goes_wrong_leaves_the_old_file_and_no_trace(tmp_path: Path) -> None:
    path = tmp_path / "x.run"
    path.write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt):
        half_a_file(path)
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.run"]


def test_others_can_read_it_as_if_it_had_been_opened_plainly(tmp_path: Path) -> None:
    plain, path = tmp_path / "plain", tmp_path / "x.run"
    plain.write_bytes(b"")
    with replacing(path) as file:
        file.write(b"")
    assert path.stat().st_mode == plain.stat().st_mode


def test_a_folder_that_is_not_there_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), replacing(tmp_path / "none" / "x.run"):
        pytest.fail("the block must not run")
