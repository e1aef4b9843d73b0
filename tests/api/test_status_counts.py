"""How many strategies there are of each status."""

from db.session import Database
from tests.api.conftest import Person
from tests.api.records import set_strategy


async def test_every_page_of_the_list_counts_all_strategies_by_status(
    person: Person, stranger: Person, database: Database
) -> None:
    await stranger.create()
    for status in ("draft", "running", "running", "error"):
        await set_strategy(database, (await person.create())["id"], status=status)
    counts = {"draft": 1, "running": 2, "paused": 0, "stopped": 0, "error": 1}
    for query in ("", "?limit=1", "?status=error", "?status=paused"):
        assert (await person.http.get(f"/api/strategies{query}")).json()["counts"] == counts
