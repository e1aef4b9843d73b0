"""A few Polymarket routes over real HTTP, with faults on demand: what a contract capture cannot show."""

import asyncio
import socket
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from exchange.polymarket.environment import Addresses

Json = dict[str, Any]


def raw_market(number: int, **changes: Any) -> Json:
    """A Gamma market object as the venue writes it. Volume falls with the number."""
    market: Json = {
        "id": str(1000 + number),
        "question": f"Will thing {number} happen?",
        "conditionId": f"0x{number:064x}",
        "slug": f"thing-{number}",
        "endDate": "2026-12-31T00:00:00Z",
        "outcomes": '["Yes", "No"]',
        "outcomePrices": '["0.435", "0.565"]',
        "clobTokenIds": f'["{number}01", "{number}02"]',
        "active": True,
        "closed": False,
        "acceptingOrders": True,
        "enableOrderBook": True,
        "negRisk": False,
        "volume": f"{1_000_000 - number * 100}.5",
        "volumeNum": 1_000_000 - number * 100 + 0.5,
        "liquidity": "5000.25",
        "liquidityNum": 5000.25,
        "orderMinSize": 5,
        "orderPriceMinTickSize": 0.01,
        "feesEnabled": False,
        "events": [{"id": "77", "title": "Things"}],
        "tags": [{"id": "2", "slug": "politics", "label": "Politics"}],
    }
    return market | changes


def raw_book(token_id: str, **changes: Any) -> Json:
    """A book as the venue writes it: the best level last on both sides."""
    book: Json = {
        "market": f"0x{1:064x}",
        "asset_id": token_id,
        "timestamp": "1790000000123",
        "hash": "ab" * 20,
        "bids": [{"price": "0.42", "size": "100"}, {"price": "0.44", "size": "250.5"}],
        "asks": [{"price": "0.48", "size": "80"}, {"price": "0.46", "size": "30"}],
        "min_order_size": "5",
        "tick_size": "0.01",
        "neg_risk": False,
        "last_trade_price": "0.45",
    }
    return book | changes


@dataclass
class Fault:
    """What the next requests to a path get instead of an answer."""

    times: int
    status: int = 200
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0


class VenueServer:
    """State of the server; tests change it directly."""

    def __init__(self) -> None:
        self.addresses = Addresses()
        self.reset()

    def reset(self) -> None:
        """As if just started, at the same address."""
        self.markets: list[Json] = [raw_market(number) for number in range(250)]
        self.tags: dict[str, str] = {"politics": "2"}
        self.books: dict[str, Json] = {}
        self.histories: dict[str, list[Json]] = {}
        self.malformed_histories: set[str] = set()
        self.requests: Counter[str] = Counter()
        self.queries: list[tuple[str, Any]] = []
        self.faults: dict[str, Fault] = {}
        self.asked = asyncio.Event()
        self.end_cursor: Json = {}
        self.before_answer: Callable[[], None] = lambda: None

    def app(self) -> Starlette:
        routes = [
            Route("/markets/keyset", self._markets),
            Route("/tags/slug/{slug}", self._tag),
            Route("/books", self._books, methods=["POST"]),
            Route("/batch-prices-history", self._histories, methods=["POST"]),
            Route("/v2/trades", self._trades),
            Route("/v2/holders", self._holders),
            Route("/time", self._time),
        ]
        return Starlette(routes=routes)

    async def _fault(self, request: Request) -> Response | None:
        path = request.url.path
        self.requests[path] += 1
        self.asked.set()
        self.before_answer()
        fault = self.faults.get(path)
        if fault is None or fault.times <= 0:
            return None
        fault.times -= 1
        await asyncio.sleep(fault.seconds)
        if fault.status == 200 and not fault.body:
            return None
        return Response(
            fault.body, status_code=fault.status, headers=fault.headers, media_type="application/json"
        )

    async def _markets(self, request: Request) -> Response:
        self.queries.append(("markets", request.query_params.multi_items()))
        if (faulty := await self._fault(request)) is not None:
            return faulty
        given = request.query_params
        found = [m for m in self.markets if m["closed"] is (given.get("closed", "false") == "true")]
        if ids := given.getlist("id"):
            found = [m for m in found if m["id"] in ids]
        if floor := given.get("volume_num_min"):
            found = [m for m in found if m["volumeNum"] >= float(floor)]
        start, limit = int(given.get("after_cursor", "0")), min(int(given.get("limit", "20")), 100)
        page: Json = {"markets": found[start : start + limit]}
        page |= {"next_cursor": str(start + limit)} if start + limit < len(found) else self.end_cursor
        return JSONResponse(page)

    async def _tag(self, request: Request) -> Response:
        if (faulty := await self._fault(request)) is not None:
            return faulty
        slug = request.path_params["slug"]
        if slug not in self.tags:
            return JSONResponse({"type": "not found error", "error": "not found"}, status_code=404)
        return JSONResponse({"id": self.tags[slug], "slug": slug, "label": slug.title()})

    async def _books(self, request: Request) -> Response:
        tokens = [item["token_id"] for item in await request.json()]
        self.queries.append(("books", tokens))
        if (faulty := await self._fault(request)) is not None:
            return faulty
        return JSONResponse([self.books[token] for token in tokens if token in self.books])

    async def _histories(self, request: Request) -> Response:
        body = await request.json()
        self.queries.append(("histories", body))
        if (faulty := await self._fault(request)) is not None:
            return faulty
        start, end = body["start_ts"], body["end_ts"]
        return JSONResponse(
            {
                "history": {
                    token: "none"
                    if token in self.malformed_histories
                    else [point for point in self.histories[token] if start <= point["t"] <= end]
                    for token in body["markets"]
                    if token in self.histories
                }
            }
        )

    async def _trades(self, request: Request) -> Response:
        if (faulty := await self._fault(request)) is not None:
            return faulty
        trade = {
            "proxy_wallet": "0x" + "Ab" * 20,
            "token_id": "101",
            "condition_id": request.query_params["condition_id"],
            "side": "BUY",
            "price": 0.55,
            "size": 100.1,
            "transaction_hash": "0x" + "cd" * 32,
        }
        trades = [trade | {"timestamp": 1790000000}, trade | {"timestamp": 1790000009}]
        return JSONResponse({"data": trades, "pagination": {"has_more": False, "next_cursor": None}})

    async def _holders(self, request: Request) -> Response:
        if (faulty := await self._fault(request)) is not None:
            return faulty
        holder = {"token_id": "101", "display_username_public": False, "verified": False}
        few = holder | {"proxy_wallet": "0x" + "11" * 20, "amount": 10}
        many = holder | {"proxy_wallet": "0x" + "22" * 20, "amount": 2500.25}
        groups = [{"token_id": "101", "holders": [few, many]}]
        return JSONResponse({"data": groups, "pagination": {"has_more": False, "next_cursor": None}})

    async def _time(self, request: Request) -> Response:
        return await self._fault(request) or JSONResponse(1790000000)


@asynccontextmanager
async def running(venue: VenueServer) -> AsyncIterator[VenueServer]:
    """Serves the venue on a free port and fills in `venue.addresses`."""
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    venue.addresses = Addresses(gamma_url=url, clob_url=url, data_url=url)
    server = uvicorn.Server(uvicorn.Config(venue.app(), log_level="error", lifespan="off"))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield venue
    finally:
        server.should_exit = server.force_exit = True
        await serving
