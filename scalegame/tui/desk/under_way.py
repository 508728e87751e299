"""What is under way in a world: orders that take time, and reboots, which nobody can take back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from scalegame.game.view import NOTHING, Option
from scalegame.model.catalogue import RESIZE_SECONDS, RESTART_SECONDS

if TYPE_CHECKING:
    from scalegame.model.snapshot import MachineView, OrderView, Snapshot

_REBOOTS = {"resizing": ("resize", RESIZE_SECONDS), "restarting": ("restart", RESTART_SECONDS)}
_IN_TURN = ("rolling", "switch")
_WAITS_SECONDS = 3600.0
"""What takes longer waits for something else, and nobody knows how long."""


@dataclass(frozen=True, slots=True)
class Errand:
    """Something that takes time."""

    number: int | None
    """Of the order; None where it is none that could be cancelled."""
    text: str
    place: str
    seconds_left: float | None
    """None: until something else happens."""
    done: float
    """0..1."""

    @property
    def command(self) -> str:
        """What takes it back; empty where nothing does."""
        return "" if self.number is None else f"cancel {self.number}"


def under_way(snapshot: Snapshot) -> list[Errand]:
    """Everything under way, the next to finish first."""
    errands = [_order(order) for order in snapshot.orders]
    # An order that reboots machines in turn says it for them.
    rolling = {order.place for order in snapshot.orders if order.kind in _IN_TURN}
    errands += [
        _reboot(machine)
        for machine in snapshot.machines
        if machine.state in _REBOOTS and machine.pool not in rolling and machine.name not in rolling
    ]
    return sorted(errands, key=lambda one: _WAITS_SECONDS if one.seconds_left is None else one.seconds_left)


def ways_back(snapshot: Snapshot, weigh: Callable[[str], Option]) -> tuple[Option, ...]:
    """For each thing under way the order that cancels it; where there is none it has no command, and says why."""
    return tuple(
        replace(weigh(errand.command), key="", label=errand.text)
        if errand.command
        else Option("", errand.text, "", NOTHING, "a reboot cannot be taken back")
        for errand in under_way(snapshot)
    )


def _order(order: OrderView) -> Errand:
    if order.seconds_left > _WAITS_SECONDS:
        return Errand(order.number, order.text, order.place, None, 0.0)
    done = 1.0 - order.seconds_left / order.seconds if order.seconds > 0 else 1.0
    return Errand(order.number, order.text, order.place, order.seconds_left, done)


def _reboot(machine: MachineView) -> Errand:
    verb, seconds = _REBOOTS[machine.state]
    done = min(max(1.0 - machine.seconds_left / seconds, 0.0), 1.0)
    return Errand(None, f"{verb} {machine.name}", machine.name, machine.seconds_left, done)
