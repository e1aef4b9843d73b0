import json

from domain.graph.nodes.catalogue import CATALOGUE, NODE_TYPES, describe, versions_of


def test_catalogue_has_the_node_types_of_this_version() -> None:
    assert {known.type for known in NODE_TYPES} == {
        "start",
        "stream_markets",
        "filter",
        "condition",
        "formula",
        "check_momentum",
        "check_volume",
        "check_spread_depth",
        "whale_activity",
        "price_cross",
        "position_held",
        "sort_limit",
        "time_on_watchlist",
        "time_to_resolution",
        "exit_position",
        "notify",
        "add_to_watchlist",
        "remove_from_watchlist",
        "monitor_watchlist",
        "execute_trade",
        "wait",
        "end",
    }
    assert len(CATALOGUE) == len(NODE_TYPES)
    assert versions_of("filter") == (1,)
    assert versions_of("execute_trade") == (1, 2)
    assert versions_of("nope") == ()


def test_description_is_json_and_forms_can_be_made_of_it() -> None:
    described = json.loads(json.dumps(describe()))
    for node_type in described:
        assert node_type["group"] in {"Data", "Condition", "Action", "Time", "Flow"}
        assert node_type["config_schema"]["additionalProperties"] is False
        for name, schema in node_type["config_schema"]["properties"].items():
            assert schema.get("title"), (node_type["type"], name)
    assert {(known["type"], known["version"]) for known in described if not known["latest"]} == {
        ("execute_trade", 1)
    }
    trade = next(known for known in described if (known["type"], known["version"]) == ("execute_trade", 1))
    assert trade["config_schema"]["properties"]["amount"] == {
        "type": "string",
        "format": "decimal",
        "x-unit": "USDC",
        "x-minimum": "1",
        "x-maximum": "1000000",
        "title": "Amount",
        "description": "USDC to spend in each market, before fees; the venue takes no less than 1.",
    }
    assert [port["name"] for port in trade["outputs"]] == ["placed", "filled", "failed"]


def test_schema_lists_the_metrics() -> None:
    described = next(known for known in describe() if known["type"] == "filter")
    metric = described["config_schema"]["$defs"]["Comparison"]["properties"]["metric"]
    assert {"price", "momentum_1h"} <= {known["name"] for known in metric["x-metrics"]}
