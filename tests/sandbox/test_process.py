"""The sandbox as its own process: starts, says so, costs next to nothing when idle, stops on a signal."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def sandbox_process(*arguments: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    command = [sys.executable, "-m", "sandbox", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert "sandbox ready at http://127.0.0.1:" in line, line
        yield process, line.split("ready at ")[1].split()[0]
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(20)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_ready_line_then_clean_stop_on_a_signal(number: signal.Signals) -> None:
    with sandbox_process("--seed", "4") as (process, base):
        assert httpx.get(f"{base}/sandbox/status", timeout=20).json()["seed"] == 4
        process.send_signal(number)
        assert process.wait(20) == 0
        assert process.stdout is not None
        assert "Traceback" not in process.stdout.read()


def test_idle_costs_less_than_a_twentieth_of_a_core() -> None:
    with sandbox_process() as (process, base):
        listing = httpx.get(f"{base}/gamma/markets?limit=100&order=volumeNum", timeout=30)
        assert len(listing.json()) == 100
        before = cpu_seconds(process.pid)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(4)
        assert (cpu_seconds(process.pid) - before) / 4 < 0.05


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_start_and_speed_set_the_simulated_time() -> None:
    with sandbox_process("--start", "2027-03-01T00:00:00+00:00", "--speed", "100") as (_, base):
        status = httpx.get(f"{base}/sandbox/status", timeout=20).json()
        assert status["simulated_now"].startswith("2027-03-01T")
        first = httpx.get(f"{base}/clob/time", timeout=20).json()
        later = first
        for _ in range(2000):
            later = httpx.get(f"{base}/clob/time", timeout=20).json()
            if later - first > 100:
                break
        assert later - first > 100


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--capture", "/nowhere"], "capture.json cannot be read"), (["--speed", "0"], "speed"), (["--port", "70000"], "port"),
        (["--start", "2027-03-01"], "start"), (["--seed", "x"], "invalid int"),
    ],
)  # fmt: skip
def test_wrong_arguments_end_with_one_clear_line(arguments: list[str], words: str) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "sandbox", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert result.returncode in (1, 2)
    assert words in result.stderr
    assert "Traceback" not in result.stderr


def test_a_taken_port_is_said_clearly() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = subprocess.run(
            [sys.executable, "-m", "sandbox", "--port", port],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert result.returncode == 1
    assert "in use" in result.stderr
