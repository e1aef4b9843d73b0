"""The exit rules of positions: who set them, and what becomes of them. All need the position locked (`lock_for_exit`)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, text, update

from db.models import ExitRequest, Position, PositionExit, Strategy
from db.repositories.exit_requests import open_requests, withdraw
from db.session import ReadSession, WriteSession
from domain.portfolio.exit_rule import ExitRule

CHANNEL = "cascadian_exits"
"""NOTIFY channel, with the token id: rules or shares changed, whoever watches prices must look again."""
USER = "user"


async def lock_for_exit(session: WriteSession, position_id: UUID) -> Position | None:
    """The position, locked, and its strategy kept from changing: rows that name both can be written. None: it is gone.

    Lock order: account, strategy, order before it, if they are needed.
    """
    strategy_id = await session.scalar(select(Position.strategy_id).where(Position.id == position_id))
    if strategy_id is None:
        return None
    await keep_strategy(session, strategy_id)
    return await session.get(Position, position_id, with_for_update=True, populate_existing=True)


async def keep_strategy(session: WriteSession, strategy_id: UUID) -> None:
    """Keeps the strategy from being changed or deleted, as the rows that name it would: comes before their locks."""
    await session.execute(
        select(Strategy.id).where(Strategy.id == strategy_id).with_for_update(read=True, key_share=True)
    )


async def read_exits(session: ReadSession | WriteSession, position_id: UUID) -> list[PositionExit]:
    """By name."""
    rows = await session.scalars(
        select(PositionExit)
        .where(PositionExit.position_id == position_id)
        .order_by(PositionExit.rule)
        .execution_options(populate_existing=True)
    )
    return list(rows)


async def attach_exits(
    session: WriteSession, position: Position, rules: Sequence[ExitRule], origin: str, now: datetime
) -> None:
    """Adds the rules, in place of those of the same name; what the user has set and what sells just now stays."""
    if not rules:
        return
    present = {row.rule: row for row in await read_exits(session, position.id)}
    for rule in rules:
        row = present.get(rule.rule)
        if row is None or (row.origin != USER and row.state != "triggered"):
            _put(session, position.id, row, rule, origin, now)
    await session.flush()
    await notify(session, position)


async def adopt_exits(
    session: WriteSession, position: Position, rules: Sequence[ExitRule], origin: str, now: datetime
) -> None:
    """A new version's rules instead of those that no user has set: what it leaves out, watches no more."""
    kept = [rule.rule for rule in rules]
    present = await read_exits(session, position.id)
    for row in present:
        if row.rule not in kept and row.origin != USER and row.state == "armed":
            await session.delete(row)
    await session.flush()
    await attach_exits(session, position, rules, origin, now)
    await notify(session, position)


async def set_exits(
    session: WriteSession, position: Position, rules: Sequence[ExitRule], now: datetime
) -> None:
    """What the user wants, instead of all that was there. A rule that did not change keeps what it remembers; one that was
    used up or switched off watches again.

    What a rule asked for that is gone or changed is withdrawn, unless its order is under way.
    """
    wanted = {rule.rule: rule for rule in rules}
    present = {row.rule: row for row in await read_exits(session, position.id)}
    changed = {
        name for name, row in present.items() if name not in wanted or row.settings != _settings(wanted[name])
    }
    for request in await open_requests(session, position.id):
        if request.rule in changed and request.status == "pending":
            await withdraw(session, request, "its rule was changed", now)
    gone = [name for name in present if name not in wanted]
    await session.execute(
        delete(PositionExit).where(PositionExit.position_id == position.id, PositionExit.rule.in_(gone))
    )
    for name, rule in wanted.items():
        row = present.get(name)
        if row is None or name in changed or row.state == "off":
            _put(session, position.id, row, rule, USER, now)
        else:
            row.origin = USER
    await session.flush()
    await notify(session, position)


async def switch_off(session: WriteSession, position_id: UUID, rule: str | None, now: datetime) -> None:
    """A rule that is used up watches no more; None: all of the position's."""
    which = [PositionExit.position_id == position_id, PositionExit.state != "off"]
    if rule is not None:
        which.append(PositionExit.rule == rule)
    await session.execute(update(PositionExit).where(*which).values(state="off", updated_at=now))


async def use_up(session: WriteSession, request: ExitRequest, now: datetime) -> None:
    """The rule that asked for this watches no more, unless somebody has set it anew since."""
    await session.execute(
        update(PositionExit)
        .where(
            PositionExit.position_id == request.position_id,
            PositionExit.rule == request.rule,
            PositionExit.sequence == request.sequence,
            PositionExit.state == "triggered",
        )
        .values(state="off", updated_at=now)
    )


async def notify(session: WriteSession, position: Position) -> None:
    """Heard when the transaction commits."""
    await session.execute(
        text("SELECT pg_notify(:channel, :token)"), {"channel": CHANNEL, "token": position.token_id}
    )


def _settings(rule: ExitRule) -> dict[str, object]:
    return rule.model_dump(mode="json")


def _put(
    session: WriteSession,
    position_id: UUID,
    row: PositionExit | None,
    rule: ExitRule,
    origin: str,
    now: datetime,
) -> None:
    settings = _settings(rule)
    if row is None:
        row = PositionExit(position_id=position_id, rule=rule.rule, sequence=0, created_at=now)
        session.add(row)
    elif row.settings == settings and row.state == "armed":
        row.origin, row.updated_at = origin, now
        return
    if row.state == "off":
        # Used up at that peak: what watches again begins with the prices of now.
        row.peak_price = None
    # Otherwise a peak belongs to the position and outlives a change of the rule; what the rule made of it does not.
    row.settings, row.origin, row.state = settings, origin, "armed"
    row.activated_at, row.updated_at = None, now
