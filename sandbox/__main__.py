"""`python -m sandbox --port N`: the sandbox as its own process."""

import argparse
import asyncio
import logging
import sys
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from sandbox.config import SandboxConfig
from sandbox.replay.capture_files import BadCapture
from sandbox.serve import serve


def parse(arguments: list[str]) -> SandboxConfig:
    """Raises pydantic.ValidationError; argparse exits by itself on malformed arguments."""
    parser = argparse.ArgumentParser(
        prog="python -m sandbox", description="A local Polymarket for trying and testing."
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--speed", type=float, default=1.0, help="simulated seconds per real second")
    parser.add_argument(
        "--start", type=datetime.fromisoformat, help="simulated time at the start, with time zone"
    )
    parser.add_argument("--capture", type=Path, help="replay the capture in this folder")
    parser.add_argument("--capture-loop", action="store_true", help="begin again when the capture has ended")
    return SandboxConfig(**vars(parser.parse_args(arguments)))


def main() -> int:
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    try:
        asyncio.run(serve(parse(sys.argv[1:])))
    except ValidationError as error:
        first = error.errors()[0]
        sys.stderr.write(f"sandbox: {'.'.join(map(str, first['loc']))}: {first['msg']}\n")
        return 2
    except (BadCapture, OSError) as error:
        sys.stderr.write(f"sandbox: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
