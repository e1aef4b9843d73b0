"""Lock files name versions and hashes, never where a registry stands: every machine uses its own."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = sorted((ROOT / "requirements").glob("*.txt"))
NPM = ROOT / "web" / "package-lock.json"
WITHOUT_ADDRESSES = [
    path
    for path in (
        *sorted((ROOT / "requirements").iterdir()),
        NPM,
        ROOT / "web" / "package.json",
        ROOT / "web" / ".npmrc",
        ROOT / ".npmrc",
        ROOT / "pip.conf",
        ROOT / "uv.toml",
        ROOT / "Dockerfile",
        ROOT / "Makefile",
        ROOT / "pyproject.toml",
        ROOT / ".env.example",
    )
    if path.is_file()
]
REGISTRY_WORDS = re.compile(
    r"registry\s*=|registry\.npmjs|pypi\.org|pythonhosted|--index-url|--extra-index-url|--find-links|index-url",
    re.IGNORECASE,
)
FUNDING = re.compile(r'"funding":|"url":')


@pytest.mark.parametrize("path", WITHOUT_ADDRESSES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_file_names_a_registry(path: Path) -> None:
    found = [
        f"{number}: {line.strip()[:120]}"
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if REGISTRY_WORDS.search(line) and not FUNDING.search(line)
    ]
    assert not found, "\n".join(found)


def test_npm_packages_have_hashes_and_no_addresses() -> None:
    packages = json.loads(NPM.read_text())["packages"]
    assert len(packages) > 50
    assert [name for name, package in packages.items() if "resolved" in package] == []
    unhashed = [
        name
        for name, package in packages.items()
        if name and not package.get("link") and "integrity" not in package
    ]
    assert unhashed == []


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.name)
def test_python_packages_are_pinned_with_hashes(path: Path) -> None:
    pins = re.split(r"\n(?=\S)", path.read_text().strip())
    assert pins
    loose = [pin.split("\n")[0] for pin in pins if "==" not in pin or "--hash=sha256:" not in pin]
    assert loose == []
    assert "://" not in path.read_text()
