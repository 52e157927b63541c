"""What runs in the launcher process and in the sandboxes, and imports as little as it can.

    launch.py     the launcher process: one clone(2) per request, one message at each end
    init.py       a sandbox's process 1: mounts, rights, commands, limits it can see
    cgroups.py    control groups, where the host lets its user make some
    watch.py      tasks and memory of a sandbox, seen from its process 1
    commands.py   what one command does, its program found and started
    files.py      the commands that need no program: mkdir, copy, write, symlink, unhex, compare

and, imported by the launcher process once a sandbox has conditions,

    conditions.py the conditions carried out
    random_files.py  what stands in place of /dev/random and its kin
    observe.py    what a process sees just before the first command
    terminal.py   a terminal of the sandbox's own
    emulator.py   another program that runs its programs
    traps/        calls answered in place of the kernel

Every page that process 1 writes to is copied first, so little is done there that can be done before.
"""
