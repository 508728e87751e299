"""The same dashboard from Textual's own widgets, as one builds it first: what our canvases are measured against.

It shows what the board shows, the figures in the same places, all of it ten times a second, where ours draws figures
less often and ten times a second only what flows; it can select a machine and stop.
"""

from __future__ import annotations

import math
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import DataTable, Footer, Label, OptionList, RichLog, Sparkline, Static

from scalegame.game.session import Session
from scalegame.tui.cells.figures import clock, count, milliseconds, money, percent, rate, uptime
from scalegame.tui.desk.pace import FRAME_SECONDS

COLUMNS = ("machine", "state", "busy", "bar", "waiting", "held", "arrivals", "zone")
BAR = 10
PLOTS = ("traffic", "latency", "errors", "tightest")
PLOTTED = 60
"""Seconds."""


class StockBoard(App[None]):
    """A session in stock widgets."""

    CSS = """
    #top { height: 1; }
    #upper { height: 1fr; } #lower { height: 1fr; }
    #system, #options { width: 1fr; border: round gray; }
    #signals, #log { width: 36; border: round gray; }
    Sparkline { height: 2; }
    #why { height: 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "run_or_stop", "run or stop"),
        Binding("colon", "ignore", "command"),
        Binding("n", "ignore", "launch"),
        Binding("question_mark", "ignore", "help"),
        Binding("q", "quit", "leave"),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._running = True
        self._told = 0

    def compose(self) -> ComposeResult:
        yield Static(id="top")
        with Horizontal(id="upper"):
            yield DataTable[str](id="system", cursor_type="row")
            with Vertical(id="signals"):
                for name in PLOTS:
                    yield Label(name, id=f"{name}-figure")
                    yield Sparkline([], id=name)
        with Horizontal(id="lower"):
            with Vertical(id="options"):
                yield Static(id="why")
                yield OptionList(id="choices")
            yield RichLog(id="log", wrap=True)
        yield Footer()

    def on_mount(self) -> None:
        table = self.query_one("#system", DataTable)
        table.add_columns(*((name, name) for name in COLUMNS))
        for machine in self._session.view().snapshot.machines:
            table.add_row(*[""] * len(COLUMNS), key=machine.name)
        table.focus()
        self._show()
        self.set_interval(FRAME_SECONDS, self._frame)

    def action_run_or_stop(self) -> None:
        self._running = not self._running

    def action_ignore(self) -> None:
        """The footer shows the keys that the game has."""

    def _frame(self) -> None:
        if self._running:
            self._session.step()
            self._show()

    def _show(self) -> None:
        view = self._session.view()
        snapshot = view.snapshot
        self.query_one("#top", Static).update(
            f"{view.title}  {clock(snapshot.seconds)}/{clock(view.total_seconds)}  uptime {uptime(view.uptime)}"
            f"  budget {percent(view.stage.budget_left)}  {money(view.burn)}/min"
        )
        table = self.query_one("#system", DataTable)
        for machine in snapshot.machines:
            busy = round(machine.utilisation * BAR)
            row = (
                machine.name, machine.state, percent(machine.utilisation), "█" * busy + "░" * (BAR - busy),
                count(machine.waiting), count(machine.held), rate(machine.arrival_rate), machine.zone,
            )  # fmt: skip
            for column, text in zip(COLUMNS, row, strict=True):
                table.update_cell(machine.name, column, text)
        self._signals()
        self._inspector()
        log = self.query_one("#log", RichLog)
        for line in self._session.log[self._told :]:
            log.write(f"{clock(line.seconds)} {line.text}")
        self._told = len(self._session.log)

    def _signals(self) -> None:
        now = self._session.view().snapshot.signals
        triple = " ".join(milliseconds(value) for value in (now.latency.p50, now.latency.p95, now.latency.p99))
        share = now.lost_rate / max(now.good_rate + now.lost_rate, 1e-9)
        figures = (rate(now.offered_rate), f"{triple} ms", percent(share), f"{now.tightest} {percent(now.saturation)}")
        seconds = self._session.history.seconds[-PLOTTED:]
        series = (
            [second.offered for second in seconds],
            [0.0 if math.isnan(second.latency.p99) else second.latency.p99 for second in seconds],
            [second.lost for second in seconds],
            [max((pool.utilisation for pool in second.pools), default=0.0) for second in seconds],
        )
        for name, figure, values in zip(PLOTS, figures, series, strict=True):
            self.query_one(f"#{name}-figure", Label).update(f"{name}  {figure}")
            self.query_one(f"#{name}", Sparkline).data = values

    def _inspector(self) -> None:
        machines = self._session.view().snapshot.machines
        row = self.query_one("#system", DataTable).cursor_row
        machine = machines[min(row, len(machines) - 1)]
        self.query_one("#why", Static).update(
            f"selected {machine.name}: {machine.size}, {machine.cores} cores, {percent(machine.utilisation)} busy"
        )
        choices = self.query_one("#choices", OptionList)
        lines = [
            f"{option.label}  {money(option.quote.price_change)}/min  {option.refusal or option.quote.consequence}"
            for option in self._session.options(machine.name)
        ]
        if [str(choices.get_option_at_index(at).prompt) for at in range(choices.option_count)] != lines:
            choices.clear_options()
            choices.add_options(lines)
