"""Publishing a version while positions are open: they keep their exits, or take the new ones."""

from typing import Any
from uuid import UUID

import pytest

from db.repositories.position_exits import attach_exits, lock_for_exit
from domain.portfolio.exit_rule import ExitRule
from tests.api.graphs import trading_graph
from tests.api.test_positions import holding, trader
from tests.api.trader import Trader
from tests.desk import now

__all__ = ["trader"]

OLD = ExitRule(rule="time_exit", kind="time_exit", minutes=5)


def buying(node_id: str = "buy", **exits: str) -> dict[str, Any]:
    """A graph whose one purchase has these exits."""
    graph = trading_graph()
    for node in graph["nodes"]:
        if node["type"] == "execute_trade":
            old = node["id"]
            node |= {"id": node_id, "type_version": 2, "config": {"amount": "10", **exits}}
    for edge in graph["edges"]:
        for end in ("source", "target"):
            edge[end] = node_id if edge[end] == old else edge[end]
    return graph


async def published(trader: Trader, strategy: UUID, graph: dict[str, Any], *bodies: dict[str, str]) -> None:
    url = f"/api/strategies/{strategy}/versions"
    saved = await trader.person.http.post(url, json={"graph": graph})
    assert saved.status_code == 201, saved.text
    for body in bodies:
        answer = await trader.person.http.post(f"{url}/{saved.json()['number']}/publish", json=body)
        assert answer.status_code == 200, answer.text


async def exits(trader: Trader, position: UUID) -> dict[str, str]:
    found = (await trader.get(f"/api/positions/{position}"))["exits"]
    return {rule["rule"]: rule["origin"].split(":")[0] for rule in found}


async def with_old_rule(trader: Trader) -> tuple[UUID, UUID]:
    strategy, position_id = await holding(trader)
    async with trader.desk.database.write() as session:
        position = await lock_for_exit(session, position_id)
        assert position is not None
        await attach_exits(session, position, (OLD,), "order:1", now())
    return strategy, position_id


@pytest.mark.parametrize("body", [{}, {"open_positions": "keep"}])
async def test_open_positions_keep_the_exits_they_have(trader: Trader, body: dict[str, str]) -> None:
    strategy, position = await with_old_rule(trader)
    await published(trader, strategy, buying(stop_loss="0.1"), body)
    assert await exits(trader, position) == {"time_exit": "order"}


async def test_open_positions_take_the_exits_of_the_node_that_bought_them(trader: Trader) -> None:
    strategy, position = await with_old_rule(trader)
    adopting = {"open_positions": "adopt"}
    await published(trader, strategy, buying(stop_loss="0.1", take_profit="0.5"), adopting, adopting)
    assert await exits(trader, position) == {"stop_loss": "version", "take_profit": "version"}
    events = (await trader.get(f"/api/strategies/{strategy}/events"))["items"]
    assert events[0]["message"] == "1 open position has the exits of version 2 now"


async def test_what_a_person_set_stays_and_a_node_that_is_gone_gives_nothing(trader: Trader) -> None:
    strategy, position = await with_old_rule(trader)
    await published(trader, strategy, buying("other", stop_loss="0.1"), {"open_positions": "adopt"})
    assert await exits(trader, position) == {"time_exit": "order"}
    rule = {"rule": "stop_loss", "kind": "stop_loss", "ratio": "0.3"}
    await trader.person.http.put(f"/api/positions/{position}/exits", json={"exits": [rule]})
    await published(trader, strategy, buying(stop_loss="0.1", take_profit="0.5"), {"open_positions": "adopt"})
    assert await exits(trader, position) == {"stop_loss": "user", "take_profit": "version"}
