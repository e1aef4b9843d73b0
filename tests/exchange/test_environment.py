"""The one private call into the SDK still does what we rely on."""

from importlib.metadata import version

from polymarket import AsyncPublicClient
from polymarket.environments import PRODUCTION

from exchange.polymarket.environment import Addresses, clob_url_of, environment_at, gamma_url_of
from tests.exchange.venue_server import VenueServer


def test_the_sdk_is_the_version_whose_private_names_were_checked() -> None:
    # A new version: read polymarket/environments.py again, run this folder, then change the number.
    assert version("polymarket-client") == "0.14.0"


def test_no_addresses_means_production() -> None:
    assert environment_at(Addresses()) is PRODUCTION
    assert gamma_url_of(PRODUCTION) == "https://gamma-api.polymarket.com"
    assert clob_url_of(PRODUCTION) == "https://clob.polymarket.com"


def test_given_addresses_replace_production_s_and_the_rest_stays() -> None:
    environment = environment_at(
        Addresses(gamma_url="http://localhost:1/", clob_market_ws_url="ws://localhost:2")
    )
    assert gamma_url_of(environment) == "http://localhost:1"
    assert clob_url_of(environment) == clob_url_of(PRODUCTION)
    assert environment._config.clob_market_ws_url == "ws://localhost:2"
    assert environment._config.chain_id == PRODUCTION._config.chain_id


async def test_the_sdk_s_client_talks_to_the_given_addresses(venue: VenueServer) -> None:
    client = AsyncPublicClient(environment_at(venue.addresses))
    try:
        assert (await client.get_tag(slug="politics")).id == "2"
    finally:
        await client.close()
    assert venue.requests == {"/tags/slug/politics": 1}


def test_a_sandbox_serves_all_services_under_one_address() -> None:
    addresses = Addresses.of_sandbox("http://127.0.0.1:41234/")
    assert addresses.gamma_url == "http://127.0.0.1:41234/gamma"
    assert addresses.clob_market_ws_url == "ws://127.0.0.1:41234/ws/market"
    assert Addresses.of_sandbox("https://sandbox.test").clob_market_ws_url == "wss://sandbox.test/ws/market"
    assert not addresses.production
