"""Who stands where in a snapshot, looked up and not searched for: a picture of a thousand machines asks this all the
time. How long a state lasts in all shows only over several snapshots, and is kept here as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scalegame.model.catalogue import RESIZE_SECONDS, RESTART_SECONDS

if TYPE_CHECKING:
    from scalegame.model.snapshot import MachineView, PoolView, Snapshot

REBOOTS = {"resizing": RESIZE_SECONDS, "restarting": RESTART_SECONDS}
"""Seconds of states that no order tells of."""


class Roster:
    """A snapshot's machines and pools by their names."""

    __slots__ = ("by_name", "by_pool", "pools", "several_zones", "snapshot", "whole")

    def __init__(self, snapshot: Snapshot, before: Roster | None = None) -> None:
        """before: the last one, from which states that go on keep their length."""
        self.snapshot = snapshot
        self.by_name: dict[str, MachineView] = {machine.name: machine for machine in snapshot.machines}
        self.pools: dict[str, PoolView] = {pool.name: pool for pool in snapshot.pools}
        self.by_pool: dict[str, list[MachineView]] = {}
        zones = set()
        for machine in snapshot.machines:
            self.by_pool.setdefault(machine.pool, []).append(machine)
            zones.add(machine.zone)
        self.several_zones = len(zones) > 1
        self.whole = self._lengths(before)
        """Seconds that a machine's present state takes in all, of those that end by themselves."""

    def _lengths(self, before: Roster | None) -> dict[str, float]:
        """What an order or the catalogue says, or else the most that was ever left of the state."""
        told = {order.place: order.seconds for order in self.snapshot.orders}
        known: dict[str, float] = {}
        for machine in self.snapshot.machines:
            left = machine.seconds_left
            if left <= 0.0 and machine.state not in REBOOTS:
                continue
            old = before.by_name.get(machine.name) if before is not None else None
            if before is not None and old is not None and old.state == machine.state:
                left = max(left, before.whole.get(machine.name, 0.0))
            known[machine.name] = max(left, told.get(machine.name, 0.0), REBOOTS.get(machine.state, 0.0))
        return known

    def progress(self, machine: MachineView) -> float:
        """How much of a state that ends by itself is over, 0..1."""
        whole = self.whole.get(machine.name, 0.0)
        return 1.0 - machine.seconds_left / whole if whole > 0.0 else 0.0
