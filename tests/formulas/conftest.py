"""One engine for all tests of this folder, on the mathjs file that the web build lays out."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from formulas.engine import MATHJS_FILE, FormulaEngine

WEB = Path(__file__).parents[2] / "web"


def mathjs_bundle() -> Path:
    """The laid out file, or the very same one among the packages of the web; skips where neither was installed."""
    for path in (
        WEB / "dist" / "engine" / MATHJS_FILE,
        WEB / "node_modules" / "mathjs" / "lib" / "browser" / "math.js",
    ):
        if path.is_file():
            return path
    pytest.skip("mathjs is not here: `make web` lays it out")


@pytest.fixture(scope="session")
def bundle() -> Path:
    return mathjs_bundle()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def engine(bundle: Path) -> AsyncIterator[FormulaEngine]:
    made = FormulaEngine(bundle)
    yield made
    await made.stop()
