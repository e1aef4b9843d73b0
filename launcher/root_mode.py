"""How a program that refuses to run as root is run when we are root (see child_exec)."""

import functools
import os
import subprocess
import sys
from pathlib import Path

from launcher.child_exec import NOBODY

AS_IS = "as-is"
NAMESPACE = "namespace"
AS_NOBODY = "nobody"


@functools.cache
def root_mode() -> str:
    """As-is for a normal user. For root a user namespace, or the user nobody where the system forbids namespaces."""
    if os.geteuid() != 0:
        return AS_IS
    wrapper = Path(__file__).with_name("child_exec.py")
    command = [sys.executable, "-I", "-S", str(wrapper), str(os.getpid()), "15", NAMESPACE, "--", "/bin/true"]
    tried = subprocess.run(command, capture_output=True, check=False, timeout=30)
    return NAMESPACE if tried.returncode == 0 else AS_NOBODY


def give_to_child(*paths: Path) -> None:
    """Make the paths the child's own where it runs as another user; otherwise nothing."""
    if root_mode() == AS_NOBODY:
        for path in paths:
            os.chown(path, NOBODY, NOBODY)
