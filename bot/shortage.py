"""What the machine has too little of, which is nobody's fault and passes."""

import contextlib
import errno
import resource

_SHORT = {errno.ENOMEM, errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOSPC, errno.EDQUOT}


def is_shortage(error: BaseException) -> bool:
    """Whether there is too little memory, or too few files, or no room for a part that is loaded when first needed. An update
    that uses all of it up by itself does so every time."""
    return isinstance(error, MemoryError | ImportError) or getattr(error, "errno", None) in _SHORT


def open_as_many_files_as_allowed() -> None:
    """A shell's usual 1,024 are soon used up by whoever opens connections to WEB_PORT and says nothing."""
    with contextlib.suppress(ValueError, OSError):  # none may be allowed
        _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
