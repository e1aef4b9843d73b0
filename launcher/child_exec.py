"""Runs one program so that it can't outlive its supervisor. Standard library only; started as a file, not as a module.

    python -I -S child_exec.py PARENT_PID DEATH_SIGNAL ROOT_MODE -- PROGRAM ARGUMENTS...

The settings below belong to the process that will become the program, and they are lost by a change of user,
so they can't be made by the parent: first the user (ROOT_MODE), then the death signal, then exec.
"""

import ctypes
import os
import sys

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1
PR_SET_KEEPCAPS = 8
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAPABILITY_VERSION_3 = 0x20080522
CAP_DAC_OVERRIDE = 1
NOBODY = 65534


def enter_user_namespace() -> None:
    """Root outside, `nobody` inside: Postgres refuses root, and this way files stay owned by root with no chown."""
    if _libc().unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    for name, content in (("setgroups", "deny"), ("uid_map", f"{NOBODY} 0 1"), ("gid_map", f"{NOBODY} 0 1")):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(content)


def become_nobody() -> None:
    """Where user namespaces are forbidden (Docker's default). Keeps one capability, to pass through root's folders."""
    libc = _libc()
    libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    one = 1 << CAP_DAC_OVERRIDE
    if libc.capset(header, (ctypes.c_uint32 * 6)(one, one, one, 0, 0, 0)) == 0:
        libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0)


def die_with_parent(parent: int, death_signal: int) -> None:
    """Linux only. Elsewhere the next start finds the leftovers by their pid files."""
    if sys.platform == "linux":
        _libc().prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
        if os.getppid() != parent:
            raise SystemExit("the supervisor ended before this part began")


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def main() -> None:
    parent, death_signal, root_mode, _, *command = sys.argv[1:]
    if root_mode == "namespace":
        enter_user_namespace()
    elif root_mode == "nobody":
        become_nobody()
    die_with_parent(int(parent), int(death_signal))
    os.execv(command[0], command)


if __name__ == "__main__":
    main()
