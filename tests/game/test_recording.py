"""Runs written as they happen, verified, torn, resumed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scalegame.game import replay
from scalegame.game.level import Level
from scalegame.game.recording import Recording
from scalegame.game.run_file import (
    BAD_CALL,
    DESYNC,
    DIFFERS,
    MALFORMED,
    OTHER_LEVEL,
    OTHER_RULES,
    RunFileError,
    read,
)
from scalegame.game.session import Session
from tests.game.played_levels import BUSY, CALM, ORDERS, make_level

COMMANDS = {5: "add app size=medium", 120: "launch"}


def record(level: Level, folder: Path, seconds: float | None = None) -> tuple[Session, Path]:
    """Play with COMMANDS into a run file, to the end or for some seconds."""
    recording = Recording.begin(level, 7, folder=folder)
    session = Session(level, 7, recording)
    while not session.over and (seconds is None or session.tick < seconds * 10):
        if session.tick in COMMANDS:
            assert session.do(COMMANDS[session.tick]) is None
        session.step()
    assert recording.path is not None
    return session, recording.path


def verdict(path: Path) -> tuple[int, str]:
    try:
        replay.verify(path)
    except RunFileError as error:
        return error.code, error.sentence
    return 0, ""


def edit(path: Path, change: Callable[[list[Any]], None]) -> None:
    """Change the lines of a run file as JSON values."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    change(lines)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


class TestVerify:
    def test_a_run_comes_out_the_same_again(self, tmp_path: Path) -> None:
        session, path = record(make_level(), tmp_path)
        assert replay.verify(path) == session.result()
        assert session.result().commands == 2

    @pytest.mark.slow
    @settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.dictionaries(st.integers(0, 250), st.sampled_from(ORDERS), max_size=10), st.integers(0, 2**53))
    def test_so_does_any_run(self, orders: dict[int, str], seed: int) -> None:
        level = make_level(CALM, BUSY, uptime=0.3, session=True)
        with TemporaryDirectory() as folder:
            recording = Recording.begin(level, seed, folder=Path(folder))
            session = Session(level, seed, recording)
            while not session.over:
                if session.tick in orders:
                    session.do(orders[session.tick])
                session.step()
            assert recording.path is not None
            assert replay.verify(recording.path) == session.result()

    def test_a_claimed_figure_is_computed_again(self, tmp_path: Path) -> None:
        _, path = record(make_level(), tmp_path)
        edit(path, lambda lines: lines[-1]["result"].update(cost_micro=1))
        code, sentence = verdict(path)
        assert code == DIFFERS
        assert "cost_micro is" in sentence
        assert sentence.startswith(str(path))

    def test_a_command_taken_out_is_a_desync_that_names_window_and_part(self, tmp_path: Path) -> None:
        _, path = record(make_level(), tmp_path)
        edit(path, lambda lines: lines.remove([5, "add app size=medium"]))
        code, sentence = verdict(path)
        assert code == DESYNC
        assert "desync in ticks 0 to 59 (00:00 to 00:06): " in sentence
        assert "machines" in sentence

    def test_a_command_that_is_refused_here_is_a_desync(self, tmp_path: Path) -> None:
        _, path = record(make_level(), tmp_path)
        edit(path, lambda lines: lines.insert(1, [0, "restart app-9"]))
        code, sentence = verdict(path)
        assert code == DESYNC
        assert 'at tick 0 "restart app-9" is refused here' in sentence

    @pytest.mark.parametrize(
        "change",
        [
            lambda lines: lines.insert(1, [0, "\x1b[2J"]),
            lambda lines: lines[0].update(rules=9, engine="\x1b]0;x\x07"),
            lambda lines: next(line for line in lines[1:] if line[0] == "#")[2].update({"\x1b[31m" * 900: "0" * 12}),
        ],
    )
    def test_what_a_file_holds_never_reaches_the_terminal_raw(
        self, tmp_path: Path, change: Callable[[list[Any]], None]
    ) -> None:
        _, path = record(make_level(), tmp_path)
        edit(path, change)
        code, sentence = verdict(path)
        assert code in (DESYNC, OTHER_RULES)
        assert sentence.isprintable()
        assert len(sentence) <= 1_000

    def test_without_checkpoints_the_result_still_tells(self, tmp_path: Path) -> None:
        _, path = record(make_level(), tmp_path)
        edit(path, lambda lines: lines.__setitem__(slice(1, -1), [[5, "resize app large"]]))
        assert verdict(path)[0] == DIFFERS

    def test_an_unfinished_run_is_not_verified(self, tmp_path: Path) -> None:
        _, path = record(make_level(), tmp_path, seconds=12)
        assert verdict(path)[0] == MALFORMED

    def test_a_run_of_other_rules_names_the_version_that_can(self, tmp_path: Path) -> None:
        _, path = record(make_level(), tmp_path)
        edit(path, lambda lines: lines[0].update(rules=99, engine="9.9.9"))
        code, sentence = verdict(path)
        assert code == OTHER_RULES
        assert "rules 99 (scalegame 9.9.9)" in sentence

    def test_another_level_under_the_same_name_is_told(self, tmp_path: Path) -> None:
        _, path = record(make_level(), tmp_path)
        richer = make_level(CALM, BUSY, money=999).text
        edit(path, lambda lines: lines[0].update(level_text=richer))
        assert verdict(path)[0] == OTHER_LEVEL

    def test_comments_in_the_level_do_not_matter(self, tmp_path: Path) -> None:
        _, path = record(make_level(), tmp_path)
        edit(path, lambda lines: lines[0].update(level_text="# mine\n" + lines[0]["level_text"]))
        assert verdict(path) == (0, "")

    def test_a_level_that_is_none_is_malformed(self, tmp_path: Path) -> None:
        _, path = record(make_level(), tmp_path)
        edit(path, lambda lines: lines[0].update(level_text="format = 1"))
        assert verdict(path)[0] == MALFORMED

    def test_a_missing_file_is_a_bad_call(self, tmp_path: Path) -> None:
        assert verdict(tmp_path / "none.run")[0] == BAD_CALL


class TestResume:
    @pytest.mark.parametrize("torn", [b"", b'["~",1', b'[130,"add', b"\xff"])
    def test_a_killed_session_goes_on_in_the_same_file(self, tmp_path: Path, torn: bytes) -> None:
        level = make_level()
        through, _ = record(level, tmp_path)
        killed, path = record(level, tmp_path, seconds=14.5)
        with path.open("ab") as file:
            file.write(torn)
        session, _ = replay.resume(path)
        assert killed.tick - session.tick < 10  # within the last second
        while not session.over:
            session.step()
        assert session.result() == through.result()
        assert verdict(path) == (0, "")

    def test_a_command_is_never_lost(self, tmp_path: Path) -> None:
        _, path = record(make_level(), tmp_path, seconds=0.6)
        assert replay.resume(path)[0].log[-1].text == "add app size=medium"

    def test_a_finished_run_has_nothing_to_go_on_with(self, tmp_path: Path) -> None:
        _, path = record(make_level(), tmp_path)
        with pytest.raises(RunFileError, match="finished"):
            replay.resume(path)

    def test_the_newest_unfinished_run_is_found(self, tmp_path: Path) -> None:
        assert replay.newest_unfinished(tmp_path / "none") is None
        _, path = record(make_level(), tmp_path, seconds=2)
        assert replay.newest_unfinished(tmp_path) == (path, read(path))

    def test_newer_files_that_cannot_be_gone_on_with_do_not_hide_it(self, tmp_path: Path) -> None:
        _, path = record(make_level(), tmp_path, seconds=2)
        written = path.stat().st_mtime
        _, finished = record(make_level(), tmp_path)
        unbegun = Recording.begin(make_level(), 8, folder=tmp_path)
        unbegun.close()
        assert unbegun.path is not None
        broken = tmp_path / "broken.run"
        broken.write_text("nonsense", encoding="utf-8")
        (tmp_path / "dangling.run").symlink_to(tmp_path / "nowhere")
        for later, file in enumerate((finished, unbegun.path, broken), 1):
            os.utime(file, (written + later, written + later))
        assert replay.newest_unfinished(tmp_path) == (path, read(path))


class FullDisk:
    """A raw file that takes half of a line, then nothing."""

    def __init__(self) -> None:
        self.kept = b""

    def write(self, data: bytes, /) -> int:
        self.kept += data[: len(data) // 2]
        return len(data) // 2

    def close(self) -> None:
        raise OSError(28, "No space left on device")


class TestTroubleWithTheDisk:
    def test_a_folder_that_cannot_be_written_is_told_once_and_play_goes_on(self, tmp_path: Path) -> None:
        (tmp_path / "runs").write_text("a file where the folder should be", encoding="utf-8")
        level = make_level()
        session = Session(level, 7, Recording.begin(level, 7, folder=tmp_path / "runs"))
        while not session.over:
            session.step()
        told = [line.text for line in session.log if "not saved" in line.text]
        assert len(told) == 1
        assert session.outcome == "won"

    def test_a_disk_that_fills_up_in_mid_game_is_told_once_and_play_goes_on(self) -> None:
        disk = FullDisk()
        session = Session(make_level(), 7, Recording(disk, Path("x.run")))
        while not session.over:
            session.step()
        assert [line.text for line in session.log if "not saved" in line.text] == [
            "this run is not saved: x.run: the disk is full"
        ]
        assert disk.kept.count(b"\n") == 0

    def test_two_runs_of_one_second_have_files_of_their_own(self, tmp_path: Path) -> None:
        level = make_level()
        paths = {Recording.begin(level, 7, folder=tmp_path).path for _ in range(3)}
        assert len(paths) == 3

    def test_a_run_file_stays_small(self, tmp_path: Path) -> None:
        level = replace(make_level(), text="")
        _, path = record(level, tmp_path)
        assert path.stat().st_size < 4_000
        assert read(path).end is not None
