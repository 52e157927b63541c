"""The fault suite: `python -m tests.faults` does to real runs what machines and strangers do, and counts."""
