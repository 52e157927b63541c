"""Which names of members and targets of links may be: pure, on bytes, as the kernel reads them."""

from __future__ import annotations

from collections.abc import Callable

from bootstrap.fetch.member import Refused

NAME_MAX = 255
"""Bytes of one component (linux/limits.h)."""

PATH_MAX = 4096
"""Bytes of a path, with the NUL at its end (linux/limits.h)."""

_HOPS = 40
"""Links that the kernel follows before it says ELOOP (MAXSYMLINKS, linux/namei.h)."""


def components(name: bytes, *, depth: int) -> tuple[bytes, ...]:
    """A member's name taken apart, without "." and empty ones; () is the top itself.

    Refused: absolute names, "..", NUL, more than `depth` components, and what no file system
    takes. `depth` and lengths are in components and bytes.
    """
    if name.startswith(b"/"):
        raise Refused("its name is absolute")
    if b"\0" in name:
        raise Refused("its name has a NUL in it")
    if len(name) >= PATH_MAX:
        raise Refused(f"its name has {len(name)} bytes, of which {PATH_MAX - 1} may be")
    parts = tuple(part for part in name.split(b"/") if part not in (b"", b"."))
    if b".." in parts:
        raise Refused('its name has ".." in it')
    if len(parts) > depth:
        raise Refused(f"lies {len(parts)} directories deep, of which {depth} may be")
    for part in parts:
        if len(part) > NAME_MAX:
            raise Refused(f"a component of its name has {len(part)} bytes, of which {NAME_MAX} may be")
    return parts


def stripped(parts: tuple[bytes, ...], strip: int, *, is_directory: bool) -> tuple[bytes, ...] | None:
    """A name without its first `strip` components; None for a directory that is no more than those."""
    if len(parts) > strip:
        return parts[strip:]
    if is_directory:
        return None
    if not parts:
        raise Refused("has no name")
    left_out = f"the first {strip} components" if strip > 1 else "its first component"
    raise Refused(f"nothing is left of its name without {left_out}", hint=f"strip = {len(parts) - 1}")


class LinkWalk:
    """Follows links by name only, within a tree that is still in the making.

    link_at   the target of the link at a path, or None if there is no link
    budget    steps that may be taken in all: links through links through links can be made to take
              more than anyone would wait for
    """

    def __init__(self, link_at: Callable[[bytes], bytes | None], *, budget: int = 10_000_000) -> None:
        self._link_at = link_at
        self._budget = budget

    def refuse_outward(self, path: bytes, target: bytes) -> None:
        """Refused if the link at `path` leads out of the tree: as written, or by way of others.

        A link that leads nowhere, or round in a circle, leads not out.
        """
        if target.startswith(b"/"):
            raise Refused(f"links to {shown(target)}, an absolute name")
        if not target or b"\0" in target or len(target) >= PATH_MAX:
            raise Refused("its link target is no path")
        at = path.split(b"/")[:-1]
        depth = len(at)
        for part in target.split(b"/"):
            depth += -1 if part == b".." else part not in (b"", b".")
            if depth < 0:
                raise Refused(f"links to {shown(target)}, out of the tree")
        todo = target.split(b"/")[::-1]
        hops = 0
        while todo:
            self._budget -= 1 + len(at) // 16
            if self._budget < 0:
                raise Refused("links through links without end")
            part = todo.pop()
            if part in (b"", b"."):
                continue
            if part == b"..":
                if not at:
                    raise Refused(
                        f"links to {shown(target)}, which leads out of the tree through other links"
                    )
                at.pop()
                continue
            at.append(part)
            through = self._link_at(b"/".join(at))
            if through is None:
                continue
            if through.startswith(b"/"):
                raise _out_through_others(target)
            hops += 1
            if hops > _HOPS:
                return
            at.pop()
            todo.extend(through.split(b"/")[::-1])


def _out_through_others(target: bytes) -> Refused:
    return Refused(f"links to {shown(target)}, which leads out of the tree through other links")


def shown(name: bytes) -> str:
    """A name for people: printable whatever it holds, and not endless."""
    text = name.decode("utf-8", "backslashreplace")
    if len(text) > 200:
        text = f"{text[:100]}…{text[-50:]}"
    return text if text.isprintable() and text else repr(text)[1:-1] or '""'
