"""A file appears in full or not at all."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import pytest

from scalegame.game.atomic_file import _is_stream, replacing, write_all


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


def test_a_folder_that_is_not_there_is_an_error_that_names_the_file_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "none" / "x.run"
    with pytest.raises(FileNotFoundError) as caught, replacing(path):
        pytest.fail("the block must not run")
    assert caught.value.filename == str(path)


def test_a_link_stays_and_what_it_leads_to_is_replaced(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_bytes(b"old")
    link.symlink_to(real)
    with replacing(link) as file:
        file.write(b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"


def test_a_pipe_is_written_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with replacing(pipe) as file:
        file.write(b"through")
    assert os.read(reader, 100) == b"through"
    os.close(reader)
    assert pipe.is_fifo()


def test_a_stream_by_name_is_never_replaced() -> None:
    """/dev/stdout leads to a plain file where output is redirected: replacing the link would break it for everybody."""
    for name in ("/dev/stdout", "/dev/null", "/proc/self/fd/1", "/usr/../dev/stdout"):
        assert _is_stream(Path(name))


class Sips(io.BytesIO):
    """Takes three bytes at a time."""

    def write(self, data: Any, /) -> int:
        return super().write(bytes(data)[:3])


def test_a_file_that_takes_some_bytes_at_a_time_gets_them_all() -> None:
    file = Sips()
    write_all(file, b"one row a second")
    assert file.getvalue() == b"one row a second"
