"""Health over HTTP, without login."""

from fastapi import APIRouter

from api.dependencies import Parts
from api.health.check_health import check_health
from api.health.schemas import HealthView

router = APIRouter(tags=["health"])


@router.get("/health")
async def health(parts: Parts) -> HealthView:
    """200 also while parts are down: the answer says which."""
    return await check_health(parts)
