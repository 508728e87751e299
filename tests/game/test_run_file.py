"""The run file's form: what is written can be read, and nothing else can."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalegame.game.run_file import (
    BAD_CALL,
    LARGEST_COUNT,
    LARGEST_FILE,
    LONGEST_END,
    MALFORMED,
    End,
    Header,
    RunFile,
    RunFileError,
    alive_line,
    checkpoint_line,
    command_line,
    end_line,
    header_line,
    is_ended,
    parse,
    read,
)
from scalegame.game.score import Result

HEADER = Header("0.1.0", 1, "one-box", "sha256:" + "0" * 64, 42, 'format = 1\nid = "ü"\n', None, None)
RESULT = Result("won", 999_000, 31_200_000, 180, 1000, 999, 1, 1, 0)
HASHES = {"traffic": "ab" * 32, "rules": "cd" * 32}
END = End(180, RESULT, "ef" * 32)
LINES = [
    header_line(HEADER),
    alive_line(10),
    command_line(12, "resize app large"),
    command_line(12, "launch"),
    checkpoint_line(60, HASHES),
    checkpoint_line(180, HASHES),
    end_line(END),
]


def as_bytes(lines: list[str]) -> bytes:
    return "".join(lines).encode()


def with_line(number: int, value: object) -> bytes:
    lines = list(LINES)
    lines[number] = json.dumps(value) + "\n"
    return as_bytes(lines)


class TestReading:
    def test_what_was_written_comes_back(self) -> None:
        run = parse(as_bytes(LINES), "x.run")
        assert run.header == HEADER
        assert run.commands == [(12, "resize app large"), (12, "launch")]
        assert run.checkpoints == {
            60: {"traffic": "ab" * 6, "rules": "cd" * 6},
            180: {"traffic": "ab" * 6, "rules": "cd" * 6},
        }
        assert run.end == END
        assert run.last_tick == 180

    def test_a_checkpoint_names_the_last_tick_of_its_window(self) -> None:
        assert json.loads(checkpoint_line(60, HASHES))[:2] == ["#", 59]

    @pytest.mark.parametrize("cut", [1, 5, 20])
    def test_a_torn_last_line_is_left_out_and_can_be_written_over(self, cut: int) -> None:
        whole = as_bytes(LINES[:4])
        run = parse(whole + LINES[4].encode()[:cut], "x.run")
        assert run.end is None
        assert run.last_tick == 12
        assert run.whole_bytes == len(whole)

    def test_a_missing_file_is_a_bad_call(self, tmp_path: Path) -> None:
        with pytest.raises(RunFileError, match="cannot be read") as caught:
            read(tmp_path / "none.run")
        assert caught.value.code == BAD_CALL

    def test_a_huge_file_is_not_even_parsed(self) -> None:
        with pytest.raises(RunFileError, match="larger than"):
            parse(b" " * (LARGEST_FILE + 1), "x.run")


HEADER_KEYS = json.loads(LINES[0])
END_KEYS = json.loads(LINES[-1])


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "x.run:1: malformed run file: it does not begin with a header line"),
        (b"\x00\xff\n", "x.run:1: malformed run file: it is not UTF-8"),
        (b"{}\n", "x.run:1: malformed run file: the first line is no header"),
        (b"[" * 100_000 + b"\n", "x.run:1: malformed run file: a line that is not JSON"),
        (with_line(0, {**HEADER_KEYS, "format": "scalegame-run/9"}), "no header of format"),
        (with_line(0, {**HEADER_KEYS, "extra": 1}), "unknown key 'extra'"),
        (with_line(0, {key: HEADER_KEYS[key] for key in HEADER_KEYS if key != "seed"}), "the header lacks seed"),
        (with_line(0, {**HEADER_KEYS, "seed": -1}), "seed is no whole number"),
        (with_line(0, {**HEADER_KEYS, "seed": True}), "seed is no whole number"),
        (with_line(0, {**HEADER_KEYS, "level": "../../etc"}), "level is no level's id"),
        (with_line(0, {**HEADER_KEYS, "level_id": "sha256:0"}), "level_id is not"),
        (with_line(0, {**HEADER_KEYS, "level_text": None}), "level_text is no text"),
        (with_line(2, [12, "x" * 201]), "x.run:3: malformed run file: more than 10,000 commands, or one of over 200"),
        (with_line(2, [10**9, "add app"]), "the tick is no whole number"),
        (with_line(2, [12.0, "add app"]), "neither command, mark, checkpoint nor end"),
        (with_line(2, [9, "add app"]), "tick 9 after tick 10"),
        (with_line(2, ["~", "10"]), "the tick is no whole number"),
        (with_line(4, ["#", 60, {}]), "a checkpoint at tick 60, which ends no window"),
        (with_line(4, ["#", 59, {"traffic": "xyz"}]), "hashes are not 12 hex digits"),
        (with_line(6, {**END_KEYS, "state": "00"}), "state is not 64 hex digits"),
        (with_line(6, {**END_KEYS, "result": {**END_KEYS["result"], "good": 0.5}}), "good is no whole number"),
        (with_line(6, {**END_KEYS, "result": {**END_KEYS["result"], "outcome": "drawn"}}), "the outcome is none of"),
        (with_line(6, {**END_KEYS, "result": {}}), "the result lacks"),
        (as_bytes([*LINES, alive_line(190)]), "x.run:8: malformed run file: a line after the end"),
        (as_bytes(LINES) + b"[", "x.run:8: malformed run file: a line after the end"),
        (as_bytes([*LINES[:3], "[12,NaN]\n"]), "a line that is not JSON"),
        (as_bytes([*LINES[:3], '{"end":12,"end":13}\n']), "a line that is not JSON"),
        (as_bytes([*LINES[:3], "\n"]), "x.run:4: malformed run file: a line that is not JSON"),
    ],
)  # fmt: skip
def test_a_malformed_file_is_refused_with_its_line(data: bytes, sentence: str) -> None:
    with pytest.raises(RunFileError) as caught:
        parse(data, "x.run")
    assert sentence in caught.value.sentence
    assert caught.value.code == MALFORMED


def parsed(data: bytes) -> RunFile | RunFileError:
    try:
        return parse(data, "x.run")
    except RunFileError as error:
        return error


@given(st.data())
def test_a_flipped_byte_never_gives_a_traceback(data: st.DataObject) -> None:
    whole = bytearray(as_bytes(LINES))
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] = data.draw(st.integers(0, 255))
    found = parsed(bytes(whole))
    assert isinstance(found, RunFile) or found.sentence.startswith("x.run:")


def test_the_number_of_commands_is_bounded() -> None:
    data = as_bytes([LINES[0], *(command_line(1, "add app") for _ in range(10_001))])
    with pytest.raises(RunFileError, match="more than 10,000 commands"):
        parse(data, "x.run")


@pytest.mark.parametrize("lines", [LINES[:1], LINES[:-1], LINES], ids=["begun", "unfinished", "finished"])
def test_the_last_line_says_whether_a_run_has_ended(tmp_path: Path, lines: list[str]) -> None:
    path = tmp_path / "x.run"
    path.write_bytes(as_bytes(lines))
    assert is_ended(path) == (lines is LINES)
    assert is_ended(path) == (read(path).end is not None)
    assert not is_ended(tmp_path / "none.run")


def test_no_end_is_too_long_to_be_seen() -> None:
    largest = Result("running", LARGEST_COUNT, *[LARGEST_COUNT] * 7)
    assert len(end_line(End(LARGEST_COUNT, largest, "f" * 64))) < LONGEST_END
