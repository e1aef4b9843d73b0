"""Where Polymarket is: production, or a server that speaks its protocol. The only place that touches the SDK's private names."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from polymarket.environments import Environment


@dataclass(frozen=True)
class Addresses:
    """Base URLs without a trailing slash; None means Polymarket's own."""

    gamma_url: str | None = None
    clob_url: str | None = None
    data_url: str | None = None
    clob_market_ws_url: str | None = None

    @classmethod
    def of_sandbox(cls, base_url: str) -> "Addresses":
        """Those of a sandbox (or another server laid out like it) such as http://127.0.0.1:41234."""
        base = base_url.rstrip("/")
        return cls(
            gamma_url=f"{base}/gamma",
            clob_url=f"{base}/clob",
            data_url=f"{base}/data",
            clob_market_ws_url=f"ws{base.removeprefix('http')}/ws/market",
        )

    @property
    def production(self) -> bool:
        return self == Addresses()


def environment_at(addresses: Addresses) -> "Environment":
    """The SDK's environment with these addresses in place of production's.

    The SDK has no public way to build one; `tests/exchange/test_environment.py` fails when a new version moves this one.
    """
    from polymarket.environments import PRODUCTION, _create_environment

    given = {name: url.rstrip("/") for name, url in vars(addresses).items() if url is not None}
    if not given:
        return PRODUCTION
    return _create_environment(name="custom", config=replace(PRODUCTION._config, **given))


def gamma_url_of(environment: "Environment") -> str:
    return environment._config.gamma_url


def clob_url_of(environment: "Environment") -> str:
    return environment._config.clob_url
