"""Which level a date has: parts picked by a hash of it, and written down as a level's text.

Nothing here asks for today's date: whoever has a clock says it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from scalegame.game.daily.build import BAND, Build, build, rates
from scalegame.game.daily.parts import (
    BESIDE,
    BUSINESSES,
    COURSES,
    MISHAPS,
    SIZES_OF_THE_DAY,
    Business,
    Course,
    Mishap,
)
from scalegame.game.stages import clock_text
from scalegame.model.catalogue import LADDER

GENERATOR = 1
"""Raised with every change of what a date comes to: runs of other dailies are then known by their text alone."""
DAILY = "daily"
"""The word for today's, and before the date the beginning of each one's id."""
UNLOCKED = ("resize", "restart", "add", "remove"), ("autoscale", "when", "launch", "cancel")
"""Verbs of every daily, before and after its business's own."""
SLO, GOLD_UPTIME = 0.93, 0.985
MISHAP_STAGE = 2
"""The third one."""

T = TypeVar("T")


def daily_id(date: dt.date) -> str:
    """'daily-2026-11-27'."""
    return f"{DAILY}-{date.isoformat()}"


def date_of(level: str) -> dt.date | None:
    """The date of a daily's id; None where it is none."""
    found = re.fullmatch(rf"{DAILY}-([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})", level)
    if not found:
        return None
    try:
        return dt.date.fromisoformat(found[1])
    except ValueError:
        return None


def is_older(text: str) -> bool:
    """Whether a daily's text says that an older generator made it."""
    made_by = tomllib.loads(text).get("x_generator")
    return isinstance(made_by, int) and 1 <= made_by < GENERATOR


class Dice:
    """Picks that depend on the date and on how many were made, and on no library's way of drawing."""

    def __init__(self, date: dt.date) -> None:
        self._key = f"scalegame daily {GENERATOR} {date.isoformat()}"
        self._thrown = 0

    def below(self, number: int) -> int:
        """From 0 to number - 1, all alike."""
        self._thrown += 1
        digest = hashlib.sha256(f"{self._key} {self._thrown}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % number

    def one_of(self, choices: Sequence[T]) -> T:
        return choices[self.below(len(choices))]


@dataclass(frozen=True, slots=True)
class Day:
    """What a date comes to."""

    date: dt.date
    business: Business
    title: str
    size: str
    course: Course
    mishap: Mishap
    moment: int
    """Seconds from the mishap's stage on until it happens."""
    seed: int

    @classmethod
    def of(cls, date: dt.date) -> Day:
        dice = Dice(date)
        business = dice.one_of(BUSINESSES)
        return cls(
            date,
            business,
            title=dice.one_of(business.titles),
            size=dice.one_of(SIZES_OF_THE_DAY),
            course=dice.one_of(COURSES),
            mishap=dice.one_of(MISHAPS),
            moment=20 + dice.below(12),
            seed=dice.below(2**32),
        )

    @property
    def full_title(self) -> str:
        """'Daily 27 Nov: Exam results'."""
        return f"Daily {self.date.day} {_MONTHS[self.date.month - 1]}: {self.title}"


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""Not strftime's, which speaks the language of whoever asks."""


def level_text(date: dt.date) -> str:
    """The level of a date, as the text of a level file; the same for ever, see GENERATOR."""
    day = Day.of(date)
    reference = build(day.business, day.course, day.size, MISHAP_STAGE)
    parts = [_head(day, reference), *_classes(day), *_stages(day, reference), _start(day), _fault(day),
             *_proofs(reference)]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def _head(day: Day, reference: Build) -> str:
    business = day.business
    names = [size.name for size in LADDER]
    # The biggest is twice the day's: enough for a while, and not for the whole day.
    ladder = names[: names.index(day.size) + 2]
    story = f"{business.story} {day.course.told} {day.mishap.told.format(when=clock_text(_when(day)))}"
    return "\n".join(
        [
            f"# The daily of {day.date.isoformat()}, made by generator {GENERATOR}.",
            "format = 1",
            f"id = {_text(daily_id(day.date))}",
            f"title = {_text(day.full_title)}",
            f"seed = {day.seed}",
            f"x_generator = {GENERATOR}",
            f"story = {_text(story)}",
            f"new = {_text(business.new)}",
            f"lesson = {_text(business.lesson)}",
            f"teaches = {_texts([business.teaches])}",
            f"hints = {_texts(business.hints)}",
            f"unlocked = {_texts([*UNLOCKED[0], *business.unlocked, *UNLOCKED[1]])}",
            f"ladder = {_texts(ladder)}",
            "",
            "[slo]",
            "latency_ms = 800",
            f"uptime = {SLO}",
            "",
            "[budget]",
            f"money = {reference.money[0]:.2f}",
            "",
            "[par]",
            f"uptime = {GOLD_UPTIME}",
            f"cost = {reference.cost:.2f}",
        ]
    )


def _classes(day: Day) -> list[str]:
    tables = []
    for kind in day.business.kinds:
        job = f"\njob_ms = {kind.job_ms:g}" if kind.job_ms else ""
        session = "\nsession = true" if kind.session else ""
        tables.append(f"[classes.{kind.name}]\ncpu_ms = {kind.cpu_ms:g}{job}\n{kind.keys}{session}")
    return tables


def _stages(day: Day, reference: Build) -> list[str]:
    tables = []
    curves = rates(day.business, day.course, day.size)
    for number, (hours, curve) in enumerate(zip(day.course.stages, curves, strict=True)):
        grant = f"\ngrant = {reference.money[number]:.2f}" if number else ""
        tables.append(
            f"[[stage]]\ntitle = {_text(hours.title)}\nseconds = {hours.seconds:g}{grant}\nnews = {_text(hours.news)}"
        )
        for kind in day.business.kinds:
            points = ", ".join(f"[{second:g}, {round(rate * kind.share)}]" for second, rate in curve)
            tables.append(f"[[stage.traffic]]\nclass = {_text(kind.name)}\nrate = [{points}]\nband = {BAND}")
    return tables


def _start(day: Day) -> str:
    business = day.business
    lines = ["network_ms = 1", business.start, _door(business.door)]
    tables = [
        business.data,
        f"[start.pools.database]\nsize = {_text(day.size)}" if business.database else "",
        "\n".join(["[start]", *filter(None, lines)]),
        f"[start.pools.app]\nsize = {_text(day.size)}",
    ]
    return "\n\n".join(filter(None, tables))


def _door(kind: str) -> str:
    keys = f'algorithm = "least-connections", machines = 1, size = {_text(BESIDE)}'
    return f"balancer = {{ kind = {_text(kind)}, {keys} }}" if kind else ""


def _fault(day: Day) -> str:
    warning = day.mishap.told.format(when=clock_text(_when(day)))
    return (
        f"[[fault]]\nseconds = {_when(day)}\n{day.mishap.fault}\n"
        f"warning = {_text(warning)}\nwarning_seconds = {day.mishap.warned:g}"
    )


def _proofs(reference: Build) -> list[str]:
    lines = (
        "[[proof]]",
        'name = "in time for every stage"',
        "reference = true",
        f"commands = {_texts(reference.commands)}",
        'outcome = "won"',
        'uptime = "gold"',
        'cost = "gold"',
    )
    return ['[[proof]]\nname = "do nothing"\noutcome = "lost"', "\n".join(lines)]


def _when(day: Day) -> int:
    """The second of the mishap."""
    before = sum(hours.seconds for hours in day.course.stages[:MISHAP_STAGE])
    return round(before) + day.moment


def _text(text: str) -> str:
    """A TOML string; of ASCII, JSON's are the same."""
    return json.dumps(text)


def _texts(texts: Sequence[str]) -> str:
    return f"[{', '.join(_text(text) for text in texts)}]"
