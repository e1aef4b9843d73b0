"""What large traders do, in words."""

from decimal import Decimal

from domain.copilot.comparison_parts import kind_at, skip
from domain.copilot.steps import Found, Whales
from domain.copilot.thresholds import threshold, window_text
from domain.copilot.tokens import Kind, Token
from domain.graph.conditions.metric import parse_window

HOUR = "1h"
DEFAULT_NET = Decimal(10_000)
NO_TIME = "What whales do is looked at over one hour, as no time was said."
NO_AMOUNT = "Whales count from 10,000 USDC net, as no amount was said."


def read_whales(tokens: list[Token], at: int) -> Found | None:
    """`whales are buying more than $20k in the last 4 hours`; `tokens[at]` names whales."""
    end = at + 1
    place = skip(tokens, end)
    op = kind_at(tokens, place) is Kind.OP and tokens[place].value in (">", ">=")
    value = skip(tokens, place + 1) if op else place
    net: Decimal | None = None
    if kind_at(tokens, value) is Kind.NUMBER:
        read = threshold("volume", tokens[value])
        if read is None or not 1 <= read.value <= 10**9:
            return None
        net, end = read.value, value + 1
    window: str | None = None
    behind = skip(tokens, end)
    if kind_at(tokens, behind) is Kind.WINDOW:
        window, end = window_text(tokens[behind].seconds or Decimal(0)), behind + 1
        if window is None or parse_window(window) is None:
            return None
    notes = tuple(note for note, missing in ((NO_TIME, window is None), (NO_AMOUNT, net is None)) if missing)
    return Found(Whales(tokens[at].value, window or HOUR, net, notes), end)
