"""`python -m api`: settings → database, gateway, market data → the application on a port, until told to stop."""

import asyncio

from api.app import create_app
from api.parts import WEB_DIST, ApiParts, Source
from api.server import ApiServer
from api.temporal_gateway import TemporalGateway
from api.version import VERSION
from config.logging import configure_logging
from config.settings import MarketSource, Settings
from copilot.draft_model import DraftModel
from copilot.model_choice import ModelChoice
from db.session import Database
from domain.money import Usdc
from exchange.market_source import connect_market_data
from formulas.engine import MATHJS_FILE, FormulaEngine

TEMPORAL_ADDRESS = "127.0.0.1:7233"


def source_of(settings: Settings) -> Source:
    if settings.markets is MarketSource.POLYMARKET:
        return "polymarket"
    if settings.markets is MarketSource.SANDBOX:
        return "sandbox"
    raise SystemExit("The API needs CASCADIAN_MARKETS=polymarket or sandbox; `cascadian up` decides it.")


def gateway_of(settings: Settings) -> TemporalGateway:
    api_key = settings.temporal_api_key
    return TemporalGateway(
        address=settings.temporal_address or TEMPORAL_ADDRESS,
        namespace=settings.temporal_namespace,
        task_queue=settings.task_queue,
        api_key=api_key.get_secret_value() if api_key else None,
        tls=settings.temporal_tls,
        continue_as_new_events=settings.continue_as_new_events,
        price_watch_shards=settings.price_watch_shards,
    )


def copilot_of(settings: Settings) -> DraftModel | None:
    """None when no model is configured. Half a configuration is a mistake, not a choice."""
    given = (settings.copilot_provider, settings.copilot_model, settings.copilot_api_key)
    provider, model, key = given
    if provider and model and key is not None and key.get_secret_value():
        return DraftModel(ModelChoice(provider, model, key, settings.copilot_base_url or None))
    if any(given):
        names = "CASCADIAN_COPILOT_PROVIDER, CASCADIAN_COPILOT_MODEL and CASCADIAN_COPILOT_API_KEY"
        raise SystemExit(f"A model for the copilot needs {names}; set all of them, or none.")
    return None


async def run(settings: Settings) -> None:
    configure_logging(settings.log_level, settings.log_json)
    if settings.database_url is None:
        raise SystemExit("The API needs CASCADIAN_DATABASE_URL; `cascadian up` sets it.")
    source = source_of(settings)
    database_url = settings.database_url.get_secret_value()
    database = Database(database_url, settings.database_pool_size)
    gateway = gateway_of(settings)
    market_data = connect_market_data(source, settings.sandbox_url)
    formulas = FormulaEngine(WEB_DIST / "engine" / MATHJS_FILE)
    parts = ApiParts(
        database=database,
        database_url=database_url,
        gateway=gateway,
        market_data=market_data,
        source=source,
        version=VERSION,
        min_interval_seconds=settings.min_interval,
        paper_balance=Usdc(settings.paper_balance),
        temporal_ui_url=settings.temporal_ui_url,
        secure_cookie=(settings.public_url or "").startswith("https://"),
        formulas=formulas,
        copilot=copilot_of(settings),
    )
    server = ApiServer(create_app(parts), settings.host, settings.port)
    try:
        await server.serve()
    finally:
        await formulas.stop()
        await market_data.close()
        await gateway.close()
        await database.close()


if __name__ == "__main__":
    asyncio.run(run(Settings()))
