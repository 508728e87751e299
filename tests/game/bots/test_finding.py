"""Which bots there are, and what is said of one that cannot be had."""

from __future__ import annotations

import pytest

from scalegame.game.bots.bot import BotError
from scalegame.game.bots.finding import SHIPPED, bot_called, bots
from tests.game.bots.own_bots import Telling, install


def sentence(call: str) -> str:
    with pytest.raises(BotError) as caught:
        bot_called(call, 1)
    return caught.value.sentence


def test_those_of_the_game_are_there() -> None:
    assert SHIPPED == ("do-nothing", "biggest-box", "threshold", "greedy", "runbook")
    for name in SHIPPED[:-1]:
        assert bot_called(name, 1).name == name


def test_each_call_makes_a_new_one() -> None:
    assert bot_called("threshold", 1) is not bot_called("threshold", 1)


def test_another_package_may_bring_one_which_hears_the_seed_and_what_it_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    install(monkeypatch, mine="Telling")
    bot = bot_called("mine:add app:2", 7)
    assert isinstance(bot, Telling)
    assert (bot.seed, bot.told) == (7, "add app:2")


def test_none_takes_the_name_of_one_of_the_game(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, greedy="Telling")
    assert bot_called("greedy", 1).name == "greedy"
    assert list(bots()).count("greedy") == 1


def test_an_unknown_name_is_told_what_is_near_and_all(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, mine="Telling")
    assert sentence("treshold") == (
        'there is no bot "treshold": did you mean threshold?'
        " there are do-nothing, biggest-box, threshold, greedy, runbook, mine"
    )


@pytest.mark.parametrize(
    ("where", "why"),
    [
        ("no_such_package.bots:Mine", "ModuleNotFoundError: No module named 'no_such_package'"),
        ("tests.game.bots.own_bots:Missing", "AttributeError"),
        ("tests.game.bots.own_bots:Nameless", "AttributeError: 'Nameless' object has no attribute 'name'"),
        ("builtins:divmod", "AttributeError"),
    ],
)
def test_a_broken_package_is_a_sentence(monkeypatch: pytest.MonkeyPatch, where: str, why: str) -> None:
    install(monkeypatch, mine=where)
    said = sentence("mine:x" if "divmod" not in where else "mine:")
    assert said.startswith(f"the bot mine ({where}) cannot be used: ")
    assert "\n" not in said
    assert why in said or "TypeError" in said


def test_who_wants_nothing_told_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, plain="Plain")
    assert bot_called("plain", 1).name == "plain"
    for name in ("greedy", "plain"):
        assert sentence(f"{name}:hard") == f'the bot {name} is told nothing: leave out ":hard"'


def test_a_runbook_needs_a_file() -> None:
    assert sentence("runbook") == "which runbook? --bot runbook:FILE"
    assert sentence("runbook:/no/such/file").startswith("/no/such/file: cannot be read: ")
