"""What is under way, what came up, what X-ray found, and what can be typed: as text, at both sizes and in ASCII."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalegame.game.level_library import find
from scalegame.game.session import Session
from scalegame.game.view import LogLine, Option, Quote
from scalegame.model.snapshot import OrderView
from scalegame.tui.cells.glyphs import ASCII, UNICODE, Glyphs
from scalegame.tui.cells.sheet import Sheet
from scalegame.tui.desk.board import Board
from scalegame.tui.desk.lookout import look_ahead, seen, target
from scalegame.tui.desk.roster import Roster
from scalegame.tui.desk.suggesting import lines_after, offers, suggestions, weigh_line, worth_asking
from scalegame.tui.desk.toasts import HINT_STAYS, MOST, STAY_SECONDS, Toasts
from scalegame.tui.desk.under_way import under_way
from scalegame.tui.keys import GAME, draw_keys
from scalegame.tui.widgets.footer import draw_message
from scalegame.tui.widgets.inspector import draw_inspector
from scalegame.tui.widgets.log import draw_log
from scalegame.tui.widgets.system import draw_system
from scalegame.tui.widgets.toasts import draw_toasts
from tests.game.played_levels import make_level
from tests.tui.stand_in import FOUND, OPTIONS, StandIn, StandInXRay, crowd, look, machine, snapshot, view

LOG = {"80x24": (80, 3), "120x40": (36, 18)}
INSPECTOR = {"80x24": (80, 8), "120x40": (84, 18)}
SYSTEM = {"80x24": (80, 8), "120x40": (84, 20)}
GLYPHS = pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
SIZES = pytest.mark.parametrize("size", ["80x24", "120x40"])

ORDERS = (
    OrderView(3, "boot app-4", "app-4", 4.0, 6.0),
    OrderView(4, "move sessions token", "app", 7.5, 8.0),
    OrderView(5, "deploy app, one by one", "app", 21.0, 24.0),
)


def busy(orders: tuple[OrderView, ...] = ORDERS) -> Board:
    machines = [machine("app-1", "app", 0.71), machine("db-1", "database", state="resizing", seconds_left=2.0)]
    return Board.of(StandIn(view(snapshot(machines, orders=orders))))


def drawn(draw: object, board: Board, size: tuple[int, int], glyphs: Glyphs = UNICODE) -> str:
    sheet = Sheet(*size, look(glyphs))
    draw(sheet, board)  # type: ignore[operator]  # one of the panels' functions
    text = sheet.text()
    assert all(len(row) <= size[0] for row in text)
    assert not glyphs.ascii or "\n".join(text).isascii()
    return "\n".join(text)


class TestUnderWay:
    def test_reboots_are_among_it_and_the_next_to_finish_comes_first(self) -> None:
        found = under_way(busy().roster)
        assert [errand.text for errand in found] == ["resize db-1", *(order.text for order in ORDERS)]
        assert found[0].command == ""
        assert found[1].command == "cancel 3"
        assert found[1].done == pytest.approx(1 / 3)

    def test_what_waits_for_something_else_comes_last_and_has_no_time(self) -> None:
        found = under_way(busy((OrderView(9, "resize database large", "database", 1e17, 1e17), *ORDERS)).roster)
        assert found[-1].text == "resize database large"
        assert found[-1].seconds_left is None

    @GLYPHS
    def test_a_wide_log_has_a_row_with_a_bar_for_each(self, glyphs: Glyphs) -> None:
        text = drawn(draw_log, busy(), LOG["120x40"], glyphs)
        for row, order in zip(text.splitlines()[2:], ORDERS, strict=False):
            assert order.text[:14] in row
            assert glyphs.track in row
            assert row.rstrip(f"{glyphs.vertical} ").endswith(" s")
        assert "newsletter" in text, "the log goes on beneath"

    def test_many_are_counted(self) -> None:
        text = drawn(draw_log, busy(tuple(replace(ORDERS[0], number=n) for n in range(1, 12))), LOG["120x40"])
        assert "+8 more" in text

    @GLYPHS
    def test_a_low_log_has_the_next_in_its_title(self, glyphs: Glyphs) -> None:
        text = drawn(draw_log, busy(), LOG["80x24"], glyphs)
        title = text.splitlines()[0]
        assert "resize db-1" in title
        assert "2 s +3 more" in title
        assert "newsletter" in text

    @SIZES
    def test_nothing_under_way_takes_no_row(self, size: str) -> None:
        text = drawn(draw_log, Board.of(StandIn()), LOG[size])
        assert UNICODE.booting not in text

    @SIZES
    @GLYPHS
    def test_the_list_says_what_can_be_taken_back(self, size: str, glyphs: Glyphs) -> None:
        session = StandIn(busy().view, options=(*OPTIONS, Option("", "", "cancel 3", Quote(0, 0, 0, 0, ""), None)))
        board = Board.of(session)
        assert board.open_orders()
        assert [option.command for option in board.options] == ["", "cancel 3", "cancel 4", "cancel 5"]
        text = drawn(draw_inspector, board, INSPECTOR[size], glyphs)
        for order in ORDERS:
            assert order.text in text
        assert "cannot be cancelled: a reboot cannot be taken back" in text
        board.move_menu(1)
        assert "Enter cancels it" in drawn(draw_inspector, board, INSPECTOR[size], glyphs)

    def test_an_empty_list_does_not_open_and_an_emptied_one_closes(self) -> None:
        assert not Board.of(StandIn()).open_orders()
        board = busy()
        board.open_orders()
        board.session.shown = Board.of(StandIn()).view  # type: ignore[attr-defined]  # a StandIn
        board.refresh()
        board.refresh_slow()
        assert not board.orders_open
        assert board.menu is None
        assert board.options == OPTIONS

    def test_a_list_that_changes_keeps_the_choice(self) -> None:
        board = busy()
        board.open_orders()
        board.move_menu(2)
        assert board.chosen is not None
        assert board.chosen.label == "move sessions token"
        shot = replace(board.snapshot, orders=ORDERS[1:])
        board.session.shown = replace(board.view, snapshot=shot)  # type: ignore[attr-defined]  # a StandIn
        board.refresh()
        board.refresh_slow()
        assert board.chosen is not None
        assert board.chosen.label == "move sessions token"

    def test_an_order_that_is_done_gives_its_place_to_no_other(self) -> None:
        """Enter would cancel what nobody chose."""
        board = busy()
        board.open_orders()
        board.move_menu(1)
        assert board.chosen is not None
        assert board.chosen.label == "boot app-4"
        shot = replace(board.snapshot, orders=ORDERS[1:])
        board.session.shown = replace(board.view, snapshot=shot)  # type: ignore[attr-defined]  # a StandIn
        board.refresh()
        board.refresh_slow()
        assert not board.orders_open
        assert board.chosen is None

    def test_a_move_that_is_noted_at_a_pool_hides_no_reboot_there(self) -> None:
        machines = [machine("app-1", "app", state="resizing", seconds_left=4.0), machine("app-2", "app")]
        moved = OrderView(1, "move sessions token", "app", 5.0, 8.0, "sessions")
        turned = OrderView(2, "resize app large rolling", "app", 5.0, 16.0, "rolling")
        texts = [errand.text for errand in under_way(Roster(snapshot(machines, orders=(moved,))))]
        assert texts == ["resize app-1", "move sessions token"]
        assert [errand.text for errand in under_way(Roster(snapshot(machines, orders=(turned,))))] == [turned.text]

    def test_a_longer_list_is_leapt_through_to_its_ends(self) -> None:
        board = busy()
        board.open_orders()
        board.leap_menu(999)
        assert board.menu == 3
        board.leap_menu(-2)
        assert board.menu == 1
        board.leap_menu(-8)
        assert board.menu == 0


def lines(*told: tuple[int, str]) -> list[LogLine]:
    return [LogLine(1.0, weight, text) for weight, text in told]


class TestToasts:
    def test_trouble_and_warnings_come_up_and_the_rest_does_not(self) -> None:
        toasts = Toasts()
        toasts.hear(lines((0, "calm"), (1, "a warning"), (2, "trouble"), (3, "resize"), (4, "no")))
        assert [card.text for card in toasts.cards] == ["trouble", "a warning"]

    def test_what_was_there_before_is_no_news(self) -> None:
        session = StandIn()
        session.log = lines((2, "old"))
        board = Board.of(session)
        session.log += lines((2, "new"))
        board.refresh()
        assert [card.text for card in board.toasts.cards] == ["new"]

    def test_the_like_of_it_is_counted(self) -> None:
        toasts = Toasts()
        toasts.hear(
            lines((2, "app-1 died: 3 requests are lost"), (1, "x"), (2, "app-12 died: 1,040 requests are lost"))
        )
        assert [(card.text, card.count) for card in toasts.cards] == [
            ("app-12 died: 1,040 requests are lost", 2),
            ("x", 1),
        ]

    def test_there_are_never_many(self) -> None:
        toasts = Toasts()
        toasts.hear(lines(*((2, letter * 5) for letter in "abcdefg")))
        assert len(toasts.cards) == MOST
        assert toasts.cards[0].text == "ggggg"

    def test_they_go_by_time_or_by_hand(self) -> None:
        toasts = Toasts()
        toasts.hear(lines((1, "a"), (2, "b")))
        toasts.pass_time(STAY_SECONDS[1])
        assert [card.text for card in toasts.cards] == ["b"]
        assert toasts.dismiss()
        assert not toasts.dismiss()

    @SIZES
    @GLYPHS
    def test_a_card_has_its_mark_and_its_words(self, size: str, glyphs: Glyphs) -> None:
        board = Board.of(crowd())
        board.session.log.extend(  # type: ignore[attr-defined]  # a StandIn's
            lines((1, "the network does not reach db-1"), (2, "app-1 died"), (2, "app-3 died"))
        )
        board.refresh()
        text = with_toasts(board, size, glyphs)
        assert f"{glyphs.lost} x2  app-3 died" in text
        assert f"{glyphs.busy} the network does not reach db-1" in text

    @SIZES
    def test_the_selected_machines_row_stays_in_sight(self, size: str) -> None:
        for name in ("cache", "db-1", "app-1", "app-3"):
            board = Board.of(crowd())
            board.select(name)
            board.toasts.heard = 0
            board.toasts.hear(lines(*((2, letter * 50) for letter in "abc")))
            assert name in with_toasts(board, size)

    @pytest.mark.parametrize("pool", ["app", "cache", "replica"])
    @SIZES
    def test_a_selected_crowd_stays_in_sight_as_a_whole_or_with_how_many_are_up(self, size: str, pool: str) -> None:
        machines = [machine(f"{pool}-{number}", pool) for number in range(1, 31)]
        others = [machine("app-1", "app"), machine("db-1", "database")]
        board = Board.of(StandIn(view(snapshot([*(one for one in others if one.pool != pool), *machines]))))
        board.select(pool)
        board.toasts.heard = 0
        board.toasts.hear(lines(*((2, letter * 50) for letter in "abc")))
        text = with_toasts(board, size)
        for word in (f"{UNICODE.pointer}{pool}", "mean 40 %") if size == "120x40" else (f"{UNICODE.pointer}{pool}",):
            assert word in text


def with_toasts(board: Board, size: str, glyphs: Glyphs = UNICODE) -> str:
    def draw(sheet: Sheet, board: Board) -> None:
        draw_system(sheet, board)
        draw_toasts(sheet, board)

    return drawn(draw, board, SYSTEM[size], glyphs)


class TestXRay:
    def test_it_is_about_the_selected_machine_or_the_only_one_of_a_pool(self) -> None:
        board = Board.of(crowd())
        assert target(board) == "app-1"
        for place, meant in (("cache", "cache-1"), ("balancer", "balancer-1"), ("app", None), ("users", None)):
            board.select(place)
            assert target(board) == meant

    def test_it_stops_when_nobody_wants_it_any_more(self) -> None:
        asked = StandInXRay("app-1", 740)
        assert not look_ahead(asked, lambda: asked.done > 0, rest=lambda _: None)
        assert asked.finding is None
        assert look_ahead(asked, lambda: False, rest=lambda _: None)
        assert asked.finding is not None

    @SIZES
    @GLYPHS
    def test_its_progress_and_its_answer_are_seen(self, size: str, glyphs: Glyphs) -> None:
        board = Board.of(StandIn())
        experiment = StandInXRay("app-1", 740)
        board.xray = experiment
        low = (80, 5) if size == "80x24" else INSPECTOR[size]
        experiment.step()
        assert "50 %  if app-1 died now" in drawn(draw_inspector, board, low, glyphs)
        experiment.step()
        text = " ".join(drawn(draw_inspector, board, low, glyphs).replace(glyphs.vertical, " ").split())
        minus = "-" if glyphs.ascii else "−"
        assert f"{minus}37.7 points of uptime: 99.80 % to 62.10 % over 30 s" in text
        assert "2,310 more requests lost, 43 % of this stage's error budget" in text
        assert "mostly: app had no room left and refused" in text
        assert "and it goes on" in text
        assert "now" in text

    def test_it_says_how_old_the_answer_is_and_forgets_it_in_the_end(self) -> None:
        session = StandIn()
        board = Board.of(session)
        experiment = StandInXRay("app-1", 740)
        board.xray = experiment
        look_ahead(experiment, lambda: False, rest=lambda _: None)
        for seconds, said in ((86.0, "12 s ago"), (190.0, "")):
            session.shown = replace(
                session.shown, snapshot=replace(board.snapshot, tick=round(10 * seconds), seconds=seconds)
            )
            board.refresh()
            text = drawn(draw_inspector, board, INSPECTOR["120x40"])
            assert said in text
            assert ("points of uptime" in text) == bool(said)

    def test_another_place_does_not_show_it(self) -> None:
        board = Board.of(StandIn())
        board.xray = StandInXRay("app-1", 740)
        board.select("db-1")
        assert seen(board) is None

    def test_where_nobody_would_notice_it_says_so(self) -> None:
        board = Board.of(StandIn())
        nothing = replace(
            FOUND, uptime_without=0.998, lost=0, budget_share=0.0, cause="", place="", by_second=(0,) * 30
        )
        board.xray = StandInXRay("app-1", 740, nothing)
        look_ahead(board.xray, lambda: False, rest=lambda _: None)
        text = drawn(draw_inspector, board, INSPECTOR["120x40"])
        assert "nobody would notice: 99.80 % good over the next 30 s" in text


LONG = Option(
    "u", "resize to medium", "resize app-1 medium",
    Quote(0.26, 1.5, 9.0, 8.0, "drops 41 requests under way, logs out 33 % of the users, empties 693 carts"), None,
)  # fmt: skip


class TestChoices:
    @SIZES
    @GLYPHS
    def test_all_that_the_chosen_row_means_is_on_the_screen(self, size: str, glyphs: Glyphs) -> None:
        board = Board.of(StandIn(options=(LONG, *OPTIONS[1:])))
        board.open_menu()
        text = drawn(draw_inspector, board, INSPECTOR[size], glyphs) + drawn(draw_message, board, (80, 1), glyphs)
        text = " ".join(text.replace(glyphs.vertical, " ").split())
        assert "+$0.26/min, $1.50 once, in 9 s, 8 s down; drops 41 requests under way, logs out 33 %" in text
        assert "of the users, empties 693 carts" in text

    def test_a_short_consequence_stands_in_the_message_row(self) -> None:
        board = Board.of(StandIn())
        board.open_menu()
        assert "+$0.26/min, 8 s down; drops 9 under way" in drawn(draw_message, board, (80, 1))
        board.move_menu(1)
        assert "costs more than the purse holds for 30 s" in drawn(draw_message, board, (80, 1))

    def test_the_tours_task_stays_while_the_list_is_open(self) -> None:
        board = Board.of(StandIn())
        board.open_menu()
        board.task = "Arrows choose, Enter buys"
        assert "Arrows choose" in drawn(draw_message, board, (80, 1))

    def test_prices_stand_under_each_other(self) -> None:
        more = Option("+", "add one", "add app", Quote(0.26, 0.0, 6.0, 0.0, ""), None)
        board = Board.of(StandIn(options=(*OPTIONS[:3], more)))
        text = drawn(draw_inspector, board, INSPECTOR["120x40"]).splitlines()
        rows = {name: next(row for row in text if name in row) for name in ("resize to medium", "restart", "add one")}
        assert rows["resize to medium"].index("+$0.26") == rows["add one"].index("+$0.26")
        assert rows["resize to medium"].index("8 s down") == rows["restart"].index("6 s down")

    def test_the_title_counts(self) -> None:
        board = Board.of(StandIn())
        board.open_menu()
        board.move_menu(-1)
        assert "4 of 4" in drawn(draw_inspector, board, INSPECTOR["80x24"])


@GLYPHS
@pytest.mark.parametrize("width", [80, 100, 110, 120, 160])
def test_help_and_the_way_out_are_in_every_footer(width: int, glyphs: Glyphs) -> None:
    for running in (False, True):
        sheet = Sheet(width, 1, look(glyphs))
        draw_keys(sheet, GAME, running=running)
        assert "Space" in sheet.text()[0]
        assert "? help" in sheet.text()[0]
        assert "q leave" in sheet.text()[0]
        assert width < 120 or "x X-ray" in sheet.text()[0]


def real() -> Board:
    session = Session(make_level(session=True, more='machines = 2\n[start]\nbalancer = { kind = "l7" }\n'), 3)
    for _ in range(20):
        session.step()
    return Board.of(session)


class TestTyping:
    def test_a_whole_command_says_what_it_costs_and_changes(self) -> None:
        said = weigh_line(real(), "resize app-1 medium")
        assert said.weight == 3
        assert "+$0.26/min, in 8 s; " in said.text
        assert "logs out" in said.text

    def test_a_refused_one_says_why(self) -> None:
        said = weigh_line(real(), "resize app-1 small")
        assert said == said.__class__("app-1 is small already", 4)

    @pytest.mark.parametrize(
        ("line", "part"),
        [("", "Tab completes"), ("resize app-1 ", "resize POOL|MACHINE SIZE"), ("resiz", "Tab: resize"), ("foo", "no")],
    )
    def test_an_unfinished_one_says_what_is_missing(self, line: str, part: str) -> None:
        assert part in weigh_line(real(), line).text

    def test_what_comes_next_has_its_price_or_why_not(self) -> None:
        found = {one.word: one for one in suggestions(real(), "resize app-1 ")}
        assert found["medium"].cost == "+$0.26/min  in 8 s"
        assert found["small"].refusal == "app-1 is small already"
        assert found["metal"].meaning

    @SIZES
    @GLYPHS
    def test_it_is_listed_in_the_inspectors_place(self, size: str, glyphs: Glyphs) -> None:
        board = real()
        board.typing, board.suggestions = weigh_line(board, "resize app-1 "), suggestions(board, "resize app-1 ")
        board.suggested = 1
        text = drawn(draw_inspector, board, INSPECTOR[size], glyphs)
        row = next(row for row in text.splitlines() if "medium" in row)
        assert glyphs.pointer in row
        assert "+$0.26/min  in 8 s" in row
        assert "app-1 is small already" in text

    def test_the_palette_offers_every_pool_once_and_few_of_many_machines(self) -> None:
        machines = [machine(f"app-{n}", "app", 0.5) for n in range(1, 101)]
        board = Board.of(StandIn(view(snapshot([*machines, machine("db-1", "database")]))))
        board.select("app-50")
        assert "app-50" in worth_asking(board)
        assert "app" in worth_asking(board)
        assert "db-1" in worth_asking(board)
        assert "app-51" not in worth_asking(board)
        assert ("restart app-1", "6 s down; logs out 100 % of the users") in offers(board)


BOARD = real()


WORDS = ["resize", "app-1", "set", "when", "do", "cancel", "rule", "place", "=", "%", ":", "app,", "-"]


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60) | st.lists(st.sampled_from(WORDS)).map(" ".join))
def test_whatever_is_typed_there_is_an_answer(line: str) -> None:
    said = weigh_line(BOARD, line)
    assert said.text or not line.strip()
    for one in suggestions(BOARD, line):
        assert one.word
    assert all(isinstance(after, str) for after in lines_after(BOARD, line))
    BOARD.typing, BOARD.suggestions = said, suggestions(BOARD, line)
    drawn(draw_inspector, BOARD, INSPECTOR["80x24"], ASCII)


def test_no_option_takes_a_key_of_the_screen() -> None:
    """Option keys go first. `n` does the same in both."""
    session = Session(find("sandbox"), 3)
    for line in (
        "place balancer l7",
        "place cache",
        "place cdn",
        "place queue for=photo",
        "add worker",
        "place pool api",
    ):
        assert session.do(line) is None
    for _ in range(100):
        session.step()
    for line in ("add replica", "add standby"):
        assert session.do(line) is None
    board = Board.of(session)
    taken = {key for place in board.places() for option in session.options(place) for key in option.key}
    assert {"u", "+", "b", "m"} & taken
    assert len(taken) > 8
    signs = {"full_stop": ".", "colon": ":", "slash": "/", "question_mark": "?"}
    own = {signs.get(name, name) for key in GAME for name in key.keys.split(",")}
    assert taken & own == {"n"} & taken


def test_a_hint_stands_whole_below_the_incidents_and_goes_with_its_time() -> None:
    board = Board.of(crowd())
    text = "The door can die as well: `place balancer l4 machines=2` is a pair, and costs as much again. " * 2
    board.toasts.put_up_hint(text)
    board.toasts.hear([*board.session.log, LogLine(80.0, 2, "app-3 died")])
    for size in SYSTEM:
        shown = " ".join(with_toasts(board, size).replace("│", " ").split())
        assert "app-3 died" in shown
        assert all(word in shown for word in text.replace("`", "").split())
        assert "`" not in shown
    board.toasts.pass_time(HINT_STAYS - 0.1)
    assert board.toasts.hint is not None
    board.toasts.pass_time(0.2)
    assert board.toasts.hint is None
