"""`python -m api.openapi > openapi.json`: the schema, the same bytes for the same code."""

import json
import sys

from api.parts import WEB_DIST
from api.routes import build_routes
from api.version import VERSION


def main() -> None:
    schema = build_routes(VERSION, WEB_DIST).openapi()
    json.dump(schema, sys.stdout, indent=2, sort_keys=True, ensure_ascii=False)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
