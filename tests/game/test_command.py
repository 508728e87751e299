"""The command language: every order has one line, every line is an order or a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalegame.game.command import (
    LONGEST_LINE,
    VERBS,
    Command,
    Launch,
    format_command,
    is_unlocked,
    parse,
    verb_of,
)
from scalegame.game.words import CommandError
from scalegame.model.catalogue import SETTINGS, Setting
from scalegame.model.orders import (
    Add,
    Autoscale,
    Cancel,
    Deploy,
    MoveData,
    MoveSessions,
    MoveUploads,
    PlaceBalancer,
    PlaceCache,
    PlacePool,
    Remove,
    Resize,
    Restart,
    Route,
    Set,
)
from scalegame.model.state import POOL_NAMES

POOL = st.sampled_from([*(name for name in POOL_NAMES if name), "images"])
MACHINE = st.builds("{}-{}".format, st.sampled_from(["app", "db", "balancer", "cache"]), st.integers(1, 9999))
SIZE = st.sampled_from(["small", "medium", "metal", "lab-db"])
COUNT = st.integers(1, 10_000)
ZONE = st.sampled_from(["a", "b", "c"])


def sets(setting: Setting) -> st.SearchStrategy[Set]:
    """Any turn of a knob, in thousandths where it is not whole."""
    key = f"{setting.key}.page" if setting.per_class else setting.key
    step = 1.0 if setting.whole or setting.words else 0.001
    values = st.integers(round(setting.low / step), round(setting.high / step))
    return st.builds(Set, st.just(key), values.map(lambda steps: round(steps * step, 3)))


COMMANDS: st.SearchStrategy[Command] = st.one_of(
    st.builds(Resize, POOL | MACHINE, SIZE, st.booleans()),
    st.builds(Add, POOL, COUNT, st.none() | SIZE, st.none() | ZONE),
    st.builds(Remove, st.sampled_from(["app", "database", "images"]), st.none() | COUNT),
    st.builds(Remove, MACHINE | st.sampled_from(["balancer", "cache"])),
    st.builds(Restart, MACHINE),
    st.builds(
        PlaceBalancer,
        st.sampled_from(["l4", "l7"]),
        st.none() | st.sampled_from(["random", "round-robin", "least-connections", "two-choices", "ip-hash"]),
        st.none() | COUNT,
        st.none() | SIZE,
    ),
    st.builds(PlacePool, st.sampled_from(["images", "api"]), st.none() | SIZE, st.none() | COUNT, st.none() | ZONE),
    st.builds(Route, st.sampled_from(["/", "/images", "/a/b-c_d.e~1"]), POOL),
    st.builds(PlaceCache, st.none() | SIZE),
    st.builds(MoveSessions, st.sampled_from(["memory", "sticky", "cache", "token"])),
    st.builds(MoveUploads, st.sampled_from(["disk", "object"])),
    st.builds(MoveData, st.sampled_from(["box", "database"])),
    st.builds(Deploy, POOL, st.booleans()),
    st.builds(Autoscale, POOL, COUNT, COUNT, st.floats(0, 100).map(lambda share: round(share, 3))),
    st.builds(Autoscale, POOL, off=st.just(True)),
    st.sampled_from(list(SETTINGS.values())).flatmap(sets),
    st.builds(Cancel, st.integers(1, 1_000_000)),
    st.just(Launch()),
)


WORDS = ("resize", "add", "place", "balancer", "l4", "app", "1", "99999999", "size=", "=x", "rolling", "app-1", "set")


def read(text: str) -> tuple[Command | None, CommandError | None]:
    try:
        return parse(text), None
    except CommandError as error:
        return None, error


class TestALineAndAnOrder:
    @given(COMMANDS)
    def test_every_order_comes_back_from_its_line(self, command: Command) -> None:
        assert parse(format_command(command)) == command

    @given(COMMANDS)
    def test_case_and_blanks_do_not_matter(self, command: Command) -> None:
        line = format_command(command).upper().replace(" ", " \t ")
        assert parse(f"  {line} ") == command

    @given(st.text(max_size=LONGEST_LINE + 20) | st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join))
    def test_any_text_is_an_order_or_a_sentence(self, text: str) -> None:
        command, error = read(text)
        if command:
            assert parse(format_command(command)) == command
        if error:
            assert error.sentence.isprintable()
            assert len(error.sentence) < 400
            assert 1 <= error.column <= LONGEST_LINE + 1

    def test_what_need_not_be_said_is_not_written(self) -> None:
        assert format_command(Add("app", 1)) == "add app"
        assert format_command(Add("app", 3, "large")) == "add app 3 size=large"
        assert format_command(Set("health.interval", 0.5)) == "set health.interval 0.5"
        assert format_command(Deploy("app", rollback=True)) == "deploy app rollback"
        assert parse("deploy app rollback") == Deploy("app", rollback=True)

    def test_a_setting_takes_words_and_percents(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(SETTINGS, "pools", Setting("pools", 0, 1, True, "", "", 0, words=("off", "on")))
        monkeypatch.setitem(SETTINGS, "ttl", Setting("ttl", 0, 60, False, "seconds", "", 0, per_class=True))
        assert parse("set pools ON") == Set("pools", 1.0)
        assert format_command(Set("pools", 0.0)) == "set pools off"
        assert parse("set load 250") == parse("set load 250%") == Set("load", 250.0)
        assert format_command(Set("load", 250.0)) == "set load 250%"
        assert format_command(parse("set ttl.page 2.50")) == "set ttl.page 2.5"
        with pytest.raises(CommandError, match='pools is off or on, not "1"'):
            parse("set pools 1")
        with pytest.raises(CommandError, match="there is no setting"):
            parse("set health.interval.page 1")

    def test_a_path_has_no_slash_at_its_end(self) -> None:
        assert parse("route /Images/ images") == Route("/images", "images")
        assert parse("route / app") == Route("/", "app")

    def test_numbers_of_an_autoscaler_may_be_equal(self) -> None:
        assert parse("autoscale app 2 2 60%") == Autoscale("app", 2, 2, 60.0)
        assert parse("autoscale app 10 60 60%") == Autoscale("app", 10, 60, 60.0)

    def test_the_database_answers_to_its_short_name(self) -> None:
        assert parse("resize db large") == Resize("database", "large")

    def test_so_it_does_in_rules(self) -> None:
        assert parse("when db.queue > 9 for 3 do add app") == parse("when database.queue > 9 for 3 do add app")
        assert parse("when lb.rate > 9 for 3 do add app") == parse("when balancer.rate > 9 for 3 do add app")


@pytest.mark.parametrize(
    ("line", "column", "sentence"),
    [
        ("", 1, "the line is empty"),
        ("resise app large", 1, 'there is no "resise"; did you mean resize?'),
        ("  resise app", 3, "did you mean resize?"),
        ("resize app", 11, "SIZE is missing: it goes resize POOL|MACHINE SIZE [rolling]"),
        ("resize app large now", 18, '"now" is a word too many'),
        ("resize app large rolling rolling", 26, "rolling is said twice"),
        ("place", 1, "place what? It goes: place balancer l4|l7"),
        ("place balncer l4", 7, 'place has no "balncer"; did you mean balancer?'),
        ("place balancer l9", 16, 'there is no kind "l9"; there are l4 and l7'),
        ("place balancer l4 algorithm=least", 29, 'there is no algorithm "least"'),
        ("place balancer l4 speed=2", 19, 'there is no option "speed" here'),
        ("add app 0", 9, '"0" is no number: a whole one from 1 to 10,000'),
        ("add app 99999999999999999999", 9, "is no number: a whole one from 1 to 10,000"),
        ("add app ٣", 9, '"٣" is no number'),
        ("remove app-1 2", 14, "app-1 is one machine: leave the number out"),
        ("remove balancer 2", 17, "balancer goes as a whole: leave the number out"),
        ("remove balancer app-1", 17, '"app-1" is no number: a whole one'),
        ("remove balancer balancer-1 2", 28, '"2" is a word too many'),
        ("place cdn size=large", 11, "a CDN is a service, paid by the gigabyte: it has no size"),
        ("add app zone=d", 14, 'there is no zone "d"; there are a, b and c'),
        ("place pool", 11, "NAME is missing: it goes place pool NAME [size=SIZE] [machines=N] [zone=ZONE]"),
        ("route images images", 7, '"images" is no path: one is such as / or /images'),
        ("remove app-1 1", 14, "app-1 is one machine: leave the number out"),
        ("autoscale app 2 4", 17, "it goes autoscale POOL MIN MAX TARGET%|off"),
        ("autoscale app 2 off", 17, "it goes autoscale POOL MIN MAX TARGET%|off"),
        ("when app.utilisation > 85%", 27, "for is missing: it goes when POOL.SIGNAL >|< N[%] for SECONDS do COMMAND"),
        ("when app.utilisation > 85% for 3", 33, "do is missing: it goes when"),
        ("when app.utilisation >= 85% for 3 do add app", 22, 'there is no comparison ">="; did you mean >?'),
        ("when app.utilisation == 85% for 3 do add app", 22, 'there is no comparison "=="; there are > and <'),
        ("restart app", 9, '"app" is no machine'),
        ("move sessions tokn", 15, "did you mean token?"),
        ("set health.interval 0", 21, 'health.interval is a number from 0.1 to 60 seconds, not "0"'),
        ("set health.threshold 2.5", 22, 'health.threshold is a whole number from 1 to 20 checks, not "2.5"'),
        ("set health.interval nan", 21, 'health.interval is a number from 0.1 to 60 seconds, not "nan"'),
        ("resize app \x1b[31m", 12, "a control character is in the line"),
        ("x" * 201, 201, "the line is too long: a command has 200 characters at most"),
    ],
)
def test_a_wrong_line_says_where_and_what_is_possible(line: str, column: int, sentence: str) -> None:
    with pytest.raises(CommandError) as caught:
        parse(line)
    assert sentence in caught.value.sentence
    assert caught.value.column == column


class TestTheGrammar:
    def test_usage_lines_are_made_from_the_table(self) -> None:
        usages = {verb.name: verb.usage for verb in VERBS}
        assert usages["resize"] == "resize POOL|MACHINE SIZE [rolling]"
        assert usages["place balancer"] == "place balancer l4|l7 [algorithm=ALGORITHM] [machines=N] [size=SIZE]"
        assert usages["launch"] == "launch"

    def test_a_level_locks_verbs_by_first_word_or_whole_name(self) -> None:
        place_cache = verb_of(parse("place cache"))
        assert is_unlocked(place_cache, None)
        assert is_unlocked(place_cache, ("place",))
        assert is_unlocked(place_cache, ("resize", "place cache"))
        assert not is_unlocked(place_cache, ("place balancer",))

    def test_cancel_and_launch_are_never_locked(self) -> None:
        assert is_unlocked(verb_of(Launch()), ())
        assert is_unlocked(verb_of(Cancel(1)), ())


@pytest.mark.parametrize("line", ["place cache ttl={}", "place cdn ttl={}", "set ttl {}"])
def test_copies_live_as_long_wherever_it_is_said(line: str) -> None:
    longest = SETTINGS["ttl"].high
    parse(line.format(f"{longest:g}"))
    with pytest.raises(CommandError, match=f"{longest:g}"):
        parse(line.format(f"{longest + 1:g}"))


@pytest.mark.parametrize("pool", ["balancer", "cache", "replica", "standby", "app", "images"])
def test_a_machine_can_be_named_after_its_pool(pool: str) -> None:
    assert parse(f"remove {pool} {pool}-1") == Remove(f"{pool}-1")
    assert format_command(parse(f"remove {pool} {pool}-1")) == f"remove {pool}-1"


def test_what_a_store_keeps_may_be_called_like_a_machine_of_another_pool() -> None:
    assert parse("remove cache photo-2") == Remove("cache", of_class="photo-2")
