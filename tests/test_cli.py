"""The one door: what it refuses, in one line each, and with which exit status."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from scalegame import __version__, cli
from scalegame.game import level_library
from scalegame.game.level_template import template
from scalegame.tui.terminal.asked import colour_system, screen_refusal
from tests.game.bots import own_bots
from tests.game.level_texts import SOUND
from tests.game.played_levels import level_text, stage


def said(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The lines on stderr."""
    return capsys.readouterr().err.splitlines()


class TestABadCall:
    @pytest.mark.parametrize(
        ("call", "line"),
        [
            ("paly lab-mm1-50", 'scalegame: there is no command "paly": did you mean play?'),
            ("xyzzy", ('scalegame: there is no command "xyzzy":'
             ' there are play, levels, run, verify, prove, level, bench')),
            ("run", 'scalegame: the following arguments are required: LEVEL (see "scalegame run --help")'),
            ("--nonsense", 'scalegame: unrecognized arguments: --nonsense (see "scalegame --help")'),
            ("levels --js", 'scalegame: unrecognized arguments: --js (see "scalegame --help")'),
            ("run x --seed 1.5", ('scalegame: argument --seed: "1.5" is no seed: a whole number from 0 to'
             ' 9007199254740992 (see "scalegame run --help")')),
            ("run x --until nan", ('scalegame: argument --until: "nan" is no time: seconds, 0 or more'
             ' (see "scalegame run --help")')),
            ("level", ('scalegame: level what? "scalegame level new FILE", check FILE, show LEVEL, par LEVEL'
             ' or schema')),
            ("run one-box --bot greedy --commands x", ('scalegame: argument --commands: not allowed with argument --bot'
             ' (see "scalegame run --help")')),
            ("run one-box --bot greedi", ('scalegame: there is no bot "greedi": did you mean greedy? there are'
             ' do-nothing, biggest-box, threshold, greedy, runbook')),
            ("run one-box --seeds 4", "scalegame: --seeds plays many runs: it needs --bot NAME"),
            ("run one-box --bot greedy --seeds 4 --save x", ("scalegame: --seeds plays many runs: --save is for one"
             " run")),
            ("run one-box --bot greedy --seeds 0", ('scalegame: argument --seeds: "0" is no number: 1 or more'
             ' (see "scalegame run --help")')),
            ("run one-box --bot greedy --seed 9007199254740991 --seeds 3", ("scalegame: --seeds 3 from"
             " 9007199254740991 on goes beyond the last one, 9007199254740992")),
            ("verify", 'scalegame: the following arguments are required: RUN (see "scalegame verify --help")'),
            ("prove", 'scalegame: the following arguments are required: LEVEL (see "scalegame prove --help")'),
            ("prove one-box --seeds 0", ('scalegame: argument --seeds: "0" is no number: 1 or more'
             ' (see "scalegame prove --help")')),
            ("prove one-box --workers 2 --on x:1", ('scalegame: argument --on: not allowed with argument --workers'
             ' (see "scalegame prove --help")')),
            ("run no-such-level", ('scalegame: there is no level "no-such-level"'
             ' ("scalegame levels" lists all; a path is fine too)')),
            ("play nowhere.toml", 'scalegame: nowhere.toml: no such file ("scalegame levels" lists the levels)'),
        ],
    )  # fmt: skip
    def test_is_one_line_and_exit_2(self, call: str, line: str, capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(call.split()) == 2
        assert said(capsys) == [line]

    @pytest.mark.parametrize(
        ("call", "begins"),
        [
            (["play", "\x1b[2J\n.toml"], r"scalegame: \x1b[2J\n.toml: no such file"),
            (["run", "one-box", "--bot", "\x1b[2J"], r'scalegame: there is no bot "\x1b[2J": '),
            (["level", "new", "/no/such/\x1b[2J"], r"scalegame: /no/such/\x1b[2J: cannot be written: "),
            (["verify", "\x1b[2J.run"], r"scalegame: "),
        ],
    )
    def test_shows_no_control_characters(
        self, call: list[str], begins: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert cli.main(call) != 0
        (line,) = said(capsys)
        assert line.startswith(begins)
        assert line.isprintable()

    def test_of_a_name_longer_than_any_file_has(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(["play", "a" * 5000]) == 2
        assert len(said(capsys)) == 1

    def test_a_broken_level_says_all_that_is_wrong(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = tmp_path / "broken.toml"
        path.write_text(SOUND.replace("cpu_ms", "cpu").replace("cores = 1", "cores = 0"))
        assert cli.main(["run", str(path)]) == 2
        assert [line.split(": ")[1:3] for line in said(capsys)] == [
            [f"{path}:12:1", "error[unknown-key]"],
            [f"{path}:31:9", "error[out-of-range]"],
        ]


class TestABot:
    def test_plays_a_run_that_verifies(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path, save = tmp_path / "shop.toml", tmp_path / "x.run"
        path.write_text(template("shop"))
        assert cli.main(["run", str(path), "--bot", "biggest-box", "--save", str(save), "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["outcome"] == "lost"
        assert cli.main(["verify", str(save)]) == 0

    def test_that_fails_is_one_line(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        own_bots.install(monkeypatch, falling="Falling")
        save = tmp_path / "x.run"
        assert cli.main(["run", "one-box", "--bot", "falling", "--save", str(save)]) == 2
        assert said(capsys) == ["scalegame: the bot falling failed at 3.0 s: ValueError: no such machine"]
        assert not save.exists()

    def test_is_scored_over_many_seeds(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = tmp_path / "shop.toml"
        path.write_text(SOUND.replace("seconds = 600\nwarmup = 60", "seconds = 2").replace("[300, 80], [600,", "[2,"))
        assert cli.main(["run", str(path), "--bot", "do-nothing", "--seeds", "1"]) == 0
        assert capsys.readouterr().out.startswith("do-nothing: won on 1 of 1 seeds\n")
        assert cli.main(["run", str(path), "--bot", "do-nothing", "--seeds", "1", "--seed", "5", "--json"]) == 0
        assert [run["seed"] for run in json.loads(capsys.readouterr().out)["runs"]] == [5]


class TestAuthors:
    def test_get_a_level_to_start_from_and_see_it(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = tmp_path / "hug.toml"
        assert cli.main(["level", "new", str(path)]) == 0
        assert cli.main(["level", "check", str(path)]) == 0
        assert cli.main(["level", "new", str(path)]) == 2
        assert said(capsys) == [f"scalegame: {path}: is there already, and stays as it is: take another name"]
        assert cli.main(["level", "show", str(path), "--ascii"]) == 0
        page = capsys.readouterr().out
        assert page.startswith("Hug (hug)\n")
        assert page.isascii()

    def test_get_pars_proposed(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = tmp_path / "shop.toml"
        path.write_text(SOUND.replace("seconds = 600\nwarmup = 60", "seconds = 2").replace("[300, 80], [600,", "[2,"))
        assert cli.main(["level", "par", str(path), "--seeds", "1", "--workers", "1"]) == 0
        assert capsys.readouterr().out.splitlines()[-3] == "[par]"


class TestTheScreen:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

        def fileno(self) -> int:
            return 1

    def refusal(
        self, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int] = (80, 24), term: str = "xterm"
    ) -> str | None:
        monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size(size))
        return screen_refusal(self.Terminal(), self.Terminal(), {"TERM": term} if term else {})

    def test_starts_on_a_terminal_of_80x24(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert self.refusal(monkeypatch) is None

    @pytest.mark.parametrize("size", [(79, 24), (80, 23), (0, 0)])
    def test_does_not_start_on_a_smaller_one(self, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]) -> None:
        refusal = self.refusal(monkeypatch, size)
        assert refusal
        assert refusal.startswith(f"the terminal is {size[0]}x{size[1]}, the game needs 80x24: make it bigger")

    @pytest.mark.parametrize(("term", "why"), [("dumb", "TERM is dumb"), ("", "TERM is not set")])
    def test_does_not_start_where_no_cursor_can_be_placed(
        self, monkeypatch: pytest.MonkeyPatch, term: str, why: str
    ) -> None:
        assert why in (self.refusal(monkeypatch, term=term) or "")

    def test_names_the_way_without_a_screen(self) -> None:
        refusal = screen_refusal(io.StringIO(), io.StringIO(), {"TERM": "xterm"})
        assert refusal == (
            "the game needs a terminal, and its output is not one;"
            ' without a screen: "scalegame run LEVEL --commands FILE"'
        )

    def test_starts_without_a_terminal_where_another_driver_draws(self) -> None:
        web = {"TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver"}
        assert screen_refusal(io.StringIO(), io.StringIO(), web) is None

    @pytest.mark.parametrize(
        ("environment", "told"),
        [
            ({"TERM": "alacritty"}, "256"),
            ({"TERM": "xterm-ghostty"}, "256"),
            ({"TERM": "foot-extra"}, "256"),
            ({"TERM": "xterm-direct"}, "256"),
            ({"TERM": "xterm-256color"}, None),
            ({"TERM": "xterm"}, None),
            ({"TERM": "screen"}, None),
            ({"TERM": "alacritty", "COLORTERM": "truecolor"}, None),
            ({"TERM": "alacritty", "TEXTUAL_COLOR_SYSTEM": "standard"}, None),
        ],
    )
    def test_knows_terminals_with_many_colours_by_name(self, environment: dict[str, str], told: str | None) -> None:
        assert colour_system(environment) == told

    @pytest.mark.parametrize("call", [[], ["play", "lab-mm1-50"]])
    def test_refused_exits_2_without_a_word_on_stdout(self, call: list[str]) -> None:
        done = scalegame(*call)
        assert (done.returncode, done.stdout) == (2, "")
        assert len(done.stderr.splitlines()) == 1


class TestLevels:
    def test_are_listed_for_people(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(["levels"]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert len(lines) == len(level_library.library()) + 1, "and the daily"
        assert any(line.split()[:2] == ["challenges", "daily"] for line in lines)
        assert any(line.split()[:2] == ["lab", "lab-mm1-90"] for line in lines)

    def test_are_listed_for_programs(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
        assert cli.main(["levels", "--json"]) == 0
        levels = json.loads(capsys.readouterr().out)
        assert all(list(level) == ["id", "title", "pack", "path"] for level in levels)
        assert all(Path(level["path"]).is_file() for level in levels)

    def test_of_which_daily_is_that_of_the_date_with_the_dates_seed(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(level_library, "today", lambda: dt.date(2026, 11, 27))
        runs = []
        for call in ("run daily --until 1 --json", "run daily-2026-11-27 --until 1 --json"):
            assert cli.main(call.split()) == 0
            runs.append(json.loads(capsys.readouterr().out))
        assert runs[0] == runs[1]
        assert runs[0]["level"] == "daily-2026-11-27"
        assert runs[0]["seed"] == level_library.find("daily-2026-11-27").seed

    def test_are_listed_with_the_dailys_id_for_a_path_where_no_file_can_be_written(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "scalegame").write_text("in the way")
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
        assert cli.main(["levels", "--json"]) == 0
        daily = next(one for one in json.loads(capsys.readouterr().out) if one["id"] == "daily")
        assert daily["path"].startswith("daily-")


class TestLevelCheck:
    def test_accepts_a_sound_file(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = tmp_path / "sound.toml"
        path.write_text(SOUND)
        assert cli.main(["level", "check", str(path)]) == 0
        assert capsys.readouterr().out.startswith(f"{path}: shop is fine (sha256:")

    def test_goes_on_after_a_broken_file(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        broken, sound = tmp_path / "broken.toml", tmp_path / "sound.toml"
        broken.write_text("format = 1\nformat = 2\n")
        sound.write_text(SOUND)
        assert cli.main(["level", "check", str(broken), str(tmp_path / "absent.toml"), str(sound)]) == 2
        out, err = capsys.readouterr()
        assert "shop is fine" in out
        assert [line.split(":")[0] for line in err.splitlines()] == [str(broken), str(tmp_path / "absent.toml")]

    def test_shows_warnings_and_still_accepts(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = tmp_path / "odd.toml"
        path.write_text(
            SOUND.replace('balancer = { kind = "l4", algorithm = "random", machines = 1, size = "wire" }\n', "")
        )
        assert cli.main(["level", "check", str(path)]) == 0
        assert said(capsys) == [
            f"{path}:24:12: warning[no-balancer]: only the first machine gets traffic (add start.balancer)"
        ]


class TestProve:
    def test_exits_1_where_a_level_does_not_hold(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = tmp_path / "level.toml"
        path.write_text(level_text(stage("calm", 2, (50, 50)), uptime=0.1))
        assert cli.main(["prove", str(path), "--seeds", "1", "--workers", "1"]) == 1
        assert "no-proof: nothing is claimed" in capsys.readouterr().out

    def test_exits_0_where_all_hold_and_says_so_to_programs(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(["prove", "lab-try-scale-out", "--seeds", "1", "--workers", "1", "--json"]) == 0
        (verdict,) = json.loads(capsys.readouterr().out)
        assert (verdict["level"], verdict["holds"], verdict["findings"]) == ("lab-try-scale-out", True, [])

    def test_asks_for_a_scheduler_that_answers(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr("scalegame.game.proving.jobs.CONNECT_SECONDS", 0.2)
        assert cli.main(["prove", "one-box", "--on", "tcp://127.0.0.1:9"]) == 2
        (line,) = said(capsys)
        assert line.startswith("scalegame: no Dask scheduler answers at tcp://127.0.0.1:9: ")


def test_the_schema_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["level", "schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "LevelKeys"


def test_the_version_is_the_packages(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out == f"scalegame {__version__}\n"


class TestTrouble:
    def fail_with(self, monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
        def fail() -> None:
            raise error

        monkeypatch.setattr(level_library, "library", fail)

    def test_is_one_line_that_says_where_runs_are_kept(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.fail_with(monkeypatch, RuntimeError("two\nlines"))
        assert cli.main(["levels"]) == 1
        (line,) = said(capsys)
        assert line.startswith("scalegame: unexpected fault: RuntimeError: two lines (runs are kept in ")

    def test_shows_where_it_happened_to_those_who_ask(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.fail_with(monkeypatch, RuntimeError("here"))
        monkeypatch.setenv("SCALEGAME_DEBUG", "1")
        with pytest.raises(RuntimeError, match="here"):
            cli.main(["levels"])

    def test_ctrl_c_leaves_quietly(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.fail_with(monkeypatch, KeyboardInterrupt())
        assert cli.main(["levels"]) == 130
        assert said(capsys) == []

    def test_a_reader_that_goes_away_is_no_fault(self) -> None:
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run(
            [sys.executable, "-m", "scalegame", "levels"], stdout=writer, stderr=subprocess.PIPE, check=False, cwd=ROOT
        )
        os.close(writer)
        assert (done.returncode, done.stderr) == (141, b"")

    def test_an_ascii_terminal_shows_any_title(self, tmp_path: Path) -> None:
        path = tmp_path / "arrow.toml"
        path.write_text(SOUND.replace('id = "shop"', 'id = "→"'), "utf-8")
        done = scalegame("level", "check", str(path), PYTHONIOENCODING="ascii", PYTHONUTF8="0")
        assert done.returncode == 2
        assert r"\u2192" in done.stderr


ROOT = Path(__file__).parent.parent


def scalegame(*call: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scalegame", *call],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **environment},
    )
