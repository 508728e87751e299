"""What of a run's worst stretch is named as that which the rest came of."""

from __future__ import annotations

from scalegame.game.level import Level
from scalegame.game.session import Session
from tests.game.ablation import play
from tests.game.played_levels import level_text, make_level, read_made, stage

FLOOD = (stage("calm", 40, (50, 60)), stage("flood", 40, (60, 900)))


def why(level: Level, *orders: tuple[int, str]) -> str:
    return told(level, *orders).post_mortem().why[0]


def told(level: Level, *orders: tuple[int, str]) -> Session:
    return play(level, 3, orders)


def test_a_reboot_is_not_what_was_lost_long_after_it() -> None:
    level = make_level(*FLOOD, uptime=0.8)
    assert "app was " in why(level, (380, "resize app medium"))


def test_a_size_that_does_not_suffice_is() -> None:
    level = make_level(stage("calm", 30, (60, 60)), stage("busy", 60, (300, 300)), size="large", uptime=0.8)
    assert 'you ordered "resize app small"' in why(level, (300, "resize app small"))


def test_who_was_bigger_before_is_known_from_the_orders() -> None:
    level = make_level(stage("calm", 60, (60, 60)), stage("busy", 60, (250, 250)), size="small", uptime=0.8)
    assert 'you ordered "resize app medium"' in why(level, (50, "resize app large"), (590, "resize app medium"))


def test_what_had_room_again_before_anything_was_lost_was_not_full_from_the_start() -> None:
    spike = '[[stage.traffic]]\nclass = "page"\nrate = [[0, 20], [5, 105], [9, 105], [10, 20], [26, 20], [30, 400]]\n'
    level = read_made(level_text('[[stage]]\ntitle = "only"\nseconds = 60\n' + spike, uptime=0.8))
    first = told(level).post_mortem()
    assert first.first is not None
    assert first.chain[first.first].seconds > 20


def test_users_who_are_far_away_are_late_for_that() -> None:
    text = level_text(stage("only", 30, (50, 50)), uptime=0.9, size="large").replace(
        "latency_ms = 1000", "latency_ms = 150"
    )
    assert "users of page are 160 ms further away" in why(
        read_made(text.replace("session = false", "session = false\nfar = 1.0"))
    )
