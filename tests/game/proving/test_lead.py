"""How long before the first loss a player is warned, and how long what helps takes."""

from __future__ import annotations

from scalegame.game.proving.builds import Build, script_of
from scalegame.game.proving.lead import Remedy, leads, needed_before, remedies
from scalegame.game.session import Session
from scalegame.model.catalogue import RESIZE_SECONDS
from tests.game.played_levels import make_level, stage
from tests.game.proving.hand_made import GOOD

RISE = stage("rise", 40, (60, 400))
CRASH = """
[[fault]]
kind = "crash"
seconds = 24
warning = "memory errors"
warning_seconds = 18
"""


def test_the_warning_is_the_one_that_a_player_sees() -> None:
    level = make_level(RISE, uptime=0.2)
    (found,) = leads(level, [3])
    session = Session(level, 3)
    while not session.view().warning_level:
        session.step()
    assert found.warned == session.tick // 10
    while not session.over and session.history.seconds[-1:] and not session.history.seconds[-1].losses:
        session.step()
    assert found.lost is not None
    assert found.lost <= len(session.history.seconds) <= found.lost + 1


def test_a_fault_that_is_announced_has_warned_by_then() -> None:
    (found,) = leads(make_level(stage("calm", 40, (60, 60)), uptime=0.2, more=CRASH), [1])
    assert found.warned == 6.0
    assert found.lost == 24.0


def test_where_nothing_is_lost_there_is_no_lead() -> None:
    (found,) = leads(make_level(stage("calm", 20, (60, 60))), [1])
    assert (found.warned, found.lost) == (None, None)


def test_a_remedy_takes_what_was_quoted_when_it_was_ordered() -> None:
    level = make_level(RISE)
    assert remedies(level, Build("proof", GOOD.name, script_of(GOOD), GOOD), 1) == (Remedy(5.0, RESIZE_SECONDS),)


def test_the_quickest_build_counts_and_of_it_the_longest_order_before_the_loss() -> None:
    slow = (Remedy(10.0, 30.0),)
    quick = (Remedy(10.0, 4.0), Remedy(15.0, 8.0), Remedy(60.0, 50.0))
    assert needed_before(40.0, (slow, quick)) == 8.0


def test_a_build_that_only_acts_after_the_loss_counts_by_its_first_order() -> None:
    assert needed_before(5.0, ((Remedy(10.0, 6.0), Remedy(20.0, 2.0)),)) == 6.0
