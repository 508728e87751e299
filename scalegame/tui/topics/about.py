"""What the help says about each thing that can have the focus, made from the board, the grammar and the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scalegame.game.command import VERBS, is_unlocked
from scalegame.model import catalogue as numbers
from scalegame.model.out_there import OUT_THERE
from scalegame.tui.cells.figures import clock
from scalegame.tui.desk.board import USERS, Board
from scalegame.tui.desk.prices import consequence, cost
from scalegame.tui.topics.contract import Part, Rows, Topic
from scalegame.tui.widgets.places import why_place
from scalegame.tui.widgets.reasons import why

if TYPE_CHECKING:
    from scalegame.game.view import Option


@dataclass(frozen=True, slots=True)
class Kind:
    """What is to be known of one kind of place."""

    what: str
    slow: Rows
    """What makes it slow, or bites."""
    verbs: tuple[str, ...]
    """The commands that concern it, as the grammar names them."""
    knobs: tuple[str, ...] = ()
    """What `set` reaches of it: the first word of a key."""
    outside: tuple[str, ...] = ()
    """Words of OUT_THERE."""


_BUSY = (
    ("busy cores", f"from {numbers.AMBER_SATURATION * 100:g} % on the wait grows steeply, for work comes in bursts"),
    ("just started", f"for {numbers.WARMUP_SECONDS:g} s work takes up to {numbers.WARMUP_FACTOR:g} times as long"),
    ("a slow node", f"everything takes {numbers.SLOW_FACTOR:g} times as long, and health checks pass all the same"),
)

KINDS: dict[str, Kind] = {
    USERS: Kind(
        "Everybody who wants something of the service. What they ask for comes from here, and once more when they try"
        " again.",
        (("far away", "the way there and back counts, and only copies near them shorten it"),),
        ("launch", "when", "cancel", "cancel rule", "place balancer", "place cdn", "move sessions"),
        ("load", "token"),
    ),
    "servers": Kind(
        "Machines that run your code. A request holds one of their slots, and a core while it is worked on, until it is"
        " answered.",
        (
            *_BUSY,
            ("held slots", "who waits for the database keeps its slot; when all are held the rest waits or is refused"),
            ("retries", "work for somebody who is gone already is work all the same"),
        ),
        ("resize", "add", "remove", "restart", "autoscale", "deploy", "move sessions", "move uploads", "move data",
         "place pool", "route"),
        ("timeout", "retries", "breaker", "shed", "tls", "token"),
        ("pool", "rolling deploy", "autoscale", "sticky sessions", "signed token"),
    ),
    "balancer": Kind(
        "The front door: it spreads requests over the servers and leaves out those that fail its health check. L4"
        " passes connections on, L7 reads each request.",
        (
            *_BUSY[:1],
            ("unknown deaths", "a dead server gets its share until so many checks have failed"),
            ("L7", f"it reads what users encrypted: {numbers.TLS_CPU_MS:g} ms of a core for each request"),
        ),
        ("place balancer", "route", "resize", "add", "remove", "restart"),
        ("health", "balancer", "tls"),
        ("L4 balancer", "L7 balancer", "health check"),
    ),
    "cache": Kind(
        "Memory that all servers share: answers that need not be worked out again, and sessions where they live here.",
        (
            ("cold", "after a start or a flush it is empty, and everything is fetched from the database at once"),
            ("full", "what has been asked for least gives way, and sessions count, too"),
            ("old copies", "one older than its kind of answer may be counts as a wrong answer"),
            *_BUSY[:1],
        ),
        ("place cache", "purge", "resize", "add", "remove", "restart", "move sessions"),
        ("ttl", "cache"),
        ("cache",),
    ),
    "cdn": Kind(
        "Copies near the users of what is the same for all of them; a service, paid by the gigabyte.",
        (
            ("a miss", f"it goes the whole way: {numbers.FAR_MS:g} ms instead of {numbers.EDGE_MS:g} ms"),
            ("old copies", "one older than its kind of answer may be counts as a wrong answer"),
        ),
        ("place cdn", "purge", "remove"),
        ("ttl", "cache"),
        ("CDN",),
    ),
    "queue": Kind(
        "Slow work that nobody has to wait for: the servers put it here, workers take it at their own pace.",
        (
            ("too few workers", "jobs wait longer than they may, and are late"),
            ("a crashed worker", f"its job comes back after {numbers.VISIBILITY_SECONDS:g} s and may be done twice"),
        ),
        ("place queue", "remove queue", "add", "autoscale"),
        ("queue",),
        ("queue", "workers"),
    ),
    "worker": Kind(
        "Machines that take jobs out of the queue and do them at their own pace.",
        _BUSY,
        ("add", "remove", "resize", "restart", "autoscale"),
        ("queue",),
        ("workers", "queue"),
    ),
    "storage": Kind(
        "Files of the users, outside the servers: no server's loss can touch them.",
        (("a way off", f"{numbers.OBJECT_STORE_MS:g} ms for each file"),),
        ("move uploads",),
        (),
        ("object storage",),
    ),
    "database": Kind(
        "The one place where the data is true. Every write goes here; it grows by a bigger machine, by copies for"
        " reading, or by shards.",
        (
            *_BUSY[:1],
            ("cold pages", f"what is not in memory comes from the disk: {numbers.DISK_MS:g} ms for each page"),
            ("connections", "every server holds its own, and each makes all work a little dearer"),
            ("given-up calls", "it works on for nobody when a server has stopped waiting"),
        ),
        ("resize", "restart", "shard", "move data", "add", "set"),
        ("timeout", "retries", "breaker", "pooler"),
        ("database", "pooler", "shards"),
    ),
    "replica": Kind(
        "A copy of the database that answers reads, a little behind; it takes no writes.",
        (
            ("writes", "it replays every write of the database: many of them leave less for reads"),
            ("lag", "what was just written may not be there yet"),
            *_BUSY[:1],
        ),
        ("add", "remove", "resize", "restart"),
        ("replica",),
        ("read replica",),
    ),
    "standby": Kind(
        "A second database that holds all that the first one holds, and takes over when it dies.",
        (
            ("writes", f"each waits for its copy: {numbers.STANDBY_MS:g} ms"),
            ("failover", f"it takes {numbers.FAILOVER_SECONDS:g} s, and nobody writes meanwhile"),
        ),
        ("add", "remove", "resize", "restart"),
        (),
        ("standby",),
    ),
}  # fmt: skip

SCREENS: dict[str, str] = {
    "title": "Choose a level; Enter reads its briefing, and nothing runs before you say so. Medals stand beside a level"
    " that was won: one for uptime, one for cost, each against what has been proven possible. The road is whole as far"
    " as you have come, and the skyline lights up with each medal.",
    "briefing": "What is known before the doors open. The shaded band is where the traffic will be, a line is certain;"
    " below it the stages, and the money that each brings. Gold says what earns the best medal.",
    "post-mortem": "Why it ended as it did. The first sentence and the lit number name what the rest came of; all are"
    " numbered in time, and what stands before the lit one led up to it. The ledgers sum exactly: every lost request"
    " has a cause and a place, every dollar a purpose.",
    "diagnosis": "A level that is about finding what broke asks you before it tells you, after the first loss. The rows"
    " are what was seen in the run, the same that the page draws afterwards.",
    "xray": "The X-ray asks what the next half minute would cost if the selected machine died now. It plays a copy of"
    " the world ahead, with the same traffic; the game itself does not notice.",
    "glossary": "Every idea in a sentence or two, with this game's own numbers: what it is called out there, the page"
    " that has more of it, and the level that shows it. / searches all of that.",
    "learn": "One page a concept, with the game's own numbers and the names outside; each has a level to try it in.",
}
"""By a screen's id: what it is for. Its keys are listed below."""

_LETTERS, _COMMANDS, _KNOBS = "Keys that act on it", "Commands that concern it", "Knobs that concern it"
"""Headings of what is about ordering."""
_NOTATION: Rows = (
    ("WORD", "in capitals: put a name or a number there"),
    ("a|b", "one of these"),
    ("[...]", "may be left out"),
)
_LINE_KEYS: Rows = (
    ("Tab", "completes as far as it is certain; what could follow stands in the last row"),
    ("Up Down", "lines that were given before"),
    ("Enter", "gives the order; its cost stands in the last row before you do"),
    ("Esc", "back to the board"),
)


def board_topic(board: Board) -> Topic:
    """Of what has the keys on the board: the command line, the list of choices, or what is selected."""
    if board.typing is not None:
        return command_topic(board)
    if board.menu is not None and board.options:
        return Topic("Here", (_menu(board, board.options[board.menu]), *_place(board), *_hints(board)))
    return Topic("Here", (*_place(board), *_hints(board)))


def _hints(board: Board) -> tuple[Part, ...]:
    """Those that the player has had in this run."""
    had = tuple((clock(hint.seconds), hint.text.replace("`", "")) for hint in board.hints.given)
    more = f"{board.hints.left} more, after a time in trouble" if board.hints.left else "That was the last of them"
    return (Part("Hints you had", rows=(*had, ("", more))),) if had else ()


def past_topic(board: Board, keys: Rows) -> Topic:
    """Of a board that looks back: how to go through time, and what is selected, without what would be an order."""
    back = Part(
        "Looking back",
        (
            "This is the run as it was, played again: nothing can be ordered, and nothing of it is kept.",
            "Choices show what could have been done then, at the prices of then.",
        ),
        keys,
    )
    about = (part for part in _place(board) if part.heading not in (_LETTERS, _COMMANDS, _KNOBS))
    return Topic("Here", (back, *about))


def command_topic(board: Board) -> Topic:
    """The grammar, as far as this level has unlocked it."""
    allowed = board.session.level.unlocked
    lines = tuple((verb.usage, verb.meaning) for verb in VERBS if is_unlocked(verb, allowed))
    return Topic(
        "Here",
        (
            Part(
                "The command line",
                ("A line is one order: what to do, to what, then options as NAME=VALUE. Menus write the same lines.",),
                _LINE_KEYS,
            ),
            Part("How they are written here", rows=_NOTATION),
            Part("What can be ordered in this level", rows=lines),
        ),
    )  # fmt: skip


def kind_of(board: Board) -> str:
    """Which of KINDS the selected place is."""
    machine = board.machine(board.selected)
    pool = machine.pool if machine is not None else board.selected
    return pool if pool in KINDS else "servers"


def _place(board: Board) -> tuple[Part, ...]:
    kind = KINDS[kind_of(board)]
    machine = board.machine(board.selected)
    now = why(board, machine) if machine is not None else why_place(board)
    letters = tuple((option.key, _offer(option)) for option in board.options if option.key)
    allowed = board.session.level.unlocked
    lines = tuple(
        (verb.usage, verb.meaning) for verb in VERBS if verb.name in kind.verbs and is_unlocked(verb, allowed)
    )
    turns = tuple(
        (f"set {key}", setting.meaning) for key, setting in numbers.SETTINGS.items() if key.split(".")[0] in kind.knobs
    )
    parts = [
        Part(board.selected, (kind.what, *([f"Now: {now}"] if now else []))),
        Part("What makes it slow", rows=kind.slow),
    ]
    if letters:
        parts.append(Part(_LETTERS, rows=letters))
    if lines:
        parts.append(Part(_COMMANDS, rows=lines))
    if turns and (allowed is None or "set" in allowed):
        parts.append(Part(_KNOBS, rows=turns))
    if kind.outside:
        parts.append(Part("Out there", rows=tuple((word, OUT_THERE[word]) for word in kind.outside)))
    return tuple(parts)


def _offer(option: Option) -> str:
    return f"{option.label}: {option.refusal or cost(option)}"


def _menu(board: Board, option: Option) -> Part:
    """The list of choices, and the one that is lit."""
    lit = f"not now: {option.refusal}" if option.refusal else consequence(option)
    if board.orders_open:
        return Part(
            "What is under way",
            (
                "A row is an order that was given: what it is, and how long it still takes.",
                "One that cannot be called off says why. What was paid for it is not paid back.",
                f"Lit: {option.label}. {lit[:1].upper()}{lit[1:]}",
            ),
            (
                ("Enter Del", "cancels the lit order"),
                ("Up Down", "another row"),
                ("Esc", "back to the board, as it is"),
            ),
        )
    return Part(
        f"What can be done with {board.selected}",
        (
            "A row is an order: its key, what it does, what it costs a minute and once, how long it takes or is down.",
            "One that is refused says why. Nothing is bought before Enter.",
            f"Lit: {option.command}. {lit[:1].upper()}{lit[1:]}",
        ),
        (("Enter", "buys the lit row"), ("Up Down", "another row"), ("Esc", "back to the board, nothing bought")),
    )
