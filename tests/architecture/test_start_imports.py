"""What a part loads before it can work decides how soon it does."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LATE = ("polymarket", "eth_account", "web3")
"""A second of loading, for market data that is asked for later."""


def test_worker_and_api_load_the_venues_sdk_only_when_they_ask_it() -> None:
    program = f"import sys, worker, api.__main__; print([name for name in {LATE} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout.strip() == "[]", done.stdout + done.stderr[-500:]
