"""Pytest plugin of scripts/test: tests that start the whole engine or a browser run one after another, in one process."""

import pytest

WHOLE_ENGINE = {"scenario", "e2e"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if WHOLE_ENGINE & set(item.path.parts):
            item.add_marker(pytest.mark.xdist_group("whole-engine"))
