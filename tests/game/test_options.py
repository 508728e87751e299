"""What can be done at a place, and what could be typed next."""

from __future__ import annotations

import pytest

from scalegame.game.command import parse
from scalegame.game.completion import completion
from scalegame.game.level_library import find
from scalegame.game.session import Session
from scalegame.game.view import Option
from scalegame.model.catalogue import SIZES
from tests.game.played_levels import BUSY, CALM, make_level


def by_line(options: list[Option]) -> dict[str, Option]:
    return {option.command: option for option in options}


class TestOptions:
    def test_a_machine_can_be_resized_restarted_removed_and_joined(self) -> None:
        found = by_line(Session(make_level(), 1).options("app-1"))
        assert {"resize app-1 medium", "resize app-1 metal", "add app", "remove app-1", "restart app-1"} <= found.keys()
        assert found["resize app-1 medium"].key == "u"
        assert found["resize app-1 metal"].key == ""
        assert found["restart app-1"].key == "r"

    def test_each_says_its_price_before_it_is_bought(self) -> None:
        up = by_line(Session(make_level(), 1).options("app-1"))["resize app-1 medium"]
        assert up.quote.price_change == pytest.approx(SIZES["medium"].price - SIZES["small"].price)
        assert up.quote.downtime > 0
        assert up.refusal is None

    def test_what_cannot_be_done_now_stays_with_its_reason(self) -> None:
        found = by_line(Session(make_level(), 1).options("app-1"))
        assert found["remove app-1"].refusal == "the last app server stays: somebody must answer"

    def test_at_the_ceiling_the_way_up_says_so(self) -> None:
        level = make_level(top='ladder = ["small", "medium"]', size="medium")
        option = next(option for option in Session(level, 1).options("app-1") if option.key == "u")
        assert option.refusal == "medium is the biggest size there is here"

    def test_what_the_level_has_not_unlocked_is_not_offered(self) -> None:
        session = Session(make_level(top='unlocked = ["resize"]'), 1)
        assert {option.command.split()[0] for option in session.options("app-1")} == {"resize"}
        assert [option.command for option in session.options("users")] == ["launch"]

    def test_the_whole_system_can_get_a_balancer_a_cache_and_another_home_for_sessions(self) -> None:
        found = by_line(Session(make_level(session=True), 1).options("users"))
        assert {
            "place balancer l4",
            "place balancer l7",
            "place cache",
            "move sessions token",
            "launch",
        } <= found.keys()
        assert "move sessions memory" not in found

    def test_the_queue_says_when_a_message_comes_back_and_offers_other_times_once_it_stands(self) -> None:
        assert not any("visibility" in line for line in by_line(Session(find("not-now"), 1).options("queue")))
        session = Session(find("twice-is-once"), 1)
        assert session.do("set queue.visibility 6") is None
        session.step()
        lines = [line for line in by_line(session.options("queue")) if "visibility" in line]
        assert lines == ["set queue.visibility 2", "set queue.visibility 20", "set queue.visibility 60"]

    def test_a_pool_can_get_an_autoscaler_and_lose_it_again(self) -> None:
        session = Session(make_level(), 1)
        assert by_line(session.options("app"))["autoscale app 1 5 70%"].refusal is None
        session.do("autoscale app 1 5 70%")
        found = by_line(session.options("app"))
        assert "autoscale app off" in found
        assert "autoscale app 1 5 70%" not in found

    def test_rules_can_be_struck_out(self) -> None:
        session = Session(make_level(), 1)
        session.do("when rps > 1000 for 3 do add app")
        assert by_line(session.options("users"))["cancel rule 1"].refusal is None

    def test_a_placed_pool_is_offered_the_paths_there_are(self) -> None:
        level = make_level(more='machines = 2\n[start]\nbalancer = { kind = "l7" }\n')
        session = Session(level, 1)
        assert session.do("place pool images") is None
        while not any(view.in_rotation for view in session.view().snapshot.machines if view.pool == "images"):
            session.step()
        found = by_line(session.options("images"))
        assert {"route / images", "deploy images", "remove images", "add images"} <= found.keys()
        assert session.do("route / images") is None
        session.step()
        assert "route / app" in by_line(session.options("images"))

    def test_a_database_is_offered_what_helps_it(self) -> None:
        session = Session(make_level(more='[start.pools.database]\nsize = "small"\n'), 1)
        found = by_line(session.options("database"))
        assert {"add replica", "add standby", "shard 2", "set pooler on"} <= found.keys()
        assert all(found[line].refusal is None for line in ("add replica", "add standby", "shard 2", "set pooler on"))
        assert session.do("add standby") is None
        session.step()
        assert set(by_line(session.options("standby"))) >= {"remove standby"}
        assert "add standby" not in by_line(session.options("standby"))

    def test_a_pool_of_several_can_be_resized_one_by_one(self) -> None:
        level = make_level(more='machines = 2\n[start]\nbalancer = { kind = "l4" }\n')
        found = by_line(Session(level, 1).options("app"))
        assert found["resize app medium rolling"].refusal is None
        assert found["remove app-2"].key == "-"

    def test_going_back_is_offered_while_a_release_is_bad(self) -> None:
        fault = '[[fault]]\nkind = "bad-deploy"\nseconds = 0\nshare = 0.3\n'
        level = make_level(more=f'machines = 2\n[start]\nbalancer = {{ kind = "l4" }}\n{fault}')
        session = Session(level, 1)
        assert "deploy app rollback" not in by_line(session.options("app"))
        for _ in range(200):
            session.step()
            if any(view.wrong_share for view in session.view().snapshot.machines):
                break
        assert by_line(session.options("app"))["deploy app rollback"].refusal is None

    def test_a_balancer_offers_its_other_kind_and_the_other_algorithms(self) -> None:
        level = make_level(more='machines = 2\n[start]\nbalancer = { kind = "l4" }\n')
        found = by_line(Session(level, 1).options("balancer"))
        assert found["place balancer l7"].key == "b"
        assert "place balancer l4 algorithm=two-choices" in found
        assert "place balancer l4 algorithm=round-robin" not in found

    def test_a_balancer_offers_its_knobs(self) -> None:
        level = make_level(more='machines = 2\n[start]\nbalancer = { kind = "l7" }\ntls = true\n', session=True)
        session = Session(level, 1)
        found = by_line(session.options("balancer"))
        assert {"set balancer.weights cores", "set balancer.hash consistent", "set tls servers"} <= found.keys()
        assert "set tls balancer" not in found
        assert session.do("set tls servers") is None
        assert "set tls balancer" in by_line(session.options("balancer"))

    def test_machines_can_be_added_in_each_zone_where_there_are_several(self) -> None:
        several = make_level(more='machines = 2\n[start]\nbalancer = { kind = "l4" }\nzones = 2\n')
        found = by_line(Session(several, 1).options("app"))
        assert {"add app", "add app zone=a", "add app zone=b"} <= found.keys()
        assert "add app zone=a" not in by_line(Session(make_level(), 1).options("app"))

    def test_what_is_under_way_can_be_taken_back_where_it_is_seen(self) -> None:
        session = Session(make_level(), 1)
        assert session.do("add app") is None
        number = session.view().snapshot.orders[0].number
        for place in ("users", "app", "app-2"):
            assert by_line(session.options(place))[f"cancel {number}"].refusal is None
        assert f"cancel {number}" not in by_line(session.options("app-1"))

    @pytest.mark.parametrize(
        "place", ["users", "app", "app-1", "balancer", "balancer-1", "database", "db-1", "replica", "standby-1"]
    )
    def test_every_line_can_be_read_and_every_key_is_used_once(self, place: str) -> None:
        level = make_level(
            more='[start.pools.database]\nsize = "small"\n[start.pools.replica]\nsize = "small"\n'
            '[start.pools.standby]\nsize = "small"\n[start]\nbalancer = { kind = "l4" }\n',
            session=True,
        )
        found = Session(level, 1).options(place)
        keys = [option.key for option in found if option.key]
        assert found
        assert len(set(keys)) == len(keys)
        for option in found:
            parse(option.command)

    def test_a_place_that_does_not_stand_has_none(self) -> None:
        assert Session(make_level(), 1).options("cache") == []


class TestCompletion:
    def words(self, prefix: str, **parts: object) -> list[str]:
        session = Session(make_level(CALM, BUSY, **parts), 1)
        return [candidate.word for candidate in completion(prefix, session.view(), session.level)]

    def test_it_begins_with_the_verbs(self) -> None:
        assert self.words("")[:3] == ["resize", "add", "remove"]
        assert self.words("RE") == ["resize", "remove", "restart"]

    def test_then_what_stands_and_the_sizes_that_are_sold(self) -> None:
        assert self.words("resize ") == ["app", "app-1"]
        assert self.words("resize app m") == ["medium", "metal"]
        assert self.words("resize app large ") == ["rolling"]

    def test_two_word_verbs_and_their_options(self) -> None:
        assert {"balancer", "pool", "cache", "queue"} <= set(self.words("place "))
        assert self.words("place balancer ") == ["l4", "l7"]
        assert "algorithm=two-choices" in self.words("place balancer l4 al")
        assert not any(word.startswith("alg") for word in self.words("place balancer l4 algorithm=random "))

    def test_the_whole_line_comes_with_each(self) -> None:
        session = Session(make_level(), 1)
        found = completion(" resize  app  la", session.view(), session.level)
        assert [candidate.line for candidate in found] == ["resize app large"]
        assert found[0].meaning == f"{SIZES['large'].cores} cores, ${SIZES['large'].price:.2f}/min"

    def test_only_what_is_unlocked(self) -> None:
        assert self.words("", top='unlocked = ["resize"]') == ["resize", "cancel", "launch"]

    @pytest.mark.parametrize("prefix", ["x", "resize app large rolling ", "launch ", "add app ", "\x00", "= = ="])
    def test_where_nothing_fits_there_is_nothing(self, prefix: str) -> None:
        assert [word for word in self.words(prefix) if "=" not in word] == []
