"""What a level is: a scenario for the model, and around it what the rules need: stages, purse, promises, texts."""

from __future__ import annotations

from dataclasses import dataclass

from scalegame.game.view import Medal
from scalegame.model.scenario import Scenario


class LevelError(Exception):
    """A level that cannot be had: not there, not readable, or wrong. ``lines`` says what, where and what to do."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of a level. The last stage ends with the last arrival."""

    title: str
    seconds: float
    """Its length as planned; `launch` can cut it short."""
    start: float
    """Second of the level at which it is planned to start."""
    grant: float = 0.0
    """Dollars that come with its start."""
    news: str = ""
    """Said in the log when it starts."""


@dataclass(frozen=True, slots=True)
class Par:
    """What gold asks for; None where the level has no such medal."""

    uptime: float | None = None
    """0..1, at least."""
    cost: float | None = None
    """Dollars, at most."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A build kept beside the level, and what must come of it whatever the seed."""

    name: str
    commands: tuple[str, ...]
    """Lines of a command file."""
    outcome: str
    """won or lost."""
    uptime: Medal | None = None
    """The medal it must take; None is any."""
    cost: Medal | None = None
    reference: bool = False


@dataclass(frozen=True, slots=True)
class Level:
    id: str
    title: str
    pack: str
    """campaign, challenges, lab, or the folder's name of a level from elsewhere."""
    path: str
    """The file it was read from; empty where it came from a run file."""
    text: str
    """Its TOML source, to be embedded in run files."""
    level_id: str
    """'sha256:' and 64 hex digits of what the text means: comments, order of keys and line ends do not count."""
    scenario: Scenario
    stages: tuple[Stage, ...]
    """At least one: a lab is a single stage without grant. Of an endless level, those of all rounds."""
    slo_uptime: float = 0.0
    """0 means that the level cannot be lost by it."""
    money: float | None = None
    """Opening purse in dollars; None is unlimited."""
    earn_per_million: float = 0.0
    """Dollars that a million good answers bring."""
    endless: bool = False
    """The stages are rounds of the same, each with more traffic; there are more than anybody survives."""
    seed: int | None = None
    """The one to play where nobody names another; None is any."""
    unlocked: tuple[str, ...] | None = None
    """Verbs of the command language that may be used; None is all."""
    par: Par = Par()
    story: str = ""
    new: str = ""
    """The one idea that is new here."""
    lesson: str = ""
    """The paragraph that the post-mortem closes with."""
    teaches: tuple[str, ...] = ()
    """Beginnings of lines: the tools that the lesson is about."""
    hints: tuple[str, ...] = ()
    diagnosis: bool = False
    """The lesson is to find what broke: after the first loss the player is asked before being told."""
    guide: bool = False
    """The first minute asks for one action at a time."""
    proofs: tuple[Proof, ...] = ()

    def seed_or(self, asked: int | None, otherwise: int = 0) -> int:
        """The seed of a run: the one that was asked for, else the level's own, else ``otherwise``."""
        if asked is not None:
            return asked
        return otherwise if self.seed is None else self.seed

    @property
    def seconds(self) -> float:
        """Planned length without the drain; of an endless level, of all rounds."""
        return self.scenario.seconds

    @property
    def slo_latency_ms(self) -> float:
        """A later answer is lost."""
        return self.scenario.slo_latency_ms

    @property
    def warmup(self) -> float:
        """Seconds at the start that no figure counts."""
        return self.scenario.warmup
