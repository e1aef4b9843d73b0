"""`cascadian doctor`: what is well, what is not, who can control what."""

import asyncio

import typer

from config.settings import Settings

MARKS = {"ok": "ok  ", "note": "note", "warning": "WARN", "failed": "FAIL"}


def doctor() -> None:
    """Check this machine and the running instance. Exit code 1 when something failed."""
    from launcher.doctor import Verdict, examine

    findings = asyncio.run(examine(Settings()))
    for finding in findings:
        print(f"{MARKS[finding.verdict.value]}  {finding.subject:<16} {finding.sentence}")
    raise typer.Exit(1 if any(finding.verdict is Verdict.FAILED for finding in findings) else 0)
