"""What holds for every test."""

from __future__ import annotations

import signal

# A shell script starts what it puts into the background with SIGINT ignored, and whatever that starts
# ignores it, too: then nothing here could be interrupted.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
