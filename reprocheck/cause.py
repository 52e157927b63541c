"""The causes for which two builds of the same thing may differ: what each means, and what to do.

The names are what reports say. Causes that no build can be told from outside (a benchmark, memory that
nobody wrote) are named by what was ruled out and by the differing bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad a difference is."""

    ALWAYS = "L0"
    """It comes with everything the same: no store can hold such a build by its content."""
    OUTSIDE = "L1"
    """It comes with what no sandbox can fix: clock, kernel, processor, memory, file system, schedule."""
    PROTECTED = "L2"
    """It comes only with what our sandbox fixes: path, host, user, locale, environment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """A reason why bytes differ."""

    name: str
    """family.member, as in "time.clock"."""
    level: Level
    meaning: str
    """A sentence: "the result holds the time of the build"."""
    remedy: str
    """What to change, for whoever keeps the build: "set SOURCE_DATE_EPOCH, and use it"."""


_L0, _L1, _L2 = Level.ALWAYS, Level.OUTSIDE, Level.PROTECTED

_ROWS = (
    (
        "time.clock",
        _L1,
        "The result holds the time at which it was built.",
        "Take the time from SOURCE_DATE_EPOCH, or leave it out: gzip -n; ar rcD; "
        "zip -X after touch -d @$SOURCE_DATE_EPOCH; date -u -d @$SOURCE_DATE_EPOCH; GCC and Clang use the "
        "variable for __DATE__ and __TIME__ (-Werror=date-time finds them); python -m compileall "
        "--invalidation-mode checked-hash.",
    ),
    (
        "time.mtime",
        _L1,
        "The result holds modification times of files.",
        "Store a fixed time: tar --sort=name --mtime=@$SOURCE_DATE_EPOCH --owner=0 --group=0 "
        "--numeric-owner --format=gnu; cpio --reproducible; touch -d @$SOURCE_DATE_EPOCH what goes into a "
        "zip, and zip -X; ar rcD; gzip -n; .pyc files with --invalidation-mode checked-hash.",
    ),
    (
        "time.tz",
        _L2,
        "The result holds a time as it is in the time zone of the build.",
        "Write times in UTC: date -u, gmtime in place of localtime; export TZ=UTC for tools that have no "
        "such choice (zip stores local time).",
    ),
    (
        "time.elapsed",
        _L1,
        "The result holds how long something took.",
        "Leave durations out of what is built; write them to the log.",
    ),
    (
        "time.uptime",
        _L1,
        "The result holds the time since the machine started, or a value made from it.",
        "Do not read the monotonic clock or /proc/uptime for what is kept; a seed must be a constant.",
    ),
    (
        "benchmark",
        _L0,
        "A measurement of speed decides what is built.",
        "Fix the choice: give tuned parameters as files (ATLAS, FFTW wisdom), switch the self-tuning off, "
        "and commit profiles (.profdata, .gcda) in place of recording them while building.",
    ),
    (
        "path.build",
        _L2,
        "The result holds the directory it was built in.",
        "-ffile-prefix-map=$PWD=. for GCC and Clang (-fdebug-prefix-map for assembler; the linker, too, "
        "with LTO); go build -trimpath; rustc --remap-path-prefix=$PWD=.; relative names in place of "
        "__FILE__, $(CURDIR) and absolute -rpath; cmake -DCMAKE_BUILD_RPATH_USE_ORIGIN=ON.",
    ),
    (
        "path.home",
        _L2,
        "The result holds the home directory, or what depends on it.",
        "Do not write $HOME or ~ into what is built; name the final directory by an option; give caches a "
        "fixed place (CARGO_HOME, GOPATH) and map it with -ffile-prefix-map or --remap-path-prefix.",
    ),
    (
        "host.name",
        _L2,
        "The result holds the name of the machine.",
        "Do not record uname -n, hostname or gethostname(); set KBUILD_BUILD_HOST for Linux, "
        "-X main.host= for Go, or the tool's own option.",
    ),
    (
        "host.domain",
        _L2,
        "The result holds the domain of the machine.",
        "Do not record hostname -d, -f or getdomainname(); name the address that is meant as a constant.",
    ),
    (
        "user.uid",
        _L2,
        "The result holds the number of the user or group that built it.",
        "tar --owner=0 --group=0 --numeric-owner; cpio --reproducible --owner=0:0; ar rcD; install as a "
        "fixed owner in the archive, not the one at hand.",
    ),
    (
        "user.name",
        _L2,
        "The result holds the name of the user that built it.",
        "tar --owner=root:0 --group=root:0; do not record whoami, $USER or $LOGNAME; KBUILD_BUILD_USER for "
        "Linux; -Duser.name= for Java.",
    ),
    (
        "user.umask",
        _L2,
        "Permissions of files in the result come from the umask.",
        "Set them: install -m 644 and -m 755 in place of cp; chmod -R u=rwX,go=rX before packing; "
        "tar --mode=u=rwX,go=rX.",
    ),
    (
        "env.var",
        _L2,
        "The result holds variables of the environment, or depends on which there are.",
        "Write only those variables that are meant, never the whole of env or set; build under env -i "
        "with a list of what passes.",
    ),
    (
        "env.path",
        _L2,
        "The result holds PATH.",
        "Do not record $PATH; record a program by the name it will have where the result is used.",
    ),
    (
        "locale",
        _L2,
        "The result depends on the language, the order of letters or the encoding of the build.",
        "export LC_ALL=C (or C.UTF-8) for sort, ls, date and printf; LC_ALL=C sort; open files with an "
        "encoding (open(..., encoding='utf-8'), javac -encoding UTF-8); Locale.ROOT in Java.",
    ),
    (
        "tty",
        _L2,
        "The result depends on whether the build has a terminal.",
        "Switch colours and widths off: --color=never, NO_COLOR=1, TERM=dumb, COLUMNS=80; do not keep what "
        "was meant for a screen.",
    ),
    (
        "rlimit",
        _L2,
        "The result holds or follows the limits of the process (ulimit).",
        "Do not record getrlimit() or ulimit -a; take sizes from a constant.",
    ),
    (
        "order.readdir",
        _L1,
        "The result follows the order in which the file system lists a directory.",
        "Sort what was listed: sorted(os.listdir(d)), sorted(glob(...)), find ... | LC_ALL=C sort, "
        "$(sort $(wildcard *.o)) in make; tar --sort=name; ls sorts, find, readdir() and os.walk do not.",
    ),
    (
        "order.parallel",
        _L1,
        "The result follows the order in which parallel steps end.",
        "Collect results in the order of their inputs (map in place of as_completed, imap in place of "
        "imap_unordered); let each step write a file of its own and join them sorted; name the missing "
        "dependency in the Makefile (make --shuffle finds it); .NOTPARALLEL as the last resort.",
    ),
    (
        "order.hash",
        _L0,
        "The result follows the order of a hash table whose seed is random.",
        "Sort before writing: sorted(set), sorted(d.items()), sort keys %h in Perl (with "
        "$Data::Dumper::Sortkeys = 1), sorted map keys in Go, BTreeMap or LinkedHashMap; PYTHONHASHSEED=0 "
        "and PERL_HASH_SEED=0 only hide it.",
    ),
    (
        "aslr",
        _L1,
        "The result depends on addresses of memory: a printed pointer, an order by address, a hash of one.",
        "Order by a name or a number of your own in place of a pointer; do not print %p or id(); hash "
        "contents. setarch -R hides it.",
    ),
    (
        "uninit",
        _L0,
        "The result holds memory that nobody wrote: padding of a struct, the rest of a buffer.",
        "memset() or {0} a struct before its members are set, calloc() in place of malloc(), write only the "
        "bytes in use; valgrind --track-origins=yes or -fsanitize=memory shows where.",
    ),
    (
        "rng",
        _L0,
        "The result holds random bytes: an identifier, a key, a salt, a shuffled list.",
        "Derive it from the contents (uuid5, a hash) or from a constant seed: -frandom-seed= for GCC, "
        "mkfs.ext4 -U and -E hash_seed=, random.Random(0); make keys and salts where "
        "the result is installed.",
    ),
    (
        "tmpname",
        _L0,
        "The result holds the name of a temporary file.",
        "Give the file a fixed name in a directory of its own; -frandom-seed= and -ffile-prefix-map=, or "
        "compile from a named file in place of a temporary one; sort what is named so.",
    ),
    (
        "pid",
        _L1,
        "The result holds the number of a process.",
        "Do not use $$ or getpid() for what is kept: a fixed name in a directory of its own serves as well.",
    ),
    (
        "inode",
        _L0,
        "The result holds or follows inode numbers.",
        "cpio --reproducible (--ignore-devno --renumber-inodes); do not order files by inode (find -inum, "
        "ls -i); name files by path.",
    ),
    (
        "fs.type",
        _L1,
        "The result depends on the file system: its block sizes, the sizes of its directories, its grain.",
        "Count bytes in place of blocks (du --apparent-size, stat -c %s); leave out sizes of directories; "
        "do not record df or stat -f; cp --sparse=never, and tar without -S, for files with holes.",
    ),
    (
        "cpu.count",
        _L1,
        "The result holds or follows the number of processors.",
        "Split work by its size, not by nproc; write into pigz, xz or zstd a fixed block size (xz "
        "--block-size=, zstd --single-thread or -T1); give LTO a fixed -flto-partition or -flto=1.",
    ),
    (
        "cpu.features",
        _L1,
        "The result follows the model of the processor.",
        "Name the target: -march=x86-64-v2 in place of -march=native, GOAMD64=v1, "
        "-C target-cpu=x86-64; switch detection off in configure; compute constants with integers or "
        "with correctly rounded functions.",
    ),
    (
        "kernel.version",
        _L1,
        "The result holds the version of the running kernel.",
        "Do not record uname -r, -v or -a; give the version that is meant as an option (KERNELRELEASE=, "
        "--build= and --host= for configure).",
    ),
    (
        "mem.size",
        _L1,
        "The result follows how much memory the machine has.",
        "Fix the size: sort -S 256M, xz -6 without --memlimit-compress, mksquashfs -mem 512M, java -Xmx512m; "
        "do not record /proc/meminfo.",
    ),
    (
        "state",
        _L0,
        "The result depends on what an earlier build left in /tmp or in the home directory.",
        "Give every build a new TMPDIR and an empty HOME; switch caches off or clear them; do not count "
        "builds in a file (a build number belongs to the source).",
    ),
    (
        "store.reference",
        _L0,
        "The result holds a store path where a scan cannot see it: compressed, in UTF-16, or as "
        "numbers in the code.",
        "Leave the path out, or keep it as plain text: do not compress what holds it; keep the constant "
        "in memory as a whole (a `static const volatile` array, -O2 in place of -O0 for GCC); find programs "
        "by PATH.",
    ),
    (
        "seed",
        _L1,
        "The result depends on the seed that its chain of builds began with.",
        "Build it from what the chains agree on, the last generation of a compiler in place of an earlier "
        "one; let a compiler build itself once more, until two generations are equal; bootstrap converge "
        "tells where the chains meet.",
    ),
)

CAUSES = {
    name: Cause(name=name, level=level, meaning=meaning, remedy=remedy)
    for name, level, meaning, remedy in _ROWS
}
"""By name."""
