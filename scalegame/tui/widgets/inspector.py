"""The inspector: why the selected place is as it is, and what can be done, with its price before it is bought."""

from __future__ import annotations

import math

from scalegame.game.view import Option
from scalegame.model.snapshot import MachineView
from scalegame.tui.board import USERS, Board
from scalegame.tui.figures import count, duration, money, percent, price_change, rate
from scalegame.tui.sheet import Sheet, wrap
from scalegame.tui.theme import Ink
from scalegame.tui.widgets.panel import BOX_HEIGHT, Inside, Panel, frame
from scalegame.tui.widgets.signals import AMBER_SHARE
from scalegame.tui.widgets.system import state_mark


def why(board: Board, machine: MachineView) -> str:
    """Why a machine is as fast or slow as it is, in one line."""
    if machine.state == "dead":
        back = f"; back by itself in {duration(machine.seconds_left)}" if machine.seconds_left > 0 else ""
        return f"dead: what it held is lost{back}"
    if machine.state == "unreachable":
        return f"cut off: the network reaches it again in {duration(machine.seconds_left)}; what is sent there waits"
    if machine.wrong_share > 0.0:
        return f"a bad release: {percent(machine.wrong_share)} of its answers are wrong; deploy again, or roll back"
    if machine.state in ("booting", "resizing", "restarting", "deploying", "draining"):
        left = f" for {duration(machine.seconds_left)} more" if machine.seconds_left > 0 else ""
        return f"{machine.state}{left}: it answers nobody until then"
    database = board.pool("database")
    if machine.held > machine.slots * 0.5 and database is not None and machine.pool == "app":
        return (
            f"{percent(machine.held / machine.slots)} of its slots are held by requests that wait for the database"
            f" ({percent(database.utilisation)} busy)"
        )
    if machine.state == "slow":
        return f"slow: its work takes {machine.slow_factor:.1f}x as long as it should"
    if machine.waiting >= machine.backlog * 0.8 and machine.backlog > 0:
        room = machine.slots + machine.backlog
        return f"full: {count(machine.waiting)} wait where {count(room)} fit, the next ones are refused"
    if machine.utilisation >= AMBER_SHARE:
        each = machine.waiting / machine.arrival_rate if machine.arrival_rate > 0 else 0.0
        return f"slow: all {machine.cores} cores are busy; a request waits {_wait(each)} for its turn"
    if not machine.in_rotation:
        return "the balancer sends it nothing: it failed its health checks"
    if machine.waiting >= 1:
        return f"keeps up; {count(machine.waiting)} wait now, as queues do before they are full"
    return "keeps up: nobody waits"


def why_place(board: Board) -> str:
    """The same for what is not a machine: a pool, the users, a tier that does not stand."""
    pool = board.pool(board.selected)
    if pool is not None:
        waiting = f", {count(pool.waiting)} wait" if pool.waiting >= 1 else ""
        return (
            f"{pool.up} of {pool.machines} up, {percent(pool.utilisation)} busy, {rate(pool.arrival_rate)}{waiting};"
            f" a request waits {_wait(pool.wait.mean / 1000)} here on average"
        )
    if board.selected == USERS:
        signals = board.snapshot.signals
        again = f", and {rate(signals.attempt_rate - signals.offered_rate)} are tried again"
        retries = again if board.snapshot.retry_share >= 0.01 else ""
        return f"{rate(signals.offered_rate)} come in{retries}; {rate(signals.good_rate)} get a good answer"
    return {
        "balancer": "Not placed: it spreads requests over several servers and leaves out dead ones.",
        "cache": "Not placed: it keeps sessions outside the servers, so that any server knows any user.",
    }.get(board.selected, "")


def _wait(seconds: float) -> str:
    if not math.isfinite(seconds):
        return "0 ms"
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def facts(machine: MachineView) -> str:
    """What it is, and what it does now."""
    parts = [machine.size, f"{machine.cores} cores", f"{machine.slots} slots", rate(machine.arrival_rate)]
    if machine.users >= 1:
        parts.append(f"home of {count(machine.users)} users")
    if machine.files >= 1:
        parts.append(f"{count(machine.files)} files")
    if machine.data_share >= 0.005:
        parts.append(f"{percent(machine.data_share)} of the data")
    if machine.price:
        parts.append(f"{money(machine.price)}/min")
    return "  ".join(parts)


def cost(option: Option) -> str:
    """What an option costs: money a minute, money once, seconds until it is done, downtime."""
    quote = option.quote
    parts = [price_change(quote.price_change)]
    if quote.once >= 0.005:
        parts.append(f"{money(quote.once)} once")
    if quote.delay > 0 and quote.delay != quote.downtime:
        parts.append(f"in {duration(quote.delay)}")
    if quote.downtime > 0:
        # Down from now until it is done: the delay is said with it.
        parts.append(f"{duration(quote.downtime)} down")
    return "  ".join(part for part in parts if part) or "free, at once"


def draw_inspector(sheet: Sheet, board: Board) -> None:
    """Title, why, facts, then the options as a table; where rows are short the most important come first."""
    machine = board.machine(board.selected)
    lit = board.lit == "inspector"
    inside = frame(sheet, board.selected or "nothing selected", boxed=sheet.height >= BOX_HEIGHT, lit=lit,
                   note=_note(board))  # fmt: skip
    y = inside.y
    if machine is not None:
        glyph, _, ink = state_mark(machine, sheet.look.glyphs)
        for line in wrap(why(board, machine), inside.width - 2, 2 if inside.height > 8 else 1):
            sheet.put(inside.x, y, glyph if y == inside.y else " ", ink)
            sheet.put(inside.x + 2, y, line, Ink.STRONG)
            y += 1
        if inside.height > 6 and board.menu is None:
            sheet.put(inside.x + 2, y, facts(machine), Ink.DIM, inside.width - 2)
            y += 1
            if machine.lost_with_it and inside.height > 9:
                sheet.put(inside.x + 2, y, f"gone for good, it {machine.lost_with_it}", Ink.DIM, inside.width - 2)
                y += 1
            y += 1 if inside.height > 9 else 0
    else:
        for line in wrap(why_place(board), inside.width - 2, 2 if inside.height > 5 else 1):
            sheet.put(inside.x + 2, y, line, Ink.STRONG)
            y += 1
        y += 1 if inside.height > 9 else 0
    _options(sheet, board, Inside(inside.x, y, inside.width, inside.bottom - y))


def _note(board: Board) -> str:
    under_way = [order for order in board.snapshot.orders if order.place == board.selected or not order.place]
    if under_way:
        order = under_way[0]
        return f"under way: {order.text}, {duration(order.seconds_left)} left"
    return ""


def _options(sheet: Sheet, board: Board, inside: Inside) -> None:
    options = board.options
    if inside.height < 1:
        return
    if not options:
        sheet.put(inside.x, inside.y, "nothing to be done here", Ink.DIM)
        return
    first = 0
    if board.menu is not None:
        first = min(max(board.menu - inside.height // 2, 0), max(len(options) - inside.height, 0))
    label_width = min(max(len(option.label) for option in options) + 1, inside.width // 2 - 4)
    for offset, option in enumerate(options[first : first + inside.height]):
        index = first + offset
        last = offset == inside.height - 1 and index < len(options) - 1
        if last and board.menu is None:
            more = len(options) - index
            sheet.put(
                inside.x + 2,
                inside.y + offset,
                f"{sheet.look.glyphs.enter} all {len(options)} choices ({more} more)",
                Ink.DIM,
            )
            sheet.zone(inside.x, inside.y + offset, inside.width, "menu")
        else:
            _option(sheet, board, inside, inside.y + offset, option, index, label_width)


def _option(sheet: Sheet, board: Board, inside: Inside, y: int, option: Option, index: int, label_width: int) -> None:
    chosen = board.menu == index
    refused = option.refusal is not None
    if chosen:
        sheet.tint(inside.x, y, inside.width, Ink.CHOSEN)
    quiet = Ink.CHOSEN_DIM if chosen else Ink.DIM
    plain = Ink.CHOSEN if chosen else Ink.TEXT
    lit = board.lit == f"option {option.key}" and bool(option.key)
    sheet.put(inside.x, y, sheet.look.glyphs.pointer if chosen else " ", plain)
    sheet.put(
        inside.x + 1,
        y,
        f"{option.key or ' '}",
        Ink.LIT if lit else quiet if refused else Ink.CHOSEN if chosen else Ink.KEY,
    )
    x = sheet.put(inside.x + 3, y, option.label, Ink.LIT if lit else quiet if refused else plain, label_width)
    x = inside.x + 3 + label_width + 1
    if refused:
        text = option.refusal or ""
        sheet.put(x, y, f"{sheet.look.glyphs.refused} {text}", quiet, inside.right - x)
    else:
        x = sheet.put(x, y, cost(option), Ink.CHOSEN if chosen else Ink.MONEY, inside.right - x) + 2
        if option.quote.consequence:
            sheet.put(x, y, option.quote.consequence, quiet, inside.right - x)
    sheet.zone(inside.x, y, inside.width, f"option {index}")


class InspectorPanel(Panel):
    def draw(self, sheet: Sheet) -> None:
        draw_inspector(sheet, self.board)
