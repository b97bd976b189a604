"""What a process calls itself as the holder of the lease, and whether the one that called itself so is surely gone."""

import hashlib
import os
import secrets
import socket
from functools import cache
from pathlib import Path

LONGEST = 40  # what a delivery's owner holds; a name has at most 36
ENDED = "ZX"  # proc(5): a zombie, or dead


def own_name() -> str:
    """Machine, process, where its number counts, and a word of its own, for a process has several lives."""
    return f"{socket.gethostname()[:12]}:{os.getpid()}:{_where()}:{secrets.token_hex(3)}"


def is_gone(name: str) -> bool:
    """Whether a process that was numbered where this one is, is there no more. False wherever nobody can know: of
    another machine or container, or where the number was given anew."""
    _host, process, where, _word = [*name.rsplit(":", 3), "", "", ""][:4]
    if not process.isdigit() or not where or where != _where() or int(process) == os.getpid():
        return False
    try:
        os.kill(int(process), 0)  # asks only; /proc may hide what others run
        told = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return told.rpartition(")")[2].split()[:1] in ([state] for state in ENDED)


@cache
def _where() -> str:
    """Of this boot and this set of process numbers (Linux); empty elsewhere."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")
        numbers = Path("/proc/self/ns/pid").readlink()
    except OSError:
        return ""
    return hashlib.sha256(f"{boot}{numbers}".encode()).hexdigest()[:8]
