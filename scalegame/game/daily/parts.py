"""What a daily is made of: a business, the course of its day, and something that goes wrong."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A class of requests."""

    name: str
    share: float
    """Of all requests."""
    cpu_ms: float
    keys: str
    """The other lines of its table."""
    job_ms: float = 0.0
    """Slow work, which is done inline until it is queued."""
    session: bool = False


@dataclass(frozen=True, slots=True)
class Business:
    """What is run, what stands at its start, and the step that lets it grow."""

    titles: tuple[str, ...]
    story: str
    new: str
    lesson: str
    hints: tuple[str, ...]
    kinds: tuple[Kind, ...]
    unlocked: tuple[str, ...]
    """Beside what every daily unlocks."""
    step: tuple[str, ...]
    """The orders that let it grow, in the first stage."""
    teaches: str
    """The beginning of the line that it does not grow without."""
    start: str = ""
    """Lines of [start] that others have not."""
    door: str = ""
    """The kind of the balancer that stands at the start, of size BESIDE; empty where none does."""
    database: bool = False
    """Whether a database stands at the start, of the day's size."""
    data: str = ""
    """Tables of what the classes read."""
    needs: tuple[str, ...] = ()
    """Pools of one machine of size BESIDE that the step places: they are rented from then on."""
    once: tuple[str, ...] = ()
    """Keys of the catalogue's SETUP_PRICES that the step pays."""
    request_ms: float = 0.0
    """What the step adds to the work of a request that needs a session."""
    queues: str = ""
    """The class whose job the step queues."""


@dataclass(frozen=True, slots=True)
class Hours:
    """A stage: its title, and its traffic in multiples of what one machine serves."""

    title: str
    news: str
    points: tuple[tuple[float, float], ...]

    @property
    def seconds(self) -> float:
        return self.points[-1][0]

    @property
    def peak(self) -> float:
        return max(multiple for _, multiple in self.points)


@dataclass(frozen=True, slots=True)
class Course:
    """How the day goes."""

    told: str
    stages: tuple[Hours, ...]


@dataclass(frozen=True, slots=True)
class Mishap:
    """What goes wrong in a stage after the second; one machine more than the traffic needs bears it."""

    told: str
    """{when} is its clock."""
    fault: str
    """Lines of its [[fault]]."""
    warned: float
    """Seconds before it that the log says so."""


BESIDE = "small"
"""The size of what stands beside the app's machines, but for a database."""

BUSINESSES = (
    Business(
        titles=("Tickets on sale", "The weather map", "Election night", "Exam results"),
        story="Everything runs on one machine, and it was enough until today.",
        new="Nothing stands before your machine: a second one is of no use until a balancer shares the traffic out.",
        lesson=(
            "A bigger box is one reboot and has an end; more boxes need somebody in front who deals the requests out."
            " With a balancer in place, growing is a matter of ordering in time."
        ),
        hints=(
            "Order before the traffic is there: a machine boots, and it warms up.",
            "The forecast says how many machines a stage needs: leave each of them some room.",
        ),
        kinds=(
            Kind("page", 0.85, 6.0, 'path = "/"\ntimeout_ms = 4000'),
            Kind("search", 0.15, 18.0, 'path = "/search"\ntimeout_ms = 4000'),
        ),
        unlocked=("place balancer", "set"),
        teaches="place balancer",
        step=("14 place balancer l4 algorithm=least-connections",),
        needs=("balancer",),
    ),
    Business(
        titles=("The flea market", "Season tickets", "A shop for shoes", "The book club"),
        story="Everybody is logged in, and the one server behind the balancer keeps all logins in its memory.",
        new="A second server does not know who logged in at the first: the sessions have to live elsewhere first.",
        lesson=(
            "Servers that remember nobody can come and go. A token costs a little work with each request and cannot be"
            " called back, a shared cache is one more thing that must not die, sticky ones go down with their server."
        ),
        hints=(
            "Two servers with sessions in memory: half of all clicks land on the one that never heard of the user.",
            "Move the sessions while it is quiet: it takes a while, and then you may add what you like.",
        ),
        kinds=(
            Kind("basket", 0.6, 7.0, 'path = "/basket"\ntimeout_ms = 4000', session=True),
            Kind("browse", 0.4, 5.0, 'path = "/"\ntimeout_ms = 4000'),
        ),
        unlocked=("place balancer", "place cache", "move", "set"),
        start='sessions = "memory"',
        door="l7",
        teaches="move sessions",
        step=("16 move sessions token",),
        once=("move sessions token",),
        request_ms=0.8,
    ),
    Business(
        titles=("The recipe collection", "Holiday homes", "Spare parts", "The film archive"),
        story="Every page is put together from the database, again and again the same ones.",
        new="The database is as busy as the servers, and more servers only ask it more: a cache knows old answers.",
        lesson=(
            "Adding servers moves the load on to what they all share. A cache takes off the database what many ask for,"
            " and it has to be warm before the crowd comes; what is written still goes to the one database."
        ),
        hints=(
            "Look at the database before you add servers: how long will it last?",
            "A cache is empty when it is placed. Give it some quiet minutes to fill.",
        ),
        kinds=(
            Kind("page", 0.85, 5.0, 'path = "/"\ndb_read_ms = 5\ntimeout_ms = 4000\nreads = "catalogue"'),
            Kind("order", 0.15, 6.0, 'path = "/order"\ndb_write_ms = 4\ntimeout_ms = 4000'),
        ),
        unlocked=("place cache", "set", "purge"),
        door="l4",
        teaches="place cache",
        step=("12 place cache",),
        data="[data.catalogue]\nitems = 50000\nzipf = 1.0",
        database=True,
        needs=("cache",),
    ),
    Business(
        titles=("Wedding photos", "The bird watchers", "Lost and found", "A gallery of cats"),
        story="Each photo that is sent in is turned into ten sizes while its sender waits, and that fills the server.",
        new="Nobody needs all sizes at once: a queue takes the slow work, and workers do it in their own time.",
        lesson=(
            "What need not happen now should not hold a server. A queue turns a peak into a backlog: the servers answer"
            " at once, and the workers need only keep up on the average, as long as each job is done in time."
        ),
        hints=(
            "How much of a server's work is answering, and how much could be done later?",
            "Workers too few and jobs are late: the queue's age tells, long before.",
        ),
        kinds=(
            Kind(
                "photo",
                0.1,
                4.0,
                'path = "/photos"\njob_seconds = 45\ndoubles = true\ntimeout_ms = 8000',
                job_ms=100.0,
            ),
            Kind("album", 0.9, 6.0, 'path = "/"\ntimeout_ms = 4000'),
        ),
        unlocked=("place queue", "place pool", "route", "set"),
        door="l4",
        teaches="place queue",
        step=("14 place queue for=photo",),
        queues="photo",
    ),
)

COURSES = (
    Course(
        "Today only knows one direction.",
        (
            Hours("Early birds", "The first ones are here.", ((0, 0.35), (60, 0.55))),
            Hours("It spreads", "People tell their friends.", ((0, 0.55), (25, 1.2), (55, 1.4))),
            Hours("The afternoon", "No end of it in sight.", ((0, 1.4), (20, 1.9), (55, 2.0))),
            Hours("Prime time", "Prime time: everybody at once.", ((0, 2.0), (20, 2.5), (60, 2.7))),
        ),
    ),
    Course(
        "There is a crowd at noon, and a bigger one in the evening.",
        (
            Hours("Morning", "A quiet morning.", ((0, 0.35), (55, 0.5))),
            Hours(
                "Noon",
                "Lunch break: they all look at their phones.",
                ((0, 0.5), (12, 0.75), (30, 1.5), (45, 1.6), (60, 1.2)),
            ),
            Hours("Afternoon", "Back to work.", ((0, 1.2), (25, 0.9), (50, 1.1))),
            Hours("Evening", "Offices close.", ((0, 1.1), (25, 2.4), (65, 2.5))),
        ),
    ),
    Course(
        "Somebody famous will mention you, and the hour is known.",
        (
            Hours("Before the show", "The show begins in a minute.", ((0, 0.4), (60, 0.5))),
            Hours("On the air", "You are on television.", ((0, 0.5), (12, 0.6), (32, 1.7), (42, 1.5), (55, 1.4))),
            Hours("Word gets round", "Those who missed it are told.", ((0, 1.4), (50, 1.9))),
            Hours("The rerun", "They show it again.", ((0, 1.9), (12, 1.9), (14, 2.6), (35, 2.5), (60, 2.4))),
        ),
    ),
)

MISHAPS = (
    Mishap("The log speaks of memory errors.", 'kind = "crash"\ntarget = "app-1"', 20.0),
    Mishap("The oldest disk is slower than it was.", 'kind = "slow"\ntarget = "app-1"\nfactor = 4\nlasts = 20', 15.0),
    Mishap("A release is due at {when}.", 'kind = "deploy"\ntarget = "app"', 15.0),
    Mishap("A cable is loose somewhere.", 'kind = "blip"\ntarget = "app-1"\nlasts = 8', 15.0),
)

SIZES_OF_THE_DAY = ("medium", "large", "xlarge")
