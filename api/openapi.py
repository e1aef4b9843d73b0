"""`python -m api.openapi > openapi.json`: the schema, the same bytes for the same code."""

import json
import sys

from api.parts import WEB_DIST
from api.routes import build_routes
from api.version import VERSION


def schema_text() -> str:
    schema = build_routes(VERSION, WEB_DIST).openapi()
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> None:
    sys.stdout.write(schema_text())


if __name__ == "__main__":
    main()
