"""The one place that opens files that users name: regular files, of no more bytes than expected."""

from __future__ import annotations

import errno
import os
import stat


def read_user_file(path: str | os.PathLike[str], limit: int, *, pipes: bool = False) -> bytes:
    """Return the content of a regular file of at most `limit` bytes.

    With `pipes` also what comes through a pipe, for names that were given one by one, as a shell's <(...) are: a pipe
    that lies in a folder would be waited for without end. Links are followed. Raises OSError, whose `strerror` says
    what is wrong, for anything else: a device, a pipe, a longer file.
    """
    # Without O_NONBLOCK opening a pipe waits until somebody writes into it.
    flags = 0 if pipes else getattr(os, "O_NONBLOCK", 0)
    with open(path, "rb", opener=lambda name, usual: os.open(name, usual | flags)) as file:
        about = os.fstat(file.fileno())
        if not (stat.S_ISREG(about.st_mode) or (pipes and (stat.S_ISFIFO(about.st_mode) or _is_socket(about)))):
            raise OSError(errno.EINVAL, "is a pipe or a device, not a file")
        content = file.read(limit + 1)
    if len(content) > limit:
        raise OSError(errno.EFBIG, f"is larger than {limit / 10**6:g} MB, the limit")
    return content


def _is_socket(about: os.stat_result) -> bool:
    return stat.S_ISSOCK(about.st_mode)  # what /dev/stdin is under some shells and services
