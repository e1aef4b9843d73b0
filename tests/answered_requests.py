"""Answers what a decision asks, from what a test's world knows of single markets, tokens and lists."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime, timedelta

from domain.formulas.result import FormulaResult
from domain.market.activity import HoldersAnswer, TradesAnswer
from domain.market.answers import BookAnswer, HistoryAnswer, MarketsAnswer
from domain.market.market import Market
from domain.strategy.requests import (
    Answer,
    BooksAnswer,
    BooksRequest,
    FormulasAnswer,
    FormulasRequest,
    HeldPosition,
    HistoriesAnswer,
    HoldersRequest,
    MarketsByIdRequest,
    MarketsRequest,
    PositionsAnswer,
    PositionsRequest,
    PriceHistoriesRequest,
    PublicHoldersAnswer,
    PublicTradesAnswer,
    Request,
    TradesRequest,
    WatchlistAnswer,
    WatchlistEntry,
    WatchlistRequest,
)


class AnsweredRequests(ABC):
    """One of each kind of request; everything is as of `moment`."""

    @property
    @abstractmethod
    def moment(self) -> datetime: ...

    @abstractmethod
    def listed(self, request: MarketsRequest) -> Sequence[Market]: ...

    @abstractmethod
    def known(self, market_ids: Sequence[str]) -> Sequence[Market]: ...

    @abstractmethod
    def book(self, token_id: str) -> BookAnswer: ...

    @abstractmethod
    def history(self, token_id: str, lookback: timedelta) -> HistoryAnswer: ...

    @abstractmethod
    def traded(self, condition_id: str) -> TradesAnswer: ...

    @abstractmethod
    def held(self, condition_id: str) -> HoldersAnswer: ...

    @abstractmethod
    def watched(self) -> Sequence[WatchlistEntry]: ...

    @abstractmethod
    def owned(self) -> Sequence[HeldPosition]: ...

    def calculated(self, rows: int) -> Sequence[FormulaResult]:
        raise AssertionError("this world has no formulas")

    def answer(self, request: Request) -> Answer:
        match request:
            case MarketsRequest():
                return MarketsAnswer(observed_at=self.moment, markets=tuple(self.listed(request)))
            case MarketsByIdRequest():
                return MarketsAnswer(observed_at=self.moment, markets=tuple(self.known(request.market_ids)))
            case BooksRequest():
                return BooksAnswer(books={token: self.book(token) for token in request.token_ids})
            case PriceHistoriesRequest():
                return HistoriesAnswer(
                    histories={token: self.history(token, request.lookback) for token in request.token_ids}
                )
            case TradesRequest():
                return PublicTradesAnswer(
                    trades={market: self.traded(market) for market in request.condition_ids}
                )
            case HoldersRequest():
                return PublicHoldersAnswer(
                    holders={market: self.held(market) for market in request.condition_ids}
                )
            case WatchlistRequest():
                return WatchlistAnswer(entries=tuple(self.watched()))
            case PositionsRequest():
                return PositionsAnswer(positions=tuple(self.owned()))
            case FormulasRequest():
                return FormulasAnswer(results=tuple(self.calculated(len(request.rows))))
        raise AssertionError(f"nobody answers {request.kind}")
