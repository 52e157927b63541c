"""What is answered in place of the kernel, when a sandbox's conditions say so; imported only then.

    listener.py     questions from the kernel and answers to it (seccomp_unotify(2))
    memory.py       the memory of the process that asks
    tracing.py      processes stopped at fork(2) and execve(2) (ptrace(2)): vDSO, AT_RANDOM
    delays.py       how long they are kept stopped: another schedule
    supervisor.py   the loop that process 1 runs while a command does

and one file for each kind of answer:

    clock.py        what time it is, and until when is waited
    randomness.py   random bytes, a stream for each process
    directories.py  the order of names
    machine.py      release, processors, memory
    file_status.py  stat(2) and its kin: times, inode numbers
    writers.py      who makes which file: noted, not answered

A handler is given a `listener.Call` and gives the result (a negative one is an errno), or None: the
kernel's own answer. It may raise OSError, for the kernel's own answer too, and `memory.Fault` for
EFAULT. Whatever a process asks for, its memory is only touched where it could do so itself.
"""
