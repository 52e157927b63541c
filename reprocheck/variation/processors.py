"""Processors: how many there are, and what they can do.

CPUID cannot be trapped everywhere, so it is changed by running every program in an emulator. Its control
story is the same emulator with another processor: what differs then is what CPUID says.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
from functools import cache
from pathlib import Path

from reprocheck.circumstances import Circumstances
from reprocheck.variation.model import Mark, Observed, Variation
from reprocheck.variation.proof import appeared, became, seen

_COUNT = 7
_INFO = "/proc/cpuinfo"
_ONLINE = "/sys/devices/system/cpu/online"
_POSSIBLE = "/sys/devices/system/cpu/possible"
_PRESENT = "/sys/devices/system/cpu/present"
_MODEL = "Ohce Processor 4711"
_FLAGS = "fpu tsc cx8 cmov mmx fxsr sse sse2 syscall nx lm constant_tsc rep_good nopl cpuid hypervisor"
"""Of x86-64-v1 (psABI, "Micro-Architecture Levels"), and nothing above it."""
_TUNABLES = (
    "glibc.cpu.hwcaps=-AVX512F,-AVX2_Usable,-AVX2,-AVX_Usable,-FMA_Usable,-FMA,-AVX,"
    "-ERMS,-SSE4_2,-SSSE3,-BMI2"
)
"""Names of all versions of glibc since 2.26; each ignores those it does not know."""
_EMULATOR = "qemu-x86_64-static"
_CONTROL_PROCESSOR, _VARIED_PROCESSOR = "Haswell", "Nehalem"
"""Names that qemu knows; of one length, with and without AVX2."""
_NOT_EMULATED = ",-pcid,-x2apic,-tsc-deadline,-hle,-invpcid,-rtm"
"""What a Haswell has and qemu warns of in each program, since it cannot do it."""
_VARIED_SIGNATURE = 0x106A3
_SINCE = (6, 7)
"""The first Linux in which a user namespace can have a binfmt_misc of its own."""


@cache
def _host_info() -> str:
    return Path(_INFO).read_text("utf-8", "replace")


def _info(circumstances: Circumstances) -> str:
    there = dict(circumstances.conditions.files).get(_INFO)
    return _host_info() if there is None else there.decode("utf-8", "replace")


def _more(circumstances: Circumstances) -> Circumstances:
    first = _info(circumstances).partition("\n\n")[0]
    blocks = [re.sub(r"(?m)^(processor\s*: ).*$", rf"\g<1>{n}", first) + "\n\n" for n in range(_COUNT)]
    circumstances = circumstances.trap(processors=_COUNT).file(_INFO, "".join(blocks).encode())
    for path in (_ONLINE, _POSSIBLE, _PRESENT):
        circumstances = circumstances.file(path, f"0-{_COUNT - 1}\n".encode())
    return circumstances


def _other_model(circumstances: Circumstances) -> Circumstances:
    changed = _info(circumstances)
    for name, value in (("model name", _MODEL), ("vendor_id", "OhceProcessor"), ("flags", _FLAGS)):
        changed = re.sub(rf"(?m)^({name}\s*: ).*$", rf"\g<1>{value}", changed)
    return circumstances.file(_INFO, changed.encode())


def _model_marks(circumstances: Circumstances) -> tuple[Mark, ...]:
    found = re.search(r"(?m)^model name\s*: (.*)$", _info(circumstances))
    return (found[1],) if found else ()


def _one_processor() -> str:
    return "" if len(os.sched_getaffinity(0)) > 1 else "this host has one processor only"


def _glibc() -> str:
    return (
        ""
        if platform.libc_ver()[0] == "glibc"
        else "only glibc knows GLIBC_TUNABLES, and this host has another"
    )


def _emulated(circumstances: Circumstances, processor: str) -> Circumstances:
    return circumstances.condition(emulator=shutil.which(_EMULATOR)).variable(
        "QEMU_CPU", processor + _NOT_EMULATED
    )


def _no_emulator() -> str:
    if shutil.which(_EMULATOR) is None:
        return f"CPUID needs {_EMULATOR} (Debian: package qemu-user-static)"
    if tuple(map(int, re.findall(r"\d+", os.uname().release)[:2])) < _SINCE:
        return f"CPUID needs Linux {'.'.join(map(str, _SINCE))} or later, for an emulator in a sandbox"
    return ""


def _count(observed: Observed) -> int:
    affinity = seen(observed, "processors.affinity")
    return len(affinity) if isinstance(affinity, list) else -1


ROWS = (
    Variation(
        name="cpu.count",
        cause="cpu.count",
        text=f"the number of processors: {_COUNT}, whatever there are",
        cost="20 µs for each question",
        vary=_more,
        took=lambda control, varied: _count(varied) == _COUNT != _count(control),
        needs_traps=True,
    ),
    Variation(
        name="cpu.features",
        cause="cpu.features",
        text=f"the model of the processor in /proc/cpuinfo: {_MODEL}",
        vary=_other_model,
        marks=_model_marks,
        took=appeared(f"files.{_INFO}"),
    ),
    Variation(
        name="cpu.features-glibc",
        cause="cpu.features",
        text="what glibc makes use of: nothing beyond x86-64-v1 (GLIBC_TUNABLES)",
        vary=lambda c: c.variable("GLIBC_TUNABLES", _TUNABLES),
        marks=lambda c: (_TUNABLES,) if "GLIBC_TUNABLES" in dict(c.environment) else (),
        took=became("environment.GLIBC_TUNABLES", _TUNABLES),
        obstacle=_glibc,
    ),
    Variation(
        name="cpu.features-cpuid",
        cause="cpu.features",
        text=f"CPUID of x86-64 programs: a {_VARIED_PROCESSOR}, where a control build sees a "
        f"{_CONTROL_PROCESSOR}, both emulated by qemu",
        cost="programs take 5 to 20 times as long",
        control=lambda c: _emulated(c, _CONTROL_PROCESSOR),
        vary=lambda c: _emulated(c, _VARIED_PROCESSOR),
        took=became("processor", _VARIED_SIGNATURE),
        obstacle=_no_emulator,
        on_request="every program would be emulated, and so it is only varied on request: "
        "--only cpu.features-cpuid",
    ),
    Variation(
        name="cpu.count-one",
        cause="cpu.count",
        text="the number of processors: one, for the whole build",
        cost="a build that uses several takes longer",
        vary=lambda c: c.condition(processors=(min(os.sched_getaffinity(0)),)),
        took=lambda control, varied: _count(varied) == 1 != _count(control),
        obstacle=_one_processor,
        instead_of=("cpu.count",),
    ),
)
