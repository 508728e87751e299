"""One tick of the database's machines. Calls hold their callers' slots until they are answered.

A world with one machine and nothing special about it takes the short way here; what several make of it is worked out by
``data_layout``.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from scalegame.model.catalogue import TICK_SECONDS, TICKS_PER_SECOND
from scalegame.model.data.data_layout import DataLayout
from scalegame.model.data.replication import replay_drag, replicate
from scalegame.model.data.stores import stores_of
from scalegame.model.front.balancer import Splitter, by_weight
from scalegame.model.numbers.exact import Floats
from scalegame.model.operators.calls import Asked
from scalegame.model.operators.policies import Policies
from scalegame.model.queueing.ahead import MachineDraws
from scalegame.model.queueing.servers import SMOOTHING, Stations
from scalegame.model.site import Site
from scalegame.model.state import Condition, Pool, Tier, burden
from scalegame.model.way.flow import Loss, Now, Over
from scalegame.model.way.layout import Layout
from scalegame.model.way.ledger import BREAKER, DOWN, REFUSED, STALE

Walk = Callable[[Tier, Floats, Now], tuple[Floats | None, Floats, Floats]]
"""Walks a tier: see Tiers._take."""
_ALL = 1.0 - 1e-6
"""From this share on, starts are not held up by slots at all."""
_POOL_STEP = 1 << 16
_CAUGHT_UP = 0.5
"""A replica has caught up when what it shows is no older than this share of what any class bears."""
_SPLIT_PART = 2


class Database:
    """The walk through Tier.DATA. ``draw`` comes before the first tick of a block."""

    def __init__(self, site: Site, stations: Stations) -> None:
        self.site = site
        self.stations = stations
        self.unhindered = False
        """No server's starts are held up by slots."""
        self.policies = Policies(site)
        self._most_starts = np.zeros((site.runs, 0))
        self._splitter = Splitter(site.seeds, site.classes, _SPLIT_PART)
        calls = [c.db_read_ms + c.db_write_ms > 0.0 for c in site.scenario.classes]
        self._one_of_many = (
            np.array([calls.index(True) == k if any(calls) else False for k in range(site.classes)]) * 1.0
        )
        """Where all classes are alike at the database, any of them stands for all: (classes,)."""

    def draw(self, layout: Layout, ticks: int) -> None:
        """For so many ticks from this one on."""
        if layout.data is None or not layout.data.spread:
            return
        span = self.site.columns.tiers[Tier.DATA]
        serial = self.site.table.serial[:, span] + self.site.columns.pool_at[span] * _POOL_STEP
        self._first = self.site.tick
        self._u, self._z = self._splitter.draw(self.site.tick, ticks, serial)

    def feel_replay(self, layout: Layout) -> bool:
        """Once a second reads on replicas feel what replay takes from them. True where service times changed."""
        site, table = self.site, self.site.table
        if layout.data is None or layout.data.replicated is None or site.tick % TICKS_PER_SECOND:
            return False
        span = layout.data.replicas
        self._say_stale(layout.data)
        table.hampered[:, span] = replay_drag(table, span)
        table.drag[:, span] = layout.data.steady_drag * table.hampered[:, span]
        burdens = burden(table)[:, span]
        layout.pace[:, span] = table.stretch[:, span] * burdens
        table.service[:, span] = layout.bare[:, span] * burdens
        return True

    def _say_stale(self, data: DataLayout) -> None:
        """Say it when replicas are so far behind that their answers are lost, once until they have caught up."""
        site = self.site
        if data.tolerance is None or data.replicated is None:
            return
        lag, said = site.table.lag[:, data.replicas], site.database.stale_said
        stale = stale_shares(data, site, may_read(data, site))
        if stale is not None:
            for run in np.flatnonzero(np.logical_or.reduce(stale > 0.0, axis=1) & ~said).tolist():
                worst = data.replicas.start + int(lag[run].argmax())
                kinds = [site.scenario.classes[k].name for k in np.flatnonzero(stale[run]).tolist()]
                name, behind = site.name(run, worst), float(site.table.lag[run, worst])
                text = f"{name} is {behind:.1f} s behind: its answers to {', '.join(kinds)} are out of date, and lost"
                site.say(run, 1, name, "stale", text)
                said[run] = True
        fresh = np.maximum.reduce(lag, axis=1) <= _CAUGHT_UP * float(data.tolerance.min())
        said &= ~(fresh & (data.replicated > 0.0))

    def slots(self, layout: Layout, shares: Floats, draws: MachineDraws) -> tuple[Floats, Floats | None]:
        """Slots of the servers that the database does not hold, and the starts that these and its answers admit now;
        None where there are more than anybody could use. Both (runs, columns).

        shares: of each class in the expected traffic, (runs, classes).
        """
        site, table = self.site, self.site.table
        app, data = site.columns.tiers[Tier.SERVERS], site.columns.tiers[Tier.DATA].start
        use = (
            shares * layout.uses_database
            if site.classes == 1
            else np.add.accumulate(shares * layout.uses_database, axis=1)[:, -1:]
        )
        rate = table.rate_in[:, app]
        on_the_way = table.service[:, data : data + 1] * (table.cores[:, data : data + 1] > 1.0)
        several = None
        if layout.data is not None:
            several = self._calls_ahead(layout.data, shares * layout.uses_database)
            on_the_way = np.where(layout.data.special, several[0], on_the_way)
        held = rate * (use * (layout.wire_seconds + on_the_way))
        held += table.held[:, app]
        if self.unhindered and draws.possible is not None:
            left = table.slots[:, app] - held
            if not np.count_nonzero(left < np.maximum(draws.need[:, app], self._most_starts)):
                return table.slots, None
        free = table.slots.copy()
        free[:, app] = np.maximum(table.slots[:, app] - held, 0.0)
        answers = table.cores[:, data] * self.stations.working[:, data] * TICK_SECONDS / table.service[:, data]
        if layout.data is not None and several is not None:
            answers = np.where(layout.data.special[:, 0], several[1][:, 0], answers)
        if self.policies.active:
            # What the database answers is not what becomes free: callers give up, and come back.
            answers = np.where(site.calls.watched, self.policies.freed, answers)
        total = np.add.accumulate(rate, axis=1)[:, -1:]
        part = np.where(total > 0.0, rate / np.maximum(total, 1e-9), 1.0)
        spare = layout.unbounded.copy()
        admitted = free[:, app] + answers[:, None] * part
        if layout.data is not None:
            # Of several only one may be busy: what was let in too much is made up for, else it would add up.
            owing = np.maximum(table.slots[:, app] - held + answers[:, None] * part, 0.0)
            admitted = np.where(layout.data.special, owing, admitted)
        spare[:, app] = admitted / np.maximum(use, 0.05)
        most = 4.0 * table.cores[:, app] / table.service[:, app]
        allowed = np.minimum(table.allowed[:, app], most)
        allowed += SMOOTHING * (np.minimum(spare[:, app] / TICK_SECONDS, most) - allowed)
        allowed = np.where(allowed > _ALL * most, most, allowed)
        hindered = allowed != most
        if layout.calling is not None:
            # Others of the batch have a database: those without keep what they would have alone.
            hindered &= layout.calling
            spare = np.where(layout.calling, spare, layout.unbounded)
            allowed = np.where(layout.calling, allowed, table.allowed[:, app])
        # A new array: earlier ticks may still show the old one.
        table.allowed = table.allowed.copy()
        table.allowed[:, app] = allowed
        self.unhindered = not np.count_nonzero(hindered)
        self._most_starts = most * TICK_SECONDS
        return free, spare

    def _calls_ahead(self, data: DataLayout, use: Floats) -> tuple[Floats, Floats]:
        """Where several machines answer: mean seconds that a call is on the wire or on one of several cores, and how
        many may be answered in this tick, both (runs, 1). use: expected calls of each class, in any unit."""
        table, span = self.site.table, self.site.columns.tiers[Tier.DATA]
        share = np.where(data.fan[:, :, None], data.member[:, None, :], data.share)
        served = share * (table.service[:, span] * (table.cores[:, span] > 1.0))[:, None, :]
        slowest = np.maximum.reduce(served, axis=2) * data.latest
        seconds = np.where(data.fan, slowest, np.add.accumulate(served, axis=2)[:, :, -1]) + data.extra
        total = np.maximum(np.add.accumulate(use, axis=1)[:, -1:], 1e-300)
        on_the_way = np.add.accumulate(use * seconds, axis=1)[:, -1:] / total
        most = table.cores[:, span] * self.stations.working[:, span] * TICK_SECONDS / table.service[:, span]
        there = table.n[:, span] + 1.0 + table.rate_in[:, span] * TICK_SECONDS
        asked = np.maximum.reduce(share, axis=1) > 0.0
        parts = np.add.accumulate(np.add.accumulate(use[:, :, None] * share, axis=1)[:, -1], axis=1)[:, -1:]
        answers = np.add.accumulate(np.minimum(most, there) * asked, axis=1)[:, -1:]
        return on_the_way, answers / np.maximum(parts / total, 1.0)

    # The walk --------------------------------------------------------------------------------------------------------

    def through(self, layout: Layout, served: Floats, now: Now, take: Walk) -> None:
        """Walk this tick's calls. served: what the servers finished, (runs, columns of the servers, classes)."""
        site, table = self.site, self.site.table
        span, walk = site.columns.tiers[Tier.DATA], site.columns.tiers[Tier.SERVERS]
        sent = served if layout.everybody_calls else served * layout.calls
        if self.policies.active:
            sent, blocked = self.policies.send(sent)
            if blocked is not None:
                calling = layout.uses_database[0]
                now.losses.append(Loss(BREAKER, blocked, Over.MISS, Pool.DATABASE, classes=calling))
        if layout.data is not None:
            by_machine, answered, asked = self._through_several(layout, layout.data, sent, now, take)
        else:
            by_machine = sent[:, :, 0] if site.classes == 1 else sent.sum(axis=2)
            if not layout.database_up:
                serving = self.stations.serving[:, span.start : span.start + 1]
                now.met.down[:, span.start] = 1.0 - serving[:, 0]
                sent = sent * serving[:, :, None]
                by_machine = by_machine * serving
            came = sent.sum(axis=1, keepdims=True)
            if span.stop - span.start > 1:
                first, came = came, np.zeros((site.runs, span.stop - span.start, site.classes))
                came[:, :1] = first
            refused, out, let_in = take(Tier.DATA, came, now)
            if Tier.DATA in layout.mixed:
                self._leave(let_in, out)
            ended = out if refused is None else out + refused
            answered = ended.sum(axis=1)
            asked = self._asked(came.sum(axis=2), refused, ended) if self.policies.active else None
        if asked is not None:
            by_machine, answered = self.policies.settle(by_machine, answered, asked)
            now.calls = self.policies.now()
        if not layout.database_up:
            self._strand()
        held = table.held[:, walk] + by_machine
        upto = np.add.accumulate(held, axis=1)
        whole = upto[:, -1:]
        back = np.floor(upto * np.minimum(answered[:, None] / np.maximum(whole, 1.0), 1.0) + 0.5)
        held[:, 1:] -= back[:, 1:] - back[:, :-1]
        held[:, 0] -= back[:, 0]
        table.held[:, walk] = np.maximum(held, 0.0)

    def _through_several(
        self, layout: Layout, data: DataLayout, sent: Floats, now: Now, take: Walk
    ) -> tuple[Floats, Floats, Asked | None]:
        """Shards, replicas, a standby. The slots that calls take at each server, (runs, its columns), how many of all
        are free again, (runs,), and what policies want to know of it."""
        site, table = self.site, self.site.table
        span = site.columns.tiers[Tier.DATA]
        if data.refused is not None:
            sent = sent - np.floor(sent * data.refused[:, :, None] + 0.5)
            now.losses.append(Loss(REFUSED, data.refused, Over.CALL, Pool.DATABASE, classes=layout.uses_database[0]))
        total = sent.sum(axis=1)
        share = may_read(data, site)
        if data.spread:
            here = site.tick - self._first
            parts = by_weight(total, share, self._u[here], self._z[here])
        else:
            parts = np.zeros((site.runs, site.classes, span.stop - span.start))
            parts[:, :, 0] = total
        serving = self.stations.serving[:, span]
        if data.any_fan:
            # Where one shard is missing, what asks all of them fails at once.
            whole = np.minimum.reduce(np.where(data.member > 0.0, serving, 1.0), axis=1)[:, None, None]
            everywhere = total[:, :, None] * data.member[:, None, :] * whole
            parts = np.where(data.fan[:, :, None], everywhere, parts)
        if not layout.database_up:
            now.met.down[:, span] = 1.0 - serving
            parts = parts * serving[:, None, :]
        came = parts.transpose(0, 2, 1)
        refused, out, let_in = take(Tier.DATA, came, now)
        gone = self._leave(let_in, out) if Tier.DATA in layout.mixed else out[:, :, None] * self._one_of_many
        at_each = came.sum(axis=2)
        ended = out if refused is None else out + refused
        accepted, answered = at_each.sum(axis=1), ended.sum(axis=1)
        together = None
        if data.any_fan:
            fan_in = (total * data.fan).sum(axis=1) * whole[:, 0, 0]
            fan_parts = (parts * data.fan[:, :, None]).sum(axis=1)
            fan_done = ((gone + came - let_in) * data.fan[:, None, :]).sum(axis=2)
            before = np.maximum.reduce(table.fanned[:, span], axis=1)
            left = np.maximum(table.fanned[:, span] + fan_in[:, None] * data.member - fan_done, 0.0)
            table.fanned[:, span] = left
            fan_ended = before + fan_in - np.maximum.reduce(left, axis=1)
            accepted = accepted - fan_parts.sum(axis=1) + fan_in
            answered = answered - fan_done.sum(axis=1) + fan_ended
            at_each, ended = at_each - fan_parts, ended - fan_done
            together = (fan_in, fan_ended, ((came - let_in) * data.fan[:, None, :]).sum(axis=2))
        if data.replicated is not None:
            stale = stale_shares(data, site, share)
            if stale is not None:
                now.losses.append(Loss(STALE, stale, Over.MISS, Pool.REPLICA, retry=False))
            self._replay(data, gone, data.replicated)
        if data.spread:
            now.data_split = share
        by_machine = np.add.accumulate(sent.sum(axis=2), axis=1)
        part = accepted[:, None] / np.maximum(by_machine[:, -1:], 1.0)
        by_machine = np.floor(by_machine * part + 0.5)
        by_machine[:, 1:] -= by_machine[:, :-1].copy()
        return by_machine, answered, self._asked(at_each, refused, ended, together) if self.policies.active else None

    def _asked(
        self, came: Floats, refused: Floats | None, ended: Floats, together: tuple[Floats, Floats, Floats] | None = None
    ) -> Asked:
        """What came of a tick's calls to one machine each, (runs, columns); of those that ask all shards, ``together``:
        how many came and ended, both (runs,), and at which machines they were refused, (runs, columns)."""
        asked = Asked(*(np.zeros((came.shape[0], came.shape[1] + 1)) for _ in range(3)))
        asked.came[:, :-1], asked.ended[:, :-1] = came, ended
        if refused is not None:
            asked.refused[:, :-1] = refused
        if together is not None:
            asked.came[:, -1], asked.ended[:, -1], away = together
            # One refusal fails it.
            asked.refused[:, :-1] -= away
            asked.refused[:, -1] = np.maximum.reduce(away, axis=1)
        return asked

    def _leave(self, let_in: Floats, out: Floats) -> Floats:
        """Who of those in the queues was served, (runs, columns, classes)."""
        queue = self.site.queues[Tier.DATA]
        queue.arrive(self.site.tick, let_in)
        return queue.leave(self.site.tick, out)

    def _replay(self, data: DataLayout, gone: Floats, replicated: Floats) -> None:
        """What was written goes to the replicas. gone: who was served, (runs, columns of the tier, classes)."""
        site, table, span = self.site, self.site.table, data.replicas
        work = np.add.accumulate(gone.sum(axis=1) * data.replay, axis=1)[:, -1] * replicated
        serving = self.stations.working[:, span]
        shift = self.stations.shifts.read(table.shift[:, span], table.rho[:, span])
        waiting = np.maximum((table.n[:, span] - shift) * table.ladder[:, span], 0.0)
        replicate(site.database, table, span, site.tick, work, serving, waiting)

    def _strand(self) -> None:
        """Who waited at a server all the while and reaches a database machine now finds it dead."""
        site, span = self.site, self.site.columns.tiers[Tier.DATA]
        dead = (self.stations.serving[:, span] == 0.0) & (site.table.condition[:, span] != Condition.ABSENT)
        for run, local in np.argwhere(dead).tolist():
            column = span.start + local
            pool = site.pool_of(column)
            if pool in (Pool.DATABASE, Pool.REPLICA):
                site.fates.strand(run, stores_of(site, run, column), site.tick, DOWN, int(pool))


def may_read(data: DataLayout, site: Site) -> Floats:
    """``share`` with the replicas left out that are too far behind now."""
    if data.guarded is None:
        return data.share
    lag = site.table.lag[:, data.replicas]
    first = data.replicas.start - site.columns.tiers[Tier.DATA].start
    here = slice(first, first + lag.shape[1])
    fit = (lag <= data.max_lag) | ~data.guarded
    left = data.share[:, :, here] * fit[:, None, :]
    before = np.add.accumulate(data.share[:, :, here], axis=2)[:, :, -1:]
    now = np.add.accumulate(left, axis=2)[:, :, -1:]
    share = data.share.copy()
    share[:, :, here] = np.where(now > 0.0, left * (before / np.maximum(now, 1e-300)), 0.0)
    return np.where((before > 0.0) & (now == 0.0), data.fallback, share)


def stale_shares(data: DataLayout, site: Site, share: Floats) -> Floats | None:
    """Of each class's calls, what a replica answers with what is too old for it, (runs, classes); None: nothing."""
    if data.tolerance is None or data.replicated is None:
        return None
    first = data.replicas.start - site.columns.tiers[Tier.DATA].start
    lag = site.table.lag[:, None, data.replicas]
    old = share[:, :, first : first + lag.shape[2]] * (lag > data.tolerance)
    result: Floats = np.add.accumulate(old, axis=2)[:, :, -1]
    return result if np.count_nonzero(result) else None
