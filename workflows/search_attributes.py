"""Search attributes of strategies; the Temporal server must know them (launcher/temporal_server.py registers them)."""

from temporalio.common import SearchAttributeKey

STRATEGY_ID = SearchAttributeKey.for_keyword("StrategyId")
STRATEGY_STATUS = SearchAttributeKey.for_keyword("StrategyStatus")
STRATEGY_MODE = SearchAttributeKey.for_keyword("StrategyMode")
USER_ID = SearchAttributeKey.for_keyword("UserId")
STRATEGY_NAME = SearchAttributeKey.for_text("StrategyName")
