"""The web UI's build: hashed files for ever, the page itself never from a cache, every other path is the page."""

from pathlib import Path

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, HTMLResponse, Response

ASSETS = "assets"
FOREVER = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"
PATH_MAX = 400

NOT_BUILT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Cascadian</title></head>
<body style="font-family: system-ui; max-width: 40rem; margin: 4rem auto; padding: 0 1rem; line-height: 1.5">
<h1>Cascadian is running</h1>
<p>The web pages have not been built yet. Run <code>make web</code> in the project's folder, then reload this page.</p>
<p>The API is here already: <a href="/api/health">/api/health</a>, described in <a href="/api/openapi.json">/api/openapi.json</a>.</p>
</body></html>
"""


def file_in(folder: Path, path: str) -> Path | None:
    """The file that a path names; None when there is none, or when it would lie outside the folder."""
    if not path or len(path) > PATH_MAX or "\x00" in path:
        return None
    root = folder.resolve()
    try:
        wanted = (root / path).resolve()
        return wanted if wanted.is_relative_to(root) and wanted.is_file() else None
    except OSError:
        # A part of the path is longer than the system allows for a name.
        return None


def web_router(dist: Path) -> APIRouter:
    """Include it last: it answers every path that nothing else does."""
    router = APIRouter(include_in_schema=False)

    @router.api_route("/{path:path}", methods=["GET", "HEAD"])
    async def page_or_file(request: Request, path: str) -> Response:
        if path == "api" or path.startswith("api/"):
            raise HTTPException(404)
        found = file_in(dist, path)
        if found is not None and found.name != "index.html":
            hashed = path.startswith(f"{ASSETS}/")
            return FileResponse(found, headers={"Cache-Control": FOREVER if hashed else REVALIDATE})
        if path.startswith(f"{ASSETS}/"):
            raise HTTPException(404)
        index = dist / "index.html"
        if not index.is_file():
            return HTMLResponse(NOT_BUILT, headers={"Cache-Control": REVALIDATE})
        return FileResponse(index, headers={"Cache-Control": REVALIDATE})

    return router
