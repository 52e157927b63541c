"""Whether all that is stored is whole, and mending from what is there what can be mended so.

1. The pool: a file that is not what its name says is replaced by another intact file with these
   contents, if there is one, or else removed. Paths it is linked into still have it.
2. A path: a new tree is put together from the old one's intact files and, in place of damaged
   ones, the pool's. Only if it is what was registered, it takes the place of the old one.

What damaged files should hold is told by the names they have in the pool. What cannot be mended so
must be built again (`bootstrap.build.repair`).
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterable

from bootstrap.digest import Digest, digest_file
from bootstrap.errors import StoreError
from bootstrap.store.check import check, checking
from bootstrap.store.database import Database
from bootstrap.store.facts import Facts
from bootstrap.store.form import DIRECTORY_MODE, file_mode, odd_attributes
from bootstrap.store.layout import Layout
from bootstrap.store.locks import lock
from bootstrap.store.places import new_place
from bootstrap.store.pool import NO_LINKS
from bootstrap.store.replacement import put_in_place
from bootstrap.store.survey import TIME
from bootstrap.store.trouble import system_error
from bootstrap.store.values import Damage, PathInfo, PoolDamage, Verdict
from bootstrap.storepath import StorePath
from bootstrap.tree import File


def verify(
    layout: Layout,
    facts: Facts,
    database: Database,
    paths: Iterable[StorePath] | None,
    threads: int,
    *,
    on_start: Callable[[int, int], None],
    on_read: Callable[[int], None],
) -> Verification:
    """See `bootstrap.store.store.Store.verify_all`."""
    everything = paths is None
    wanted = facts.every_path() if paths is None else tuple(paths)
    infos = facts.infos(wanted)
    for path in wanted:
        if path not in infos:
            raise StoreError(f"not in the store: {path}", hint="build it again")
    on_start(len(infos), sum(info.size for info in infos.values()))
    try:
        files = sum(info.files for info in infos.values())
        with checking(layout, threads=threads, files=files, on_read=on_read) as checks:
            damaged = [damage for _, damage in checks.paths(infos.values()) if damage is not None]
            pool = tuple(checks.pool(only_known=not everything))
            contents = dict(checks.contents)
            size = checks.size
    except OSError as error:
        raise system_error("verify", error) from error
    # what was collected or forgotten meanwhile is not damaged
    still = facts.infos([damage.path for damage in damaged])
    verdict = Verdict(
        paths=len(infos),
        files=len(contents),
        size=size,
        damaged=tuple(sorted([d for d in damaged if d.path in still], key=lambda damage: damage.path)),
        pool=pool,
        database=tuple(database.faults()) if everything else (),
    )
    return Verification(layout, infos, verdict, contents)


class Verification:
    """What was found, and what is needed to mend it."""

    def __init__(
        self,
        layout: Layout,
        infos: dict[StorePath, PathInfo],
        verdict: Verdict,
        contents: dict[int, Digest | str],
    ) -> None:
        self.verdict = verdict
        self._layout = layout
        self._owner = os.stat(layout.store).st_uid
        self._infos = infos
        self._contents = contents
        self._lost: dict[int, str] = {}
        """By inode of a damaged file, what the pool called it."""

    def mend_pool(self) -> dict[PoolDamage, bool]:
        """Makes every file of the pool what its name says, or removes it: whether it is there."""
        try:
            for damage in self.verdict.pool:
                status = os.lstat(f"{self._layout.files}/{damage.name}")
                file = _file(damage.name)
                if self._contents.get(status.st_ino) != file.digest or not stat.S_ISREG(status.st_mode):
                    self._lost[status.st_ino] = damage.name
            copies = self._copies()
            return {damage: self._mend_pooled(damage.name, copies) for damage in self.verdict.pool}
        except OSError as error:
            raise system_error("mend the pool", error) from error

    def _mend_pooled(self, name: str, copies: dict[Digest, str]) -> bool:
        place, file = f"{self._layout.files}/{name}", _file(name)
        if os.lstat(place).st_ino not in self._lost:
            _normalise(place, self._owner, executable=file.executable)
            return True
        copy = copies.get(file.digest)
        if copy is None:
            os.unlink(place)
            return False
        aside = f"{place}.{os.urandom(4).hex()}"
        from shutil import copyfile

        copyfile(copy, aside, follow_symlinks=False)
        _normalise(aside, self._owner, executable=file.executable)
        os.rename(aside, place)
        return True

    def _copies(self) -> dict[Digest, str]:
        """Intact files with the contents that damaged ones should have, in any path."""
        wanted = {_file(name).digest for name in self._lost.values()}
        inodes = {inode for inode, content in self._contents.items() if content in wanted}
        found: dict[Digest, str] = {}
        left = [self._layout.store] if inodes - self._lost.keys() else []
        while left:
            with os.scandir(left.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        left.append(entry.path)
                    elif entry.inode() in inodes and entry.is_file(follow_symlinks=False):
                        content = self._contents[entry.inode()]
                        if isinstance(content, Digest) and digest_file(entry.path) == content:
                            found[content] = entry.path
        return found

    def mend(self, path: StorePath) -> Damage | None:
        """Puts a tree made of intact files in the place of a damaged one, if that makes it whole;
        what is still wrong with it. To be called after `mend_pool`."""
        info = self._infos[path]
        real = self._layout.real(path)
        with lock(f"{self._layout.locks}/{path.basename}"):
            damage = check(self._layout, info)
            if damage is None:
                return None
            with new_place(self._layout) as place:
                tree = f"{place.path}/{path.basename}"
                try:
                    self._assemble(real, tree)
                except OSError:
                    return damage  # a file that is nowhere else, or no file at all
                with checking(self._layout, threads=1) as checks:
                    if checks.at(tree, info) is not None:
                        return damage
                try:
                    _replace(tree, real)
                except OSError as error:
                    raise system_error(f"mend {path}", error) from error
        return None

    def _assemble(self, source: str, target: str) -> None:
        status = os.lstat(source)
        if stat.S_ISDIR(status.st_mode):
            os.mkdir(target, 0o755)
            for name in os.listdir(source):
                self._assemble(f"{source}/{name}", f"{target}/{name}")
            os.chmod(target, DIRECTORY_MODE)
        elif stat.S_ISLNK(status.st_mode):
            os.symlink(os.readlink(source), target)
        elif stat.S_ISREG(status.st_mode):
            lost = self._lost.get(status.st_ino)
            if lost is not None:
                source = f"{self._layout.files}/{lost}"
            executable = _file(lost).executable if lost else bool(status.st_mode & 0o111)
            _link(source, target)
            _normalise(target, self._owner, executable=executable)
            return
        else:
            raise OSError(errno.EINVAL, "is no file", source)
        _own(target, self._owner)
        os.utime(target, ns=(TIME, TIME), follow_symlinks=False)


def _file(name: str) -> File:
    """The file that has this name in the pool; of its size nothing is known."""
    return File(
        digest=Digest.parse(name.replace("/", "").removesuffix("x")), size=0, executable=name.endswith("x")
    )


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError as error:
        if error.errno not in NO_LINKS | {errno.EMLINK}:
            raise
        from shutil import copyfile

        copyfile(source, target, follow_symlinks=False)


def _normalise(file: str, owner: int, *, executable: bool) -> None:
    """Gives a file its form."""
    _own(file, owner)
    fd = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        for name in odd_attributes(fd):
            os.chmod(fd, 0o600)
            os.removexattr(fd, name)
        os.chmod(fd, file_mode(executable=executable))
        os.utime(fd, ns=(TIME, TIME))
    finally:
        os.close(fd)


def _own(place: str, owner: int) -> None:
    if os.lstat(place).st_uid != owner:
        os.chown(place, owner, -1, follow_symlinks=False)


def _replace(tree: str, real: str) -> None:
    is_directory = not os.path.islink(tree) and os.path.isdir(tree)
    if is_directory:
        os.chmod(tree, 0o755)
    put_in_place(os.fsencode(tree), os.fsencode(real))
    if is_directory:
        os.chmod(real, DIRECTORY_MODE)
        os.utime(real, ns=(TIME, TIME))
