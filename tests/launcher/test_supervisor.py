import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from launcher.errors import PartFailed
from launcher.part import ProgramPart
from launcher.process_identity import identity_of, is_alive
from launcher.secret_settings import SECRETS
from launcher.state_file import PartState
from launcher.supervisor import RestartPolicy, Supervisor
from tests.launcher.conftest import ROOT, MakePart, eventually

SERVE = "READY.touch()\nwhile True: time.sleep(1)"


def pid_of(part: ProgramPart) -> int:
    assert part.process is not None
    return part.process.pid


async def test_start_returns_when_the_part_is_ready(
    supervisor: Supervisor, make_part: MakePart, said: list[str]
) -> None:
    part = make_part("slow", "time.sleep(0.2)\n" + SERVE)
    await supervisor.start(part)
    (status,) = supervisor.statuses()
    assert (status.name, status.state, status.restarts) == ("slow", PartState.READY, 0)
    assert status.identity is not None
    assert is_alive(status.identity)
    assert said[-1].startswith("slow")


async def test_a_part_is_told_no_secret_of_the_caller_unless_it_is_given_one(
    supervisor: Supervisor, make_part: MakePart, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "told"
    for name in SECRETS:
        monkeypatch.setenv(name, "secret")
    monkeypatch.setenv("CASCADIAN_LOG_LEVEL", "debug")
    await supervisor.start(
        make_part("nosy", f"pathlib.Path({str(told)!r}).write_text(str(os.environ))\n{SERVE}")
    )
    assert not [name for name in SECRETS if name in told.read_text()]
    assert "CASCADIAN_LOG_LEVEL" in told.read_text()


async def test_a_crashed_part_is_started_again_and_said_so(
    supervisor: Supervisor, make_part: MakePart, said: list[str]
) -> None:
    part = make_part("worker", SERVE)
    await supervisor.start(part)
    first = pid_of(part)
    os.kill(first, signal.SIGKILL)
    await eventually(lambda: any(sentence.startswith("worker is back") for sentence in said))
    assert pid_of(part) != first
    assert supervisor.statuses()[0].restarts == 1
    assert any("worker ended by signal SIGKILL; starting it again" in sentence for sentence in said)


async def test_only_the_crashed_part_is_started_again(supervisor: Supervisor, make_part: MakePart) -> None:
    database, worker = make_part("database", SERVE), make_part("worker", SERVE)
    await supervisor.start(database, worker)
    kept, crashed = pid_of(worker), pid_of(database)
    os.kill(crashed, signal.SIGKILL)
    await eventually(
        lambda: pid_of(database) != crashed and supervisor.statuses()[0].state is PartState.READY
    )
    assert pid_of(worker) == kept


async def test_a_part_that_keeps_crashing_is_tried_for_ever_and_said_so(
    supervisor: Supervisor, make_part: MakePart, said: list[str], tmp_path: Path
) -> None:
    once = tmp_path / "once"
    healed = tmp_path / "healed"
    code = f"once, healed = pathlib.Path({str(once)!r}), pathlib.Path({str(healed)!r})\n"
    code += "if once.exists() and not healed.exists(): sys.exit(3)\nonce.touch()\n" + SERVE
    part = make_part("worker", code)
    await supervisor.start(part)
    os.kill(pid_of(part), signal.SIGKILL)
    await eventually(lambda: supervisor.statuses()[0].restarts >= 7)
    assert any("crashed 5 times in a row" in sentence for sentence in said)
    assert any("worker ended with code 3" in sentence for sentence in said)
    healed.touch()
    await eventually(lambda: supervisor.statuses()[0].state is PartState.READY)


async def test_a_part_that_never_comes_up_fails_the_start_with_its_last_words(
    supervisor: Supervisor, make_part: MakePart, said: list[str]
) -> None:
    part = make_part("api", "print('no such table: users'); sys.exit(1)")
    with pytest.raises(PartFailed, match=r"(?s)api ended with code 1 .*no such table: users"):
        await supervisor.start(part)
    assert sum("Trying again" in sentence for sentence in said) == 2


async def test_a_part_that_is_not_ready_in_time_fails_and_leaves_no_process(
    supervisor: Supervisor, make_part: MakePart
) -> None:
    part = make_part("hung", "while True: time.sleep(1)", ready_seconds_max=0.1)
    with pytest.raises(PartFailed, match="hung was not ready after"):
        await supervisor.start(part)
    assert identity_of(pid_of(part)) is None


async def test_a_silent_part_is_named_and_not_killed(
    supervisor: Supervisor, make_part: MakePart, said: list[str]
) -> None:
    answering = asyncio.Event()
    answering.set()

    async def answers() -> bool:
        return answering.is_set()

    part = make_part("api", SERVE, answers)
    await supervisor.start(part)
    pid = pid_of(part)
    answering.clear()
    await eventually(lambda: any("lives but has not answered" in sentence for sentence in said))
    assert supervisor.statuses()[0].healthy is False
    answering.set()
    await eventually(lambda: "api answers again" in said)
    assert supervisor.statuses()[0].healthy is True
    assert pid_of(part) == pid


async def test_a_part_that_can_only_be_hung_is_killed_and_comes_back(
    supervisor: Supervisor, make_part: MakePart, said: list[str]
) -> None:
    answering = asyncio.Event()
    answering.set()

    async def answers() -> bool:
        return answering.is_set()

    part = make_part("worker", SERVE, answers, hung_seconds_max=0.2)
    await supervisor.start(part)
    pid = pid_of(part)
    answering.clear()
    await eventually(lambda: f"worker (pid {pid}) hangs and is killed" in said)
    answering.set()
    await eventually(lambda: any(sentence.startswith("worker is back") for sentence in said))
    assert identity_of(pid) is None
    assert pid_of(part) != pid


async def test_stop_ends_the_last_started_first(make_part: MakePart, said: list[str], tmp_path: Path) -> None:
    order = tmp_path / "order"

    def code(name: str) -> str:
        return (
            f"def end(*_):\n open({str(order)!r}, 'a').write('{name} '); sys.exit(0)\n"
            f"signal.signal(signal.SIGTERM, end)\n{SERVE}"
        )

    supervisor = Supervisor(said.append)
    for name in ("postgres", "temporal", "worker", "api"):
        await supervisor.start(make_part(name, code(name)))
    await supervisor.stop()
    assert order.read_text().split() == ["api", "worker", "temporal", "postgres"]
    assert {status.state for status in supervisor.statuses()} == {PartState.STOPPED}


async def test_stop_kills_what_does_not_end_in_time_and_says_so(make_part: MakePart, said: list[str]) -> None:
    supervisor = Supervisor(said.append)
    part = make_part("deaf", "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + SERVE, stop_seconds_max=0.2)
    await supervisor.start(part)
    await supervisor.stop()
    assert "deaf did not end in time and was killed" in said
    assert identity_of(pid_of(part)) is None


async def test_stop_also_ends_what_a_part_started_itself(
    make_part: MakePart, said: list[str], tmp_path: Path
) -> None:
    pid_file = tmp_path / "grandchild"
    code = (
        "import subprocess\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"pathlib.Path({str(pid_file)!r}).write_text(str(child.pid))\n"
        "signal.signal(signal.SIGTERM, lambda *_: os._exit(0))\n" + SERVE
    )
    supervisor = Supervisor(said.append)
    await supervisor.start(make_part("parent", code))
    grandchild = int(pid_file.read_text())
    await supervisor.stop()
    await eventually(lambda: identity_of(grandchild) is None)


async def test_kill_ends_everything_at_once(make_part: MakePart, said: list[str]) -> None:
    supervisor = Supervisor(said.append)
    parts = [
        make_part(name, "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + SERVE) for name in ("a", "b")
    ]
    await supervisor.start(*parts)
    supervisor.kill()
    await eventually(lambda: all(identity_of(pid_of(part)) is None for part in parts))
    await supervisor.stop()


async def test_a_cancelled_start_leaves_nothing(make_part: MakePart, said: list[str]) -> None:
    supervisor = Supervisor(said.append)
    part = make_part("slow", "while True: time.sleep(1)")
    starting = asyncio.create_task(supervisor.start(part))
    await eventually(lambda: part.process is not None)
    starting.cancel()
    await asyncio.gather(starting, return_exceptions=True)
    await supervisor.stop()
    assert identity_of(pid_of(part)) is None


def test_the_delay_doubles_and_is_capped() -> None:
    policy = RestartPolicy(delay_first=0.5, delay_max=15)
    assert [policy.delay(crashes) for crashes in (1, 2, 3, 4, 5, 6, 1000)] == [0.5, 1, 2, 4, 8, 15, 15]


@pytest.mark.skipif(sys.platform != "linux", reason="the death signal is Linux's")
async def test_parts_end_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "supervise.py"
    script.write_text(
        "import asyncio, sys\nfrom pathlib import Path\n"
        "from launcher.child_process import ChildProcess, Program\n"
        "async def main():\n"
        f"    child = await ChildProcess.spawn(Program('c', [sys.executable, '-c', 'import time; time.sleep(600)'], Path({str(tmp_path)!r}) / 'c.log'))\n"
        "    print(child.pid, flush=True)\n"
        "    await child.wait()\n"
        "asyncio.run(main())\n"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(script), cwd=ROOT, stdout=subprocess.PIPE, env=env
    )
    assert process.stdout is not None
    child = int(await process.stdout.readline())
    # The child must have got as far as asking for the signal.
    await eventually(
        lambda: (
            b"sleep" in Path(f"/proc/{child}/cmdline").read_bytes()
            and b"child_exec" not in Path(f"/proc/{child}/cmdline").read_bytes()
        )
    )
    process.kill()
    await process.wait()
    await eventually(lambda: identity_of(child) is None)
