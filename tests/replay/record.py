"""`python -m tests.replay.record [histories] [fingerprints] [contracts]`: records anew what the replay gate compares with.

Nothing else writes these files. Run it after a change of workflow commands was made safe for running strategies
(`workflow.patched`), and read the difference before committing it.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from temporalio.client import WorkflowHistory

from db.migrate import upgrade
from db.session import Database
from launcher.postgres import EmbeddedPostgres
from launcher.temporal_server import EmbeddedTemporal
from tests.engine import Engine, running_engine
from tests.fixed_markets import a_market
from tests.replay import command_fingerprints, contract_schemas, guard_scenes, scenes, withdrawal_scenes
from tests.replay.golden_histories import FOLDER
from tests.replay.scrub_history import scrubbed

SCENES: tuple[scenes.Scene, ...] = (
    scenes.trades,
    scenes.order_after_stop,
    scenes.rested,
    scenes.pause_resume_stop,
    scenes.degraded,
    scenes.gave_up,
    scenes.updates,
    scenes.waited,
    scenes.unwanted,
    scenes.resumed_while_held,
    guard_scenes.sold,
    guard_scenes.tried_again,
    guard_scenes.made_room,
    guard_scenes.node_sold,
    withdrawal_scenes.withdrawn,
    withdrawal_scenes.withdrawal_cancelled,
    withdrawal_scenes.order_held,
)
SCENES_THAT_CONTINUE: tuple[scenes.Scene, ...] = (
    scenes.continued,
    guard_scenes.guard_continued,
    withdrawal_scenes.withdrawal_continued,
)
"""They need an engine with a small limit of events."""
FROZEN = {"strategy-paused-although-resumed"}
"""What only earlier versions did, and runs that began under them still replay."""


async def histories_of(engine: Engine, recorded: scenes.Recorded) -> dict[str, WorkflowHistory]:
    """Histories by file name: of the last run, or of the first `runs` runs with their position in the name."""
    handle = engine.client.get_workflow_handle(recorded.workflow_id)
    await handle.result()
    if recorded.runs == 1:
        return {recorded.name: await handle.fetch_history()}
    found: dict[str, WorkflowHistory] = {}
    run_id = (await handle.describe()).raw_description.workflow_execution_info.first_run_id
    while run_id and len(found) < recorded.runs:
        run = engine.client.get_workflow_handle(recorded.workflow_id, run_id=run_id)
        history = await run.fetch_history()
        found[f"{recorded.name}-{len(found) + 1}"] = history
        run_id = history.events[-1].workflow_execution_continued_as_new_event_attributes.new_execution_run_id
    return found


async def record(engine: Engine, scene: scenes.Scene) -> None:
    for recorded in await scene(engine):
        for name, history in (await histories_of(engine, recorded)).items():
            (FOLDER / f"{name}.json").write_text(scrubbed(history.to_json()))
            print(f"recorded {name}: {len(history.events)} events")


async def record_histories() -> None:
    for old in FOLDER.glob("*.json"):
        if old.stem not in FROZEN:
            old.unlink()
    with tempfile.TemporaryDirectory(prefix="cascadian-record-") as folder:
        postgres = EmbeddedPostgres(Path(folder) / "postgres", options={"fsync": "off"})
        temporal = EmbeddedTemporal(Path(folder) / "temporal", headless=True)
        await asyncio.gather(postgres.start(), temporal.start())
        await asyncio.to_thread(upgrade, postgres.dsn)
        database = Database(postgres.dsn)
        try:
            for scene in SCENES:
                await record_scene(database, temporal.address, scene, continue_as_new_events=500)
            for scene in SCENES_THAT_CONTINUE:
                await record_scene(database, temporal.address, scene, continue_as_new_events=20)
        finally:
            await database.close()
            await temporal.stop()
            await postgres.stop()


async def record_scene(
    database: Database, address: str, scene: scenes.Scene, *, continue_as_new_events: int
) -> None:
    markets = scenes.HeldBooks(a_market("m1"), a_market("m2", price="0.60"))
    async with running_engine(
        database, address, markets, continue_as_new_events=continue_as_new_events
    ) as engine:
        await record(engine, scene)


def main(wanted: list[str]) -> None:
    known = ("histories", "fingerprints", "contracts")
    if unknown := [name for name in wanted if name not in known]:
        raise SystemExit(f"unknown: {', '.join(unknown)}; known: {', '.join(known)}")
    wanted = wanted or list(known)
    if "fingerprints" in wanted:
        command_fingerprints.record()
    if "contracts" in wanted:
        contract_schemas.record()
    if "histories" in wanted:
        asyncio.run(record_histories())


if __name__ == "__main__":
    main(sys.argv[1:])
