"""What the doctor is told about the books, over an address alone."""

from uuid import uuid4

from db.session import Database
from launcher.book_faults import faults_in_books
from launcher.free_port import choose_port
from tests.desk import Desk


async def test_books_that_add_up_have_no_faults_and_an_absent_database_is_not_judged(
    money_database: Database, desk: Desk
) -> None:
    await desk.open("1000", "100")
    await desk.bought(desk.strategies[0], "20")
    url = money_database._engine.url.render_as_string(hide_password=False)
    assert await faults_in_books(url) == []
    assert await faults_in_books(url.rsplit("/", 1)[0] + f"/absent_{uuid4().hex}") is None
    assert await faults_in_books(f"postgresql://nobody@127.0.0.1:{choose_port()}/nothing") is None
