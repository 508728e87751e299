"""What a level's keys must be to each other: names that exist, times in order, work that somebody does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from scalegame.game.command import VERBS, is_unlocked
from scalegame.game.level_diagnostics import Problem, near
from scalegame.game.level_positions import Path
from scalegame.game.level_rounds import total_seconds
from scalegame.game.level_schema import ClassKeys, FaultKeys, LevelKeys, TrafficKeys
from scalegame.game.level_values import LARGEST
from scalegame.game.script import ScriptError, read_script
from scalegame.model.catalogue import SIZES, TICK_SECONDS
from scalegame.model.queue.jobs import LONGEST_JOB_SECONDS
from scalegame.model.state import ZONES

LONGEST_SECONDS = 86_400.0
"""A day of game time: what a verifier has to be ready to play again."""
MOST_MACHINES = 10_000

_POOLS = ("app", "database", "balancer", "cache", "replica", "standby", "worker")
_MACHINE = re.compile(r"(app|db|balancer|cache|replica|standby|worker)-[1-9][0-9]{0,4}")


def problems(level: LevelKeys, document: dict[str, Any]) -> Iterator[Problem]:
    """All of them. ``document`` knows the names of parts that are too broken to be in ``level``."""
    yield from _length(level)
    yield from _endless(level)
    yield from _arrivals(level, document)
    yield from _mixed_arrivals(level)
    yield from _classes(level)
    yield from _data(level, document)
    yield from _sizes(level, document)
    yield from _start(level, document)
    yield from _queue(level, document)
    yield from _faults(level, document)
    yield from _proofs(level)
    yield from _taught(level)


def _length(level: LevelKeys) -> Iterator[Problem]:
    if level.stage:
        if level.seconds is not None:
            message = "the stages say how long the level is"
            yield Problem(("seconds",), "two-lengths", message, "remove seconds", at_key=True)
        if level.traffic:
            yield Problem(
                ("traffic",), "two-timelines", "a level with stages has its traffic in them", "use [[stage.traffic]]",
                at_key=True,
            )  # fmt: skip
    elif not level.traffic:
        yield Problem((), "missing-traffic", "nobody would come", "add [[traffic]] and seconds, or [[stage]]")
    elif level.seconds is None:
        yield Problem(("seconds",), "missing-key", 'the key "seconds" is missing', "how long is the level?")
    for number, stage in enumerate(level.stage):
        if stage.seconds < TICK_SECONDS:
            yield Problem(("stage", number, "seconds"), "out-of-range", f"must be a tick ({TICK_SECONDS} s) at least")
    seconds = total_seconds(level)
    if seconds > LONGEST_SECONDS:
        path: Path = ("stage",) if level.stage else ("seconds",)
        yield Problem(path, "too-long", f"the level is longer than a day ({LONGEST_SECONDS:.0f} s)")
    if level.seconds is not None and level.seconds < TICK_SECONDS:
        yield Problem(("seconds",), "out-of-range", f"must be a tick ({TICK_SECONDS} s) at least")
    if seconds and level.warmup >= seconds:
        yield Problem(("warmup",), "out-of-range", f"no figure would count: the level ends at {seconds:.15g} s")


def _endless(level: LevelKeys) -> Iterator[Problem]:
    """A level without end has to have one: what its rounds grow to must be more than anybody can serve."""
    if level.endless is None:
        return
    if not level.stage:
        message = "there are no stages that could come again"
        yield Problem(("endless",), "no-stages", message, "use [[stage]]", at_key=True)
    if not level.slo.uptime:
        message = "nobody would ever lose it"
        yield Problem(("endless",), "no-slo", message, "add [slo] with uptime = 0.95", at_key=True)
    if level.par.uptime is not None or level.par.cost is not None:
        message = "medals are for levels that can be won"
        yield Problem(("par",), "no-effect", message, severity="warning", at_key=True)


def _arrivals(level: LevelKeys, document: dict[str, Any]) -> Iterator[Problem]:
    known = _names(document, "classes")
    for number, traffic in enumerate(level.traffic):
        yield from _curve(traffic, ("traffic", number), known, level.seconds)
    for stage_number, stage in enumerate(level.stage):
        for number, traffic in enumerate(stage.traffic):
            yield from _curve(traffic, ("stage", stage_number, "traffic", number), known, stage.seconds)


def _mixed_arrivals(level: LevelKeys) -> Iterator[Problem]:
    """The model draws a class's arrivals in one way."""
    places: list[tuple[Path, TrafficKeys]] = [(("traffic", number), keys) for number, keys in enumerate(level.traffic)]
    for stage_number, stage in enumerate(level.stage):
        places += [(("stage", stage_number, "traffic", number), keys) for number, keys in enumerate(stage.traffic)]
    first: dict[str, str] = {}
    for path, keys in places:
        if keys.arrivals != first.setdefault(keys.class_, keys.arrivals):
            message = f'the arrivals of class "{keys.class_}" are {first[keys.class_]} elsewhere'
            yield Problem((*path, "arrivals"), "mixed-arrivals", message, "one way for a class")


def _curve(traffic: TrafficKeys, path: Path, known: list[str], seconds: float | None) -> Iterator[Problem]:
    if traffic.class_ not in known:
        hint = near(traffic.class_, known)
        yield Problem((*path, "class"), "no-such-class", f'there is no class "{traffic.class_}"', hint)
    before = 0.0
    for number, (second, _) in enumerate(traffic.rate):
        place = (*path, "rate", number)
        if second < before:
            message = f"{second:.15g} s stands behind {before:.15g} s"
            yield Problem(place, "times-not-rising", message, "put them in order")
        elif seconds is not None and second > seconds:
            where = "stage" if path[0] == "stage" else "level"
            yield Problem(place, "out-of-range", f"{second:.15g} s is after the {where}'s end at {seconds:.15g} s")
        before = max(before, second)
    if len(traffic.rate) > 1 and seconds is not None and before < seconds:
        message = f"nobody of this curve comes after {before:.15g} s"
        yield Problem((*path, "rate"), "ends-early", message, f"add [{seconds:.15g}, RATE]", "warning")


def _classes(level: LevelKeys) -> Iterator[Problem]:
    coming = {traffic.class_ for traffic in level.traffic}
    coming |= {traffic.class_ for stage in level.stage for traffic in stage.traffic}
    uploaded = any(keys.uploads_kb for keys in level.classes.values())
    for name, keys in level.classes.items():
        if not keys.cpu_ms + keys.db_read_ms + keys.db_write_ms + keys.job_ms:
            yield Problem(("classes", name), "no-work", f'class "{name}" makes no work', "give it cpu_ms or db_read_ms")
        if keys.downloads_kb and not uploaded:
            yield Problem(
                ("classes", name, "downloads_kb"), "no-uploads", "nobody uploads what this class asks for",
                "give a class uploads_kb", "warning", at_key=True,
            )  # fmt: skip
        yield from _job(keys, ("classes", name))
        if name not in coming and (level.traffic or level.stage):
            yield Problem(
                ("classes", name), "unused-class", f'no traffic is of class "{name}"', severity="warning", at_key=True
            )


def _data(level: LevelKeys, document: dict[str, Any]) -> Iterator[Problem]:
    known = _names(document, "data")
    used: list[str | None] = []
    for name, keys in level.classes.items():
        used += [keys.reads, keys.writes]
        for key, asked in (("reads", keys.reads), ("writes", keys.writes)):
            if asked is not None and asked not in known:
                message = f'there is no data set "{asked}"'
                yield Problem(
                    ("classes", name, key), "no-such-data", message, near(asked, known) or f"add [data.{asked}]"
                )
        for key, given in (
            ("static", keys.static),
            ("stale_ms", "stale_ms" in keys.model_fields_set and not keys.db_read_ms),
            ("ttl", keys.ttl),
        ):
            if given and keys.reads is None:
                message = "no cache knows what the class reads"
                yield Problem(("classes", name, key), "no-data", message, 'add reads = "NAME"', "warning", at_key=True)
    for name, data in level.data.items():
        if name not in used:
            yield Problem(
                ("data", name), "unused-data", f'no class reads or writes "{name}"', severity="warning", at_key=True
            )
        if 0 < data.shift_seconds < 1:
            yield Problem(("data", name, "shift_seconds"), "out-of-range", "must be a second at least, or 0 for never")
        if (data.shift_seconds > 0) != (data.shift_share > 0):
            message = "a shift needs both shift_seconds and shift_share"
            yield Problem(("data", name), "no-effect", message, severity="warning", at_key=True)


def _job(keys: ClassKeys, path: Path) -> Iterator[Problem]:
    """What is said of a job that is none, and of the time that one has."""
    if keys.job_ms:
        if LONGEST_JOB_SECONDS < keys.job_seconds < LARGEST:
            message = f"a job has {LONGEST_JOB_SECONDS:g} s at most, or all the time there is"
            yield Problem((*path, "job_seconds"), "out-of-range", message, "leave it out")
        if keys.job_seconds >= LARGEST:
            message = "the job has time until the drain ends: workers may come late"
            yield Problem((*path, "job_ms"), "no-due-time", message, "add job_seconds", "warning", at_key=True)
        return
    for key in ("job_seconds", "doubles", "poison", "job_crash"):
        if key in keys.model_fields_set:
            message = "the class has no job that could be queued"
            yield Problem((*path, key), "no-job", message, "add job_ms", "warning", at_key=True)


def _sizes(level: LevelKeys, document: dict[str, Any]) -> Iterator[Problem]:
    known = list(dict.fromkeys([*SIZES, *_names(document, "sizes")]))
    pools = level.start.pools
    asked: list[tuple[Path, str]] = [(("ladder", number), size) for number, size in enumerate(level.ladder)]
    asked.append((("start", "pools", "app", "size"), pools.app.size))
    if pools.database:
        asked.append((("start", "pools", "database", "size"), pools.database.size))
    if pools.replica:
        asked.append((("start", "pools", "replica", "size"), pools.replica.size))
    if pools.standby:
        asked.append((("start", "pools", "standby", "size"), pools.standby.size))
    if pools.worker:
        asked.append((("start", "pools", "worker", "size"), pools.worker.size))
    if pools.cache:
        asked.append((("start", "pools", "cache", "size"), pools.cache.size))
    if level.start.balancer:
        asked.append((("start", "balancer", "size"), level.start.balancer.size))
    for path, size in asked:
        if size not in known:
            yield Problem(path, "no-such-size", f'there is no size "{size}"', near(size, known))
    for number, size in enumerate(level.ladder):
        if size in level.ladder[:number]:
            yield Problem(("ladder", number), "twice", f'"{size}" is in the ladder already')


def _start(level: LevelKeys, document: dict[str, Any]) -> Iterator[Problem]:
    start = level.start
    balancer = "balancer" in _names(document, "start")
    pools = start.pools
    parts = (pools.app, pools.database, pools.replica, pools.standby, pools.cache, pools.worker, start.balancer)
    machines = sum(part.machines for part in parts if part)
    if machines > MOST_MACHINES:
        yield Problem(("start", "pools"), "too-many", f"{machines} machines are more than {MOST_MACHINES}", at_key=True)
    if start.sessions == "cache" and "cache" not in _names(document, "start", "pools"):
        yield Problem(
            ("start", "sessions"), "no-cache", "sessions in the cache need a cache", "add [start.pools.cache]"
        )
    if start.data == "database" and "database" not in _names(document, "start", "pools"):
        yield Problem(
            ("start", "data"), "no-database", "data in the database needs a database", "add [start.pools.database]"
        )
    if start.sessions == "sticky" and not balancer:
        yield Problem(
            ("start", "sessions"), "no-balancer", "nobody sticks users to machines", "add start.balancer", "warning"
        )
    if start.balancer and start.balancer.machines > 2:
        message = "a balancer is one machine or a pair"
        yield Problem(("start", "balancer", "machines"), "too-many", message, "machines = 2")
    yield from _support(level)
    if start.pools.app.machines > 1 and not balancer:
        yield Problem(
            ("start", "pools", "app", "machines"), "no-balancer", "only the first machine gets traffic",
            "add start.balancer", "warning",
        )  # fmt: skip


def _support(level: LevelKeys) -> Iterator[Problem]:
    """Of what helps the database."""
    pools = level.start.pools
    for name, pool in (("replica", pools.replica), ("standby", pools.standby)):
        if pool and not pools.database:
            message = f"a {name} of which database?"
            yield Problem(("start", "pools", name), "no-database", message, "add [start.pools.database]", at_key=True)
    if pools.replica and pools.database and pools.database.machines > 1:
        message = "each shard would need replicas of its own"
        yield Problem(("start", "pools", "replica"), "too-many", message, "database: machines = 1", at_key=True)
    if pools.standby and pools.standby.machines > 1:
        message = "there is a standby for each shard, however many machines this says"
        yield Problem(("start", "pools", "standby", "machines"), "too-many", message, "machines = 1", "warning")


def _queue(level: LevelKeys, document: dict[str, Any]) -> Iterator[Problem]:
    """Classes whose job is left to the queue, and somebody to do it."""
    known = _names(document, "classes")
    able = [name for name, keys in level.classes.items() if keys.job_ms]
    for number, name in enumerate(level.start.queued):
        path: Path = ("start", "queued", number)
        if name not in known:
            yield Problem(path, "no-such-class", f'there is no class "{name}"', near(name, known))
        elif name in level.classes and name not in able:
            yield Problem(path, "no-job", f'class "{name}" has no job that could be queued', "give it job_ms")
        elif name in level.start.queued[:number]:
            yield Problem(path, "twice", f'"{name}" is queued already')
    if level.start.pools.worker and not able and level.classes:
        yield Problem(
            ("start", "pools", "worker"), "no-job", "no class has a job that workers could do", "add job_ms",
            "warning", at_key=True,
        )  # fmt: skip


def _faults(level: LevelKeys, document: dict[str, Any]) -> Iterator[Problem]:
    seconds = total_seconds(level)
    sets, classes = _names(document, "data"), _names(document, "classes")
    groups: dict[str, list[FaultKeys]] = {}
    for fault in level.fault:
        groups.setdefault(fault.shuffle, []).append(fault)
    for number, fault in enumerate(level.fault):
        path: Path = ("fault", number)
        zone = fault.kind == "zone-outage" and fault.target in ZONES
        if fault.kind in ("shift", "rewrite"):
            if fault.target not in sets:
                message = f'there is no data set "{fault.target}"'
                yield Problem((*path, "target"), "no-such-data", message, near(fault.target, sets))
        elif fault.kind == "surge":
            if fault.target not in classes:
                message = f'there is no class "{fault.target}"'
                yield Problem((*path, "target"), "no-such-class", message, near(fault.target, classes))
        elif fault.target not in _POOLS and not zone and not _MACHINE.fullmatch(fault.target):
            hint = near(fault.target, _POOLS)
            yield Problem((*path, "target"), "no-such-target", f'"{fault.target}" is no pool and no machine', hint)
        if seconds and fault.seconds > seconds:
            yield Problem((*path, "seconds"), "out-of-range", f"the level ends at {seconds:.15g} s")
        group = groups[fault.shuffle] if fault.shuffle else [fault]
        if fault.warning_seconds > min(other.seconds for other in group):
            yield Problem((*path, "warning_seconds"), "out-of-range", "the warning would come before the level starts")
        if fault.shuffle and len(group) == 1:
            message = f'nothing else is of the group "{fault.shuffle}": there is nothing to deal'
            yield Problem((*path, "shuffle"), "no-effect", message, severity="warning", at_key=True)
        yield from _fault_of_kind(fault, path)


def _fault_of_kind(fault: FaultKeys, path: Path) -> Iterator[Problem]:
    if fault.kind == "slow" and fault.factor == 1:
        yield Problem((*path, "factor"), "no-effect", "a factor of 1 slows nothing down", "2 is half as fast")
    if fault.kind == "slow" and not fault.lasts:
        yield Problem((*path, "lasts"), "no-effect", "a machine that is slow for 0 s is not slow", "lasts = 20")
    if fault.kind == "surge" and (fault.factor == 1 or not fault.lasts):
        message = "once as many, or for 0 s, is no surge"
        yield Problem((*path, "factor"), "no-effect", message, "factor = 2 and lasts = 30")
    if fault.kind == "shift" and not fault.share:
        yield Problem((*path, "share"), "no-effect", "a shift of nothing changes nothing", "share = 0.3")
    if fault.kind == "rewrite" and not fault.lasts:
        message = "nobody writes all of it in 0 s"
        yield Problem((*path, "lasts"), "no-effect", message, "lasts = 4")
    if fault.kind in ("blip", "zone-outage") and not fault.lasts:
        yield Problem((*path, "lasts"), "no-effect", f"a {fault.kind} of 0 s does nothing", "lasts = 4")
    if fault.kind == "bad-deploy" and not fault.share and fault.factor == 1:
        message = "a release that answers rightly and as fast as ever is not bad"
        yield Problem((*path, "kind"), "no-effect", message, "share = 0.3 of the answers, or factor = 3")
    if fault.kind == "leak" and not fault.share:
        message = "a leak without share steals nothing"
        yield Problem((*path, "share"), "no-effect", message, "share = 0.1 is every tenth")
    if fault.kind in ("deploy", "bad-deploy") and fault.target not in _POOLS:
        yield Problem((*path, "target"), "no-such-target", "a deploy is of a whole pool", near(fault.target, _POOLS))


def _names(document: dict[str, Any], *tables: str) -> list[str]:
    here: Any = document
    for table in tables:
        here = here.get(table, {}) if isinstance(here, dict) else {}
    return list(here) if isinstance(here, dict) else []


def _proofs(level: LevelKeys) -> Iterator[Problem]:
    for number, proof in enumerate(level.proof):
        for index, command in enumerate(proof.commands):
            try:
                read_script(command, "")
            except ScriptError as error:
                said = error.lines[0].split(": ", 1)[-1]
                yield Problem(("proof", number, "commands", index), "bad-command", said)


def _taught(level: LevelKeys) -> Iterator[Problem]:
    """Tools that there are, and that the player may use."""
    for number, line in enumerate(level.teaches):
        names = [verb.name for verb in VERBS if f"{line} ".startswith(f"{verb.name} ") or verb.name.startswith(line)]
        if not names:
            message = f'"{line[:40]}" begins no command'
            yield Problem(("teaches", number), "bad-command", message, near(line, [verb.name for verb in VERBS]))
        elif level.unlocked is not None and not any(
            is_unlocked(verb, tuple(level.unlocked)) for verb in VERBS if verb.name in names
        ):
            message = f"{line} is taught, but nobody may use it"
            yield Problem(("teaches", number), "locked", message, "add it to unlocked")
