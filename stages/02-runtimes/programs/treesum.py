"""treesum DIRECTORY: one line for each file beneath it, in the order of the names: mode, SHA-256, path.

With --json the same as one JSON object. Two directories are alike if and only if their lists are.
"""

import argparse
import hashlib
import json
import os
import sys


def entries(top):
    """Yield (path relative to `top`, kind, digest or target), sorted by path."""
    for directory, names, files in os.walk(top):
        names.sort()
        links = [name for name in names if os.path.islink(os.path.join(directory, name))]
        for name in sorted(files + links):
            path = os.path.join(directory, name)
            shown = os.path.relpath(path, top)
            if os.path.islink(path):
                yield shown, "link", os.readlink(path)
            else:
                with open(path, "rb") as file:
                    digest = hashlib.file_digest(file, "sha256").hexdigest()
                yield shown, "exec" if os.access(path, os.X_OK) else "file", digest


def main(argv=None):
    parser = argparse.ArgumentParser(prog="treesum", description=__doc__.splitlines()[0])
    parser.add_argument("directory")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args(argv)
    found = list(entries(arguments.directory))
    if arguments.json:
        json.dump({path: {"kind": kind, "value": value} for path, kind, value in found}, sys.stdout, indent=1)
        print()
    else:
        for path, kind, value in found:
            print(kind, value, path)
    return 0
