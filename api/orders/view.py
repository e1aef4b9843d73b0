"""From the books to what the API shows of an order."""

from api.orders.schemas import OrderView, RiskCheckView
from db.models import Order

SAME_NAME = tuple(name for name in OrderView.model_fields if name != "risk_checks")


def order_view(order: Order) -> OrderView:
    checks = [RiskCheckView.model_validate(check) for check in order.risk_checks]
    return OrderView.model_validate(
        {**{name: getattr(order, name) for name in SAME_NAME}, "risk_checks": checks}
    )
