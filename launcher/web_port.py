"""Whether the web port can be had, in a sentence for the person."""

import errno

from config.settings import Settings
from launcher.free_port import listen_fault


def web_port_refusal(settings: Settings) -> str | None:
    """Why nothing can listen there; None when it can."""
    port, host = settings.port, settings.host
    fault = listen_fault(port, host)
    if fault is None:
        return None
    if fault.errno == errno.EADDRINUSE:
        return (
            f"Port {port} on {host} is taken by another program. Choose another one: "
            f"CASCADIAN_PORT={port + 1} make run"
        )
    if fault.errno in (errno.EACCES, errno.EPERM):
        return f"This user may not listen on port {port} of {host}. Choose one above 1023: CASCADIAN_PORT=8000 make run"
    return (
        f"Nothing can listen on {host} here ({fault.strerror or fault}). "
        "Set CASCADIAN_HOST to an address of this machine: 127.0.0.1, or 0.0.0.0 for all of them."
    )
