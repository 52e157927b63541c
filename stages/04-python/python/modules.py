"""Imports every module of the standard library; prints those that should be there and are not."""

import importlib
import sys

OF_OTHER_SYSTEMS = {
    "_msi",
    "_overlapped",
    "_scproxy",
    "_winapi",
    "msilib",
    "msvcrt",
    "nt",
    "winreg",
    "winsound",
}
WITHOUT_A_LIBRARY = {"_dbm", "_gdbm", "_tkinter", "_uuid", "nis", "ossaudiodev"}
NEEDING_TKINTER = {"idlelib", "tkinter", "turtle", "turtledemo"}
NOT_IMPORTED = {"antigravity", "this"}
"""They do something when they are imported."""

missing = []
for name in sorted(
    sys.stdlib_module_names - OF_OTHER_SYSTEMS - WITHOUT_A_LIBRARY - NEEDING_TKINTER - NOT_IMPORTED
):
    try:
        importlib.import_module(name)
    except ImportError as error:
        missing.append(f"{name}: {error}")
print(len(missing), "missing", *missing)
