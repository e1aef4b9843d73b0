"""Ports on the loopback address."""

import errno
import random
import socket

LOOPBACK = "127.0.0.1"
# Below the range from which systems take the ports of outgoing connections: a part that crashed must get its port back.
PORTS = range(15_000, 32_000)
TRIES_MAX = 200


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """True when a server could listen there now."""
    return listen_fault(port, host) is None


def listen_fault(port: int, host: str = LOOPBACK) -> OSError | None:
    """What the system says to a server that would listen there now; None when it may."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            probe.listen(1)
    except OSError as fault:
        return fault
    except UnicodeError as fault:
        # Of names that no name server could be asked for.
        return OSError(errno.EINVAL, str(fault))
    return None


def choose_port(wanted: int | None = None, host: str = LOOPBACK) -> int:
    """The wanted port if it is free, else a random free one. Raises OSError when none was found."""
    if wanted and is_free(wanted, host):
        return wanted
    for port in random.sample(PORTS, TRIES_MAX):
        if is_free(port, host):
            return port
    raise OSError(f"no free port found on {host}")
