"""The trading state over HTTP."""

from fastapi import APIRouter

from api.dependencies import CurrentUser, Now, Parts
from api.trading_state.schemas import SetTradingState, TradingStateView
from api.trading_state.set_trading_state import read_trading_state, set_trading_state

router = APIRouter(prefix="/trading-state", tags=["trading_state"])


@router.get("")
async def read(parts: Parts, user: CurrentUser) -> TradingStateView:
    """Over all strategies of the user."""
    return await read_trading_state(parts.database, user.id)


@router.put("")
async def put(body: SetTradingState, parts: Parts, user: CurrentUser, now: Now) -> TradingStateView:
    """`halted`: no entry is reserved or posted from this moment on, executions are held, entry orders are ended; exits of
    positions go on unless `exits` is `stop`. What is not final yet is in `open_orders`."""
    return await set_trading_state(parts.database, parts.gateway, user.id, body, now)
