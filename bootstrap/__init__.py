"""The pipeline: from a readable seed, through sandboxed builds, to results stored by their content.

errors.py     one tree of errors
digest.py     BLAKE3 and its spelling
tree.py       a directory as a value
storepath.py  the logical names of outputs
recipe/       .star text        → Recipe            pure
plan/         Recipes           → Derivations       pure
fetch/        Source            → verified bytes
sandbox/      argv, mounts, limits → exit status, usage
store/        Output            ↔ store path
build/        Plan              → Outputs
doctor/       this host   → what is in the way of builds
cli/          one verb per file
"""

__version__ = "0.1.0"
