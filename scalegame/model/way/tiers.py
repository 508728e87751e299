"""One tick's requests on their way through the tiers: balancer, servers, cache, database, each a walk for all its
machines (the last in ``database``).

Counts go front to back, answers back to front. What the machines could do is drawn ahead for a block of ticks.
"""

from __future__ import annotations

import numpy as np

from scalegame.model import catalogue as cat
from scalegame.model.by_run import ByRun
from scalegame.model.data.database import Database
from scalegame.model.front.addresses import hash_anew
from scalegame.model.front.balancer import Splitter, Weights, by_weight, in_turn
from scalegame.model.front.dealing import sticky_share
from scalegame.model.homes.records import write
from scalegame.model.homes.sessions import in_order, meet_other_pools, move_about, stolen_share
from scalegame.model.homes.uploads import bill, file_gb, take_in
from scalegame.model.numbers.draws import Stream, stream_base
from scalegame.model.numbers.exact import Floats
from scalegame.model.operators.shedding import Shedding
from scalegame.model.queueing.ahead import MachineDraws, MachinesAhead
from scalegame.model.queueing.servers import Stations
from scalegame.model.site import Site
from scalegame.model.state import Tier
from scalegame.model.way.first_stop import foresee
from scalegame.model.way.flow import Attempts, FirstStop, Loss, Met, Now, Over, Walked
from scalegame.model.way.layout import Layout, lay_out
from scalegame.model.way.ledger import DOWN, LEAKED, LOGGED_OUT, MISSING, SERVED, WRONG
from scalegame.model.way.lookups import Answered, Lookups
from scalegame.model.way.memory import make_room, notice_machines


class Tiers:
    """The tiers of a site. ``rebuild`` and ``draw`` come before the first walk."""

    layout: Layout
    ahead: MachinesAhead
    _weights: Weights
    _first_stop: FirstStop | None

    def __init__(self, site: Site) -> None:
        self.site = site
        self.stations = Stations(site.shifts)
        self.session_class = site.demands.sessions
        self._gigabytes_a_file = file_gb(site.scenario.classes, site.planned)
        self._shedding = Shedding(site)
        self._lookups = None if site.caching is None else Lookups(site, site.caching, self.stations)
        self._splitter = Splitter(site.seeds, site.classes)
        self._by_run = ByRun(site)
        self._database = Database(site, self.stations)
        self._bases = [
            np.array([[stream_base(s, Stream.SERVICE, part)] for s in site.seeds.tolist()], dtype=np.uint64)
            for part in range(3)
        ]

    def rebuild(self) -> None:
        """After any change of the machines."""
        hash_anew(self.site)
        notice_machines(self.site)
        self.layout = lay_out(self.site, self.stations, self._by_run)
        self._database.unhindered = False
        self._database.policies.refresh()
        self._shedding.refresh()

    @property
    def ask_fates(self) -> bool:
        """The next tick's walks look at what came of this one's requests: see Database.through."""
        return self.layout.has_database and not self.layout.database_up

    def draw(self, fresh: Floats) -> None:
        """Draw for the machines for so many ticks from this one on: the same numbers for those who stay. fresh: first
        attempts in these, (ticks, runs, classes)."""
        site, ticks = self.site, fresh.shape[0]
        self.ahead = MachinesAhead(self._bases, site.tick, site.tick + ticks, self.layout.keys)
        self.stations.foresee(site.table, self.ahead, constant=not self.layout.mixed)
        self._split_u, self._split_z = self._splitter.draw(
            site.tick, ticks, site.table.serial[:, site.columns.tiers[Tier.SERVERS]]
        )
        layout, z = self.layout, self._split_z
        if layout.steady is not None:
            z = z * ~layout.steady
        self._weights = Weights(layout.share, z if layout.any_random else None)
        self._database.draw(self.layout, ticks)
        self._first_stop = None
        if self._lookups is None and not self._shedding.active:
            self._first_stop = foresee(
                site, layout, self.stations.serving, self.ahead, self._weights, self._split_u, fresh
            )

    def close_second(self) -> None:
        """A whole second is over, and its representatives have been where they went."""
        if self._lookups is not None:
            self._lookups.follow_disk()

    def walk(self, attempts: Attempts, rates: Floats, last: Walked | None) -> Walked:
        """Walk this tick's attempts through the tiers; rates: those expected, (runs, classes); last: the tick before,
        where nothing has happened to the machines since."""
        site, layout, table = self.site, self.layout, self.site.table
        if self._database.feel_replay(layout):
            self.stations.foresee(table, self.ahead, constant=not layout.mixed)
        draws = self.ahead.at(site.tick)
        answered = self._lookups.route() if self._lookups else None
        shares = self._class_shares(attempts.all, rates, answered)
        calling = shares if answered is None or answered.calls is None else shares * answered.calls
        self._service_times(shares, calling)
        free, spare = self._slots(calling, draws)
        ready = self.stations.prepare(table, free, spare, draws, site.tick)
        now = Now(ready, draws, Met(site.runs, site.columns.width))
        now.known = self._known_ahead(attempts)
        before = self.stations.averages.copy() if last is None else last.after

        self.stations.rest()
        counts = attempts.all
        if self._lookups and answered:
            counts = self._lookups.past_the_edge(counts, answered)
        if layout.door is None:
            site.queues[Tier.DOOR].rest(site.tick)
        else:
            counts = self._through_balancer(layout.door, counts, now)
        split = self._split(counts, now.known)
        let_in = split
        turned: list[Loss] = []
        if self._shedding.active:
            let_in, turned = self._shedding.turn_away(layout, self.stations, split)
        served = self._through_servers(let_in, now)
        if layout.cached:
            self._through_cache(served, now)
        sent = self._lookups.past_the_cache(served, answered) if self._lookups and answered else served
        if layout.has_database:
            self._database.through(layout, sent, now, self._take)
        self.stations.remember()
        walked = Walked(
            attempts,
            ready,
            now.met,
            before,
            self.stations.averages.copy(),
            table.service.copy() if layout.mixed else table.service,
            table.allowed,
            counts,
            split,
            at_door=turned,
            losses=now.losses,
            data_split=now.data_split,
            calls=now.calls,
        )
        if self._lookups and answered:
            self._lookups.look_back(walked, answered, served, sent)
        if layout.any_hole:
            walked.at_door.append(Loss(DOWN, layout.hole))
        if layout.sessions:
            self._meet_users(rates, walked)
        if layout.wrong is not None:
            walked.losses.append(Loss(WRONG, layout.wrong, Over.SERVER, retry=False))
        if site.demands.files or layout.scattered:
            self._look_for_state(walked)
        return walked

    def _known_ahead(self, attempts: Attempts) -> FirstStop | None:
        """What this tick's attempts meet first, where that was worked out before: nobody must come again."""
        known = self._first_stop
        if known is None or (attempts.again is not None and np.count_nonzero(attempts.again)):
            return None
        return known.at(self.site.tick - self.ahead.first)

    # Before the walks ------------------------------------------------------------------------------------------------

    def _class_shares(self, attempts: Floats, rates: Floats, answered: Answered | None) -> Floats:
        """Each class's share of this tick's expected traffic, (runs, classes): what an empty queue would serve."""
        if self.site.classes == 1:
            return self.layout.ones
        if answered is not None and answered.edge_aside is not None:
            rates = rates * (1.0 - answered.edge_aside)
        rates = rates + attempts * 1e-9
        total = np.add.accumulate(rates, axis=1)[:, -1:]
        return np.where(total > 0.0, rates / np.maximum(total, 1e-300), 1.0 / self.site.classes)

    def _service_times(self, shares: Floats, calling: Floats) -> None:
        """Mean service of what is at the head of each queue: see cohorts. calling: shares that go to the database."""
        site, layout, table = self.site, self.layout, self.site.table
        for tier in layout.mixed:
            work = layout.work[tier]
            span = site.columns.tiers[tier]
            mix = site.queues[tier].mix(site.tick, layout.visit_shares(tier, calling if tier == Tier.DATA else shares))
            time = (mix * work[:, None, :]).sum(axis=2)
            table.service[:, span] = np.maximum(time, 1e-9) * layout.pace[:, span]

    def _slots(self, shares: Floats, draws: MachineDraws) -> tuple[Floats, Floats | None]:
        """Slots that downstream does not hold, and the starts that these and downstream's answers admit now; None where
        there are more than anybody could use."""
        if not self.layout.has_database:
            self._database.unhindered = True
            return self.site.table.slots, None
        return self._database.slots(self.layout, shares, draws)

    # The tiers -------------------------------------------------------------------------------------------------------

    def _take(self, tier: Tier, came: Floats, now: Now) -> tuple[Floats | None, Floats, Floats]:
        """Walk one tier's machines. came: (runs, machines, classes).

        Returns refused (None: nobody) and served, both (runs, machines), and who was let in, (runs, machines,
        classes).
        """
        span = self.site.columns.tiers[tier]
        total = came[:, :, 0] if self.site.classes == 1 else came.sum(axis=2)
        dips = now.known.dips if now.known is not None and now.known.tier == tier else None
        refused, served = self.stations.advance(self.site.table, span, now.ready, total, now.draws, dips)
        if refused is not None and np.count_nonzero(refused):
            came = _without_refused(refused, total, came, now.met, span)
        return refused, served, came

    def _serve(self, tier: Tier, came: Floats, now: Now) -> tuple[Floats | None, Floats, Floats]:
        """The same where it matters who is in the queue; the last returned are those who were served."""
        refused, served, came = self._take(tier, came, now)
        queue = self.site.queues[tier]
        queue.arrive(self.site.tick, came)
        return refused, served, queue.leave(self.site.tick, served)

    def _through_balancer(self, door: Floats, attempts: Floats, now: Now) -> Floats:
        """What comes out behind the machine in charge, (runs, classes)."""
        span = self.site.columns.tiers[Tier.DOOR]
        serving = self.stations.serving[:, span]
        if not self.layout.door_open:
            now.met.down[:, span] = 1.0 - serving
        came = attempts[:, None, :] * door[:, :, None]
        _, _, out = self._serve(Tier.DOOR, came * serving[:, :, None], now)
        return np.where(self.layout.behind_door, out.sum(axis=1), attempts)

    def _split(self, counts: Floats, known: FirstStop | None) -> Floats:
        """Deal requests out to the servers, (runs, classes, columns of the servers)."""
        if known is not None and known.split is not None:
            return known.split
        site, layout, here = self.site, self.layout, self.site.tick - self.ahead.first
        if layout.any_hole:
            counts = counts - np.floor(counts * layout.hole)
        if layout.single:
            # Among others a run of one machine is dealt in turn too: how far the turn is must not depend on them.
            if layout.any_turn:
                site.doors.dealt += counts * layout.turn
            if layout.columns == 1:
                return counts[:, :, None]
            split = np.zeros((site.runs, site.classes, layout.columns))
            split[:, :, 0] = counts
            return split
        share = layout.share
        if layout.any_sticky:
            share = share.copy()
            for run in np.flatnonzero(layout.sticky).tolist():
                share[run] = sticky_share(site, run, share[run])
            z = self._split_z[here]
            if layout.steady is not None:
                z = z * ~layout.steady
            split = by_weight(counts, share, self._split_u[here], z)
        else:
            split = self._weights.split(counts, self._split_u[here], here if layout.any_random else None)
        if layout.any_turn:
            dealt = in_turn(counts, site.doors.dealt, layout.rank, layout.open)
            site.doors.dealt += counts * layout.turn
            split = np.where(layout.turn[:, :, None], dealt, split)
        return split

    def _through_servers(self, split: Floats, now: Now) -> Floats:
        """Walk the servers; who was served, (runs, columns of the tier, classes)."""
        span = self.site.columns.tiers[Tier.SERVERS]
        came = split.transpose(0, 2, 1)
        if self.layout.gaps:
            serving = self.stations.serving[:, span]
            now.met.down[:, span] = 1.0 - serving
            came = came * serving[:, :, None]
        _, _, out = self._serve(Tier.SERVERS, came, now)
        return out

    def _through_cache(self, served: Floats, now: Now) -> None:
        """Look-ups: a request asks at once for all that it wants of the cache, its user, its data, or to forget some.
        Which machine has a key is a matter of its hash."""
        layout = self.layout
        asked = served.sum(axis=1) * layout.looks_up
        upto = np.floor(asked[:, None, :] * layout.keys_upto[:, :, None] + 0.5)
        upto[:, 1:] -= upto[:, :-1].copy()
        self._take(Tier.CACHE, upto, now)

    def _meet_users(self, rates: Floats, walked: Walked) -> None:
        """Users come, go and log in again; those whom nobody knows, and thieves, are lost."""
        site = self.site
        own = site.table.users[:, site.columns.tiers[Tier.SERVERS]]
        rate = (rates * self.session_class).sum(axis=1)
        if site.tick % cat.TICKS_PER_SECOND == 0:
            make_room(site)
        layout, servers = self.layout, site.columns.tiers[Tier.SERVERS]
        lacking = np.maximum(layout.cache_down, site.sessions.evicted)
        strangers = move_about(site.sessions, own, layout.landing, rate, lacking, layout.roaming)
        for run in layout.pools_apart:
            strangers[run] = meet_other_pools(
                site.sessions, own[run], layout.landing[run], site.columns.pool_at[servers], run
            )
        walked.losses.append(Loss(LOGGED_OUT, strangers, Over.SERVER, classes=self.session_class, retry=False))
        if np.count_nonzero(site.sessions.leak_share):
            thief = stolen_share(site.sessions)[:, None] * self.session_class
            walked.losses.append(Loss(LEAKED, thief, retry=False))

    def _look_for_state(self, walked: Walked) -> None:
        """Files and data that are not where a request landed that asks for them."""
        site, layout, demands = self.site, self.layout, self.site.demands
        span = site.columns.tiers[Tier.SERVERS]
        taken = self.stations.serving[:, span]
        if walked.met.refuses:
            taken = taken * (1.0 - walked.met.refused[:, span])
        if demands.files:
            new = self._landed(walked.split * taken[:, None, :], demands.uploads, layout.uploading)
            missing = take_in(site.uploads, site.table.files[:, span], new)
            walked.losses.append(Loss(MISSING, missing, Over.SERVER, classes=demands.downloads, retry=False))
            if np.count_nonzero(site.uploads.home) or np.count_nonzero(site.uploads.stored):
                kilobytes = in_order(walked.at_servers * demands.kilobytes)
                site.books.state.money[:, SERVED] += bill(site.uploads, kilobytes, self._gigabytes_a_file)
        if layout.scattered:
            wrote = self._landed(walked.split * taken[:, None, :], demands.writes, layout.writing)
            missing = write(site.records, site.table.data[:, span], wrote)
            walked.losses.append(
                Loss(MISSING, missing, Over.SERVER, classes=demands.data, retry=False, behind_cache=True, part=1)
            )

    def _landed(self, split: Floats, counts: Floats, shares: Floats) -> Floats:
        """Requests of the classes that count by the server that has them, (runs, columns of the servers).

        split: (runs, classes, columns); counts: (classes,); shares: of the machines of a pool that is walked as one.
        """
        landed: Floats = np.add.accumulate(split * counts[:, None], axis=1)[:, -1]
        if self.layout.routes.any_as_one:
            return np.where(self.layout.as_one, in_order(landed)[:, None] * shares, landed)
        return landed


def _without_refused(refused: Floats, total: Floats, came: Floats, met: Met, span: slice) -> Floats:
    """Note refusals and take them off what came, class by class; what is left, (runs, machines, classes)."""
    share = refused / np.maximum(total, 1.0)
    met.refused[:, span] = share
    upto = np.add.accumulate(came, axis=2)
    off = np.floor(upto * share[:, :, None] + 0.5)
    off[:, :, -1] = refused
    off = np.minimum(np.maximum.accumulate(off, axis=2), upto)
    off = np.minimum(off, refused[:, :, None])
    left: Floats = upto - off
    left = np.maximum.accumulate(left, axis=2)
    left[:, :, 1:] -= left[:, :, :-1].copy()
    return left
