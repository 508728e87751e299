"""A level file becomes a Level, or all that is wrong with it is said at once, each with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalegame.game.level import Level, LevelError, Par, Stage
from scalegame.game.level_file import check_level, load_level, read_level
from scalegame.model.catalogue import SIZES
from scalegame.model.scenario import BalancerPlan, DataSet, Fault, PoolPlan, Retries, Traffic
from scalegame.model.world import World
from tests.game.level_texts import SOUND, STAGED


def complaints(text: str) -> list[str]:
    with pytest.raises(LevelError) as caught:
        read_level(text, "shop.toml")
    return list(caught.value.lines)


def broken(old: str, new: str) -> str:
    assert old in SOUND
    return SOUND.replace(old, new, 1)


class TestALab:
    def test_is_one_stage_without_a_purse(self) -> None:
        level = read_level(SOUND, "shop.toml", "lab")
        assert (level.id, level.title, level.pack, level.path) == ("shop", "A shop", "lab", "shop.toml")
        assert level.stages == (Stage("A shop", 600.0, 0.0),)
        assert level.money is None
        assert level.unlocked is None
        assert (level.seconds, level.warmup, level.slo_latency_ms, level.slo_uptime) == (600.0, 60.0, 1000.0, 0.99)
        assert level.text == SOUND

    def test_tells_the_model_what_stands_at_the_start(self) -> None:
        start = read_level(SOUND).scenario.start
        assert start.app == PoolPlan("lab", 3)
        assert start.database == PoolPlan("lab-db", 1)
        assert start.cache is None
        assert start.balancer == BalancerPlan("l4", "random", 1, "wire")
        assert start.network_ms == 2.0

    def test_adds_its_sizes_to_the_catalogue(self) -> None:
        sizes = read_level(SOUND).scenario.sizes
        assert set(sizes) == {*SIZES, "lab", "lab-db"}
        assert (sizes["lab"].cores, sizes["lab"].slots, sizes["lab"].backlog) == (1, 10**12, 0)
        assert sizes["lab"].mtbf_seconds is None
        assert sizes["lab-db"].price == 0.5

    def test_may_replace_a_size_of_the_catalogue(self) -> None:
        level = read_level(SOUND + "[sizes.small]\ncores = 3\n")
        assert level.scenario.sizes["small"].cores == 3
        assert SIZES["small"].cores != 3

    def test_holds_a_single_rate_to_its_end(self) -> None:
        level = read_level(broken("[[0, 80], [300, 80], [600, 160]]", "[[0, 80]]"))
        assert level.scenario.traffic == (Traffic("page", ((0.0, 80.0), (600.0, 80.0))),)


class TestAPlayedLevel:
    def test_has_stages_at_their_times(self) -> None:
        level = read_level(STAGED)
        assert level.stages == (
            Stage("Morning", 40.0, 0.0),
            Stage("Noon", 60.0, 40.0, grant=5.0, news="The newsletter is out."),
        )
        assert level.seconds == 100.0

    def test_tells_the_model_absolute_times(self) -> None:
        assert read_level(STAGED).scenario.traffic == (
            Traffic("page", ((0.0, 10.0), (40.0, 50.0)), band=0.2),
            Traffic("page", ((40.0, 50.0), (60.0, 50.0), (60.0, 90.0), (100.0, 90.0))),
            Traffic("buy", ((40.0, 7.0), (100.0, 7.0))),
        )

    def test_carries_purse_par_texts_and_what_is_unlocked(self) -> None:
        level = read_level(STAGED)
        assert level.money == 12.5
        assert level.par == Par(uptime=0.999, cost=9.0)
        assert level.unlocked == ("resize", "add", "launch")
        assert level.scenario.ladder == ("small", "large")
        assert level.guide
        assert level.diagnosis
        assert level.hints == ("look at the queue",)
        assert level.story == "Once upon a time."

    def test_says_how_clients_and_services_behave(self) -> None:
        buy, page = read_level(STAGED).scenario.classes
        assert page.retries == Retries(max=2, backoff_ms=500.0, jitter=True)
        assert page.timeout_ms == 2000.0
        assert (page.session, buy.session) == (True, False)
        assert (page.scv, buy.scv) == (1.0, 0.0)

    def test_says_what_is_encrypted_what_is_no_http_and_over_how_many_zones_it_stands(self) -> None:
        text = broken("cpu_ms = 10", 'cpu_ms = 10\nprotocol = "tcp"').replace(
            "network_ms = 2", "network_ms = 2\ntls = true\nzones = 2"
        )
        scenario = read_level(text).scenario
        assert (scenario.start.tls, scenario.start.zones, scenario.classes[0].protocol) == (True, 2, "tcp")
        plain = read_level(SOUND).scenario
        assert (plain.start.tls, plain.start.zones, plain.classes[0].protocol) == (False, 1, "http")

    def test_says_what_work_can_wait(self) -> None:
        job = "cpu_ms = 10\njob_ms = 800\njob_seconds = 30\ndoubles = true\npoison = 0.001"
        (page,) = read_level(broken("cpu_ms = 10", job)).scenario.classes
        assert (page.job_ms, page.job_seconds, page.doubles, page.poison) == (800.0, 30.0, True, 0.001)
        (plain,) = read_level(SOUND).scenario.classes
        assert (plain.job_ms, plain.job_seconds, plain.doubles, plain.poison) == (0.0, 1e12, False, 0.0)

    def test_says_what_is_read_and_how_popular_it_is(self) -> None:
        data = "[data.posts]\nitems = 1e6\nzipf = 0.9\nshift_seconds = 60\nshift_share = 0.2\n"
        reads = 'session = true\nreads = "posts"\nstale_ms = 5000\nkb = 20\nfar = 0.5\nstatic = true\n'
        scenario = read_level(STAGED.replace("session = true\n", reads) + data).scenario
        assert scenario.data == (DataSet("posts", 10**6, 0.9, shift_seconds=60.0, shift_share=0.2),)
        buy, page = scenario.classes
        assert (page.reads, page.writes, page.stale_ms, page.static) == ("posts", "", 5000.0, True)
        assert (page.kb, page.far) == (20.0, 0.5)
        assert (buy.reads, buy.stale_ms, buy.static) == ("", 1e12, False)

    def test_scripts_its_faults(self) -> None:
        assert read_level(STAGED).scenario.faults == (
            Fault("crash", 70.0, "app-1", warning="memory errors on app-1", warning_seconds=20.0),
        )


class TestTheLevelId:
    def test_is_a_sha256(self) -> None:
        kind, digits = read_level(SOUND).level_id.split(":")
        assert kind == "sha256"
        assert len(digits) == 64

    @pytest.mark.parametrize(
        "same",
        [
            SOUND.replace("\n", "\r\n"),
            "# a comment\n" + SOUND,
            SOUND.replace("seconds = 600\nwarmup = 60\n", "warmup = 60.0\nseconds = 6e2 # ten minutes\n"),
            SOUND.replace("[classes.page]\n", '[classes.page]\nservice = "exponential"\nsession = false\n'),
            SOUND.replace("[slo]\nlatency_ms = 1000\nuptime = 0.99\n", "slo = { uptime = 0.99, latency_ms = 1_000 }\n"),
            SOUND.replace("warmup = 60\n", "warmup = 60\nx_author = 'me'\n"),
            SOUND.replace("[sizes.lab]\n", "[sizes.lab]\nslots = 1e12\nmtbf = 'never'\nx_why = [1]\n"),
        ],
        ids=["line ends", "comment", "order and spelling", "defaults", "inline table", "own key", "own key in a table"],
    )
    def test_is_the_same_for_the_same_meaning(self, same: str) -> None:
        assert read_level(same).level_id == read_level(SOUND).level_id

    def test_and_with_it_the_scenario_does_not_depend_on_the_order_of_the_classes(self) -> None:
        page = "[classes.page]\ncpu_ms = 10\ndb_read_ms = 4\n"
        other = "[classes.about]\ncpu_ms = 1\n"
        one, two = read_level(broken(page, page + other)), read_level(broken(page, other + page))
        assert one.level_id == two.level_id
        assert one.scenario == two.scenario

    @pytest.mark.parametrize(
        ("old", "new"),
        [("80]", "81]"), ("cores = 1", "cores = 2"), ('"A shop"', '"a shop"'), ("db_read_ms", "db_write_ms")],
    )
    def test_differs_with_the_meaning(self, old: str, new: str) -> None:
        assert read_level(broken(old, new)).level_id != read_level(SOUND).level_id


TWO_OF_A_GROUP = """\
[[fault]]
kind = "crash"
seconds = 9
shuffle = "day"
[[fault]]
kind = "crash"
seconds = 40
shuffle = "day"
warning_seconds = 15
[sizes.lab]"""

WRONG = [
    # text taken out, text put in, what is said
    ("warmup = 60", "warmpu = 60", ['5:1: error[unknown-key]: there is no key "warmpu" here (did you mean "warmup"?)']),
    ("cpu_ms = 10", 'cpu_ms = "10"', ['12:10: error[wrong-type]: must be a number, not "10"']),
    ("cpu_ms = 10", "cpu_ms = true", ["12:10: error[wrong-type]: must be a number, not true"]),
    ("cpu_ms = 10", "cpu_ms = 2026-01-01", ["12:10: error[wrong-type]: must be a number, not a date or time"]),
    ("cpu_ms = 10", "cpu_ms = -1", ["12:10: error[out-of-range]: must be 0 or more, not -1"]),
    ("cpu_ms = 10", "cpu_ms = nan", ["12:10: error[out-of-range]: must be finite, not nan"]),
    ("cpu_ms = 10", "cpu_ms = inf", ["12:10: error[out-of-range]: must be finite, not inf"]),
    ("cpu_ms = 10", "cpu_ms = 1e13", ["12:10: error[out-of-range]: must be at most 1000000000000, not 10000000000000"]),
    ("uptime = 0.99", "uptime = 99", ["9:10: error[out-of-range]: must be at most 1, not 99"]),
    ("cores = 1", "cores = 1.5", ["31:9: error[wrong-type]: must be a whole number, not 1.5"]),
    ("cores = 1", "cores = 0", ["31:9: error[out-of-range]: must be 1 or more, not 0"]),
    ("cores = 1", "slots = 5", ['30:1: error[missing-key]: the key "cores" is missing']),
    ('id = "shop"\n', "", ['1:1: error[missing-key]: the key "id" is missing']),
    ('id = "shop"', 'id = "../shop"', [
        '2:6: error[bad-name]: "../shop" is no name (small letters, digits and -, at most 40)']),
    ('title = "A shop"', 'title = ""', ["3:9: error[too-short]: must not be empty"]),
    ('title = "A shop"', 'title = "\\u001b[2J"', ["3:9: error[control-character]: holds the control character U+001B"]),
    ('title = "A shop"', 'title = "a\\u202eb"', ["3:9: error[control-character]: holds the control character U+202E"]),
    ('title = "A shop"', 'title = "a\\nb"', ["3:9: error[more-than-a-line]: must be a single line without tabs"]),
    ("format = 1", "format = 2", ["1:10: error[bad-choice]: must be 1, not 2"]),
    ('"random"', '"radnom"', [
        ('21:39: error[bad-choice]: "radnom" is not one of "random", "round-robin", "least-connections", "two-choices"'
        ' or "ip-hash" (did you mean "random"?)')]),
    ("cpu_ms = 10", 'service = "pareto"', [
        '12:11: error[bad-choice]: must be "exponential", "deterministic" or { scv = NUMBER }']),
    ("cores = 1", "cores = 1\nmtbf = 0", [
        '32:8: error[out-of-range]: must be more than 0; "never" is the word for no failures']),
    ("cores = 1", "cores = 1\nmtbf = true", ['32:8: error[bad-choice]: must be a number of seconds, or "never"']),
    ("[300, 80]", "[300]", ["17:18: error[bad-pair]: must be a pair [second, requests a second]"]),
    ("[300, 80]", "[700, 80]", [
        "17:18: error[out-of-range]: 700 s is after the level's end at 600 s",
        "17:29: error[times-not-rising]: 600 s stands behind 700 s (put them in order)"]),
    ("600, 160", "500, 160", [
        "17:8: warning[ends-early]: nobody of this curve comes after 500 s (add [600, RATE])"]),
    ('class = "page"', 'class = "pages"', [
        '11:1: warning[unused-class]: no traffic is of class "page"',
        '16:9: error[no-such-class]: there is no class "pages" (did you mean "page"?)']),
    ("cpu_ms = 10\ndb_read_ms = 4", "path = '/a'", [
        '11:1: error[no-work]: class "page" makes no work (give it cpu_ms or db_read_ms)']),
    ("cpu_ms = 10", "cpu_ms = 10\njob_seconds = 30\ndoubles = true", [
        "13:1: warning[no-job]: the class has no job that could be queued (add job_ms)",
        "14:1: warning[no-job]: the class has no job that could be queued (add job_ms)"]),
    ("cpu_ms = 10", "cpu_ms = 10\njob_seconds = 9\njob_ms = 5\npoison = 2", [
        "15:10: error[out-of-range]: must be at most 1, not 2"]),
    ("cpu_ms = 10", "cpu_ms = 10\njob_ms = 5\njob_seconds = 0", [
        "13:1: warning[no-due-time]: the job has time until the drain ends: workers may come late (add job_seconds)",
        "14:15: error[out-of-range]: must be more than 0, not 0"]),
    ("cpu_ms = 10", "cpu_ms = 10\njob_ms = 5", [
        "13:1: warning[no-due-time]: the job has time until the drain ends: workers may come late (add job_seconds)"]),
    ("cpu_ms = 10", "cpu_ms = 10\njob_ms = 5\njob_seconds = 300", [
        "14:15: error[out-of-range]: a job has 100 s at most, or all the time there is (leave it out)"]),
    ("cpu_ms = 10", "cpu_ms = 10\njob_crash = 0.01", [
        "13:1: warning[no-job]: the class has no job that could be queued (add job_ms)"]),
    ("[start]", '[start]\nqueued = ["page", "pgae"]', [
        '20:11: error[no-job]: class "page" has no job that could be queued (give it job_ms)',
        '20:19: error[no-such-class]: there is no class "pgae" (did you mean "page"?)']),
    ("cpu_ms = 10", 'cpu_ms = 10\nreads = "posts"\n[data.post]\nitems = 5\n[classes.x]\ncpu_ms = 1', [
        '13:9: error[no-such-data]: there is no data set "posts" (did you mean "post"?)',
        '14:1: warning[unused-data]: no class reads or writes "post"',
        '16:1: warning[unused-class]: no traffic is of class "x"']),
    ("cpu_ms = 10", "cpu_ms = 10\nstatic = true", [
        '13:1: warning[no-data]: no cache knows what the class reads (add reads = "NAME")']),
    ("[start]", "[data.posts]\nitems = 2e9\nzipf = 4\n[start]", [
        "20:9: error[out-of-range]: must be at most 1000000000, not 2000000000",
        "21:8: error[out-of-range]: must be at most 3, not 4"]),
    ("cpu_ms = 10", "downloads_kb = 100", [
        "12:1: warning[no-uploads]: nobody uploads what this class asks for (give a class uploads_kb)"]),
    ('size = "lab"', 'size = "lob"', ['24:8: error[no-such-size]: there is no size "lob" (did you mean "lab"?)']),
    ("machines = 3", "machines = 100_000", ["23:1: error[too-many]: 100002 machines are more than 10000"]),
    ("network_ms = 2", 'sessions = "cache"', [
        "20:12: error[no-cache]: sessions in the cache need a cache (add [start.pools.cache])"]),
    ("seconds = 600\nwarmup = 60", "warmup = 60", [
        '1:1: error[missing-key]: the key "seconds" is missing (how long is the level?)']),
    ("[start]", '[[traffic]]\nclass = "page"\nrate = [[0, 1]]\narrivals = "even"\n[start]', [
        '22:12: error[mixed-arrivals]: the arrivals of class "page" are poisson elsewhere (one way for a class)']),
    ('size = "lab-db"', 'size = "lab-db"\n[start.pools.cache]\nsize = "lab-db"\nmachines = 2', []),
    ('size = "lab-db"', 'size = "lab-db"\n[start.pools.standby]\nsize = "lab-db"\nmachines = 2', [
        "31:12: warning[too-many]: there is a standby for each shard, however many machines this says (machines = 1)"]),
    ("machines = 1, size", "machines = 3, size", [
        "21:60: error[too-many]: a balancer is one machine or a pair (machines = 2)"]),
    ("cores = 1", "cores = 1e6", ["31:9: error[out-of-range]: must be at most 10000, not 1000000"]),
    ("warmup = 60", "warmup = 600", ["5:10: error[out-of-range]: no figure would count: the level ends at 600 s"]),
    ("seconds = 600", "seconds = 0", ["4:11: error[out-of-range]: must be more than 0, not 0"]),
    ("seconds = 600", "seconds = 1e9", [
        "4:11: error[too-long]: the level is longer than a day (86400 s)",
        "17:8: warning[ends-early]: nobody of this curve comes after 600 s (add [1000000000, RATE])"]),
    ("[sizes.lab]", '[[fault]]\nkind = "deploy"\nseconds = 900\ntarget = "ap"\n[sizes.lab]', [
        "32:11: error[out-of-range]: the level ends at 600 s",
        '33:10: error[no-such-target]: "ap" is no pool and no machine (did you mean "app"?)',
        '33:10: error[no-such-target]: a deploy is of a whole pool (did you mean "app"?)']),
    ("[sizes.lab]", '[[fault]]\nkind = "slow"\nseconds = 9\nwarning_seconds = 10\n[sizes.lab]', [
        "30:1: error[no-effect]: a factor of 1 slows nothing down (2 is half as fast)",
        "30:1: error[no-effect]: a machine that is slow for 0 s is not slow (lasts = 20)",
        "33:19: error[out-of-range]: the warning would come before the level starts"]),
    ("[sizes.lab]", '[[fault]]\nkind = "surge"\nseconds = 9\ntarget = "pag"\n[sizes.lab]', [
        "30:1: error[no-effect]: once as many, or for 0 s, is no surge (factor = 2 and lasts = 30)",
        '33:10: error[no-such-class]: there is no class "pag" (did you mean "page"?)']),
    ("[sizes.lab]", '[[fault]]\nkind = "crash"\nseconds = 9\nshuffle = "day"\n[sizes.lab]', [
        '33:1: warning[no-effect]: nothing else is of the group "day": there is nothing to deal']),
    ("[sizes.lab]", TWO_OF_A_GROUP, [
        "38:19: error[out-of-range]: the warning would come before the level starts"]),
    ("seconds = 600", "seconds = 600\nunlocked = ['add', 'rezise']", [
        '5:20: error[bad-choice]: is no verb of the command line (did you mean "resize"?)']),
    ("seconds = 600", "seconds = 600\nladder = ['small', 'lage', 'small']", [
        '5:20: error[no-such-size]: there is no size "lage" (did you mean "large"?)',
        '5:28: error[twice]: "small" is in the ladder already']),
    ("[sizes.lab]", '[[stage]]\ntitle = "a"\nseconds = 10\n[sizes.lab]', [
        "4:1: error[two-lengths]: the stages say how long the level is (remove seconds)",
        "5:10: error[out-of-range]: no figure would count: the level ends at 10 s",
        "15:1: error[two-timelines]: a level with stages has its traffic in them (use [[stage.traffic]])"]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), WRONG, ids=[new.strip() or old for old, new, _ in WRONG])
def test_a_broken_level_is_refused_with_place_code_and_hint(old: str, new: str, said: list[str]) -> None:
    text = broken(old, new)
    lines = [f"shop.toml:{line}" for line in said]
    if any(": error[" in line for line in lines):
        assert complaints(text) == lines
    else:
        assert [str(one) for one in check_level(text, "shop.toml")[1]] == lines


def test_all_that_is_wrong_is_said_at_once_of_shape_and_of_meaning() -> None:
    text = (
        SOUND.replace("cpu_ms = 10", "cpu_ms = 'ten'")
        .replace('class = "page"', 'class = "pge"')
        .replace("[300, 80]", "[300]")
        .replace('size = "lab"', 'size = "lob"')
        .replace("cores = 1", "core = 1")
    )
    codes = [line.split("error[")[1].split("]")[0] for line in complaints(text) if "error[" in line]
    assert codes == [
        "wrong-type", "no-such-class", "bad-pair", "no-such-size", "missing-key", "unknown-key",
    ]  # fmt: skip


def test_data_lies_on_the_box_where_there_is_no_database_and_in_a_database_only_where_one_stands() -> None:
    asks = STAGED.replace("cpu_ms = 10", "cpu_ms = 10\ndb_read_ms = 2")
    assert World(read_level(asks).scenario, [1]).snapshot().data == "box"
    assert World(read_level(SOUND).scenario, [1]).snapshot().data == "database"
    assert World(read_level(broken("network_ms = 2", 'data = "box"')).scenario, [1]).snapshot().data == "box"
    (said,) = complaints(asks + '[start]\ndata = "database"\n')
    assert said.endswith("error[no-database]: data in the database needs a database (add [start.pools.database])")


def test_what_only_comes_from_another_mistake_is_not_said() -> None:
    """A size with a wrong core count is there all the same for the pool that names it."""
    assert complaints(broken("cores = 1", "cores = 'one'")) == [
        'shop.toml:31:9: error[wrong-type]: must be a whole number, not "one"'
    ]


def test_a_flood_of_mistakes_is_counted() -> None:
    lines = complaints(SOUND + "".join(f"nonsense{number} = 1\n" for number in range(300)))
    assert len(lines) == 201
    assert lines[-1] == "shop.toml: and 100 more"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("format = ", "level:1:10: error[syntax]: not TOML: invalid value"),
        ("a = 1\nb = [1, 2\n", "level:2:10: error[syntax]: not TOML: unclosed array"),
        ("a = 1\na = 2\n", "level:2:6: error[syntax]: not TOML: cannot overwrite a value"),
        (f"a = {'1' * 5000}", "level:1:1: error[bad-value]: "),
        (f"a = {'[' * 50_000}", "level:1:1: error[too-deep]: too many brackets within brackets"),
    ],
    ids=["no value", "open array", "twice", "endless number", "brackets"],
)
def test_what_is_not_toml_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(LevelError) as caught:
        read_level(text)
    (line,) = caught.value.lines
    assert line.startswith(said)


class TestAFile:
    def test_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(LevelError, match="no such file"):
            load_level(tmp_path / "nothing.toml")

    def test_that_is_a_folder(self, tmp_path: Path) -> None:
        with pytest.raises(LevelError, match="is a folder, not a level file"):
            load_level(tmp_path)

    def test_that_is_not_utf_8(self, tmp_path: Path) -> None:
        path = tmp_path / "latin.toml"
        path.write_bytes(b'format = 1\nid = "caf\xe9"\n')
        with pytest.raises(LevelError) as caught:
            load_level(path)
        assert caught.value.lines == (f"{path}:2:10: error[not-utf-8]: the byte 0xe9 is not UTF-8 (save as UTF-8)",)

    def test_that_is_too_long(self, tmp_path: Path) -> None:
        path = tmp_path / "long.toml"
        path.write_text("#" * 1_000_001)
        with pytest.raises(LevelError, match="at most 1000000 bytes"):
            load_level(path)

    def test_that_begins_with_a_byte_order_mark_is_read_all_the_same(self, tmp_path: Path) -> None:
        path = tmp_path / "notepad.toml"
        path.write_bytes(b"\xef\xbb\xbf" + SOUND.encode())
        assert load_level(path).level_id == read_level(SOUND).level_id

    def test_whose_path_no_system_takes(self) -> None:
        with pytest.raises(LevelError, match="cannot be read"):
            load_level(Path("a\0b.toml"))


VALUES = [
    "",
    "-1",
    "0",
    "1e400",
    "nan",
    "true",
    '"x"',
    "[]",
    "[[]]",
    "{}",
    "{ a = 1 }",
    "1979-05-27",
    "99999999999999999999",
]
LINES = SOUND.splitlines()


@settings(max_examples=150, deadline=None)
@given(
    line=st.integers(0, len(LINES) - 1),
    change=st.one_of(
        st.sampled_from(["drop", "double", "move to the end"]),
        st.sampled_from(VALUES).map(lambda value: f"value {value}"),
        st.text(max_size=8).map(lambda text: f"text {text}"),
    ),
)
def test_whatever_happens_to_a_line_the_answer_is_a_level_or_a_list_of_complaints(line: int, change: str) -> None:
    lines = list(LINES)
    kind, _, new = change.partition(" ")
    if kind in ("drop", "move"):
        taken = lines.pop(line)
        lines += [taken] if kind == "move" else []
    elif kind == "double":
        lines.insert(line, lines[line])
    elif kind == "value":
        lines[line] = f"{lines[line].split('=')[0]} = {new}"
    else:
        lines[line] = new
    answer = level_or_complaints("\n".join(lines))
    if isinstance(answer, LevelError):
        assert all("error[" in said or "warning[" in said for said in answer.lines)
        assert all("\n" not in said for said in answer.lines)
    else:
        assert answer.scenario.seconds > 0


def level_or_complaints(text: str) -> Level | LevelError:
    try:
        return read_level(text)
    except LevelError as error:
        return error
