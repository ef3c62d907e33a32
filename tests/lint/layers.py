#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every #include follows the arrows of docs/architecture.md. Prints TAP."""
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1])
SRC = ROOT / "src"

# What a folder may include of ours, besides its own.
MAY_SEE = {
    "base": set(),
    "model": {"base"},
    "protocol": {"base", "model"},
    "session": {"base", "model"},
    "net": {"base", "model", "protocol", "session"},
    "media/slot": {"base"},
    "media": {"base", "model", "session", "media/slot"},
    "hall/sfu": {"base", "model"},
    "hall": {"base", "model", "protocol", "hall/sfu"},
    "ui": {"base", "model", "session", "media/slot"},
    "app": {"base", "model", "protocol", "session", "net", "media", "media/slot", "ui"},
    ".": {"base", "model", "session", "app", "ui"},
}
# Which folders may include a library's headers.
LIBRARIES = {
    r"libsoup/": {"net", "hall"},
    r"libsecret/": {"net"},
    r"sqlite3\.h": {"hall"},
    r"gst/": {"media", "hall/sfu", "app"},
    r"(nice/|agent\.h)": {"media", "hall/sfu"},
    r"libyuv": {"media", "hall/sfu"},
    r"vpx/": {"media", "hall/sfu"},
    r"opus/": {"media"},
    r"jpeglib\.h": {"hall/sfu"},
    r"(gtk/|gdk/|gsk/)": {"ui", "app", "."},
    r"epoxy/": {"app"},
    r"adwaita\.h": {"ui", "app", "."},
    r"(cairo|pango)": {"ui", "hall/sfu"},
    r"json-glib/": {"model", "protocol", "net", "hall", "hall/sfu", "app"},
    r"gio/": set(MAY_SEE) - {"base", "media/slot"},
}


def folder_of(path):
    relative = path.parent.relative_to(SRC).as_posix()
    while relative not in MAY_SEE:
        if "/" not in relative:
            sys.exit(f"Bail out! {path}: no layer of that name")
        relative = relative.rsplit("/", 1)[0]
    return relative


def problems_of(path, owner):
    folder = folder_of(path)
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        match = re.match(r'\s*#\s*include\s+(["<])([^">]+)[">]', line)
        if not match:
            continue
        mark, header = match.groups()
        where = f"{path.relative_to(ROOT)}:{number}"
        if "../" in header:
            yield f"{where}: climbs out of its folder: {header}"
        if mark == '"' and "/" in header:
            yield f"{where}: our headers are included by bare name: {header}"
        target = owner.get(header)
        if target is not None and target != folder and target not in MAY_SEE[folder]:
            yield f"{where}: {folder} may not see {target} ({header})"
        for pattern, allowed in LIBRARIES.items():
            if mark == "<" and re.match(pattern, header) and folder not in allowed:
                yield f"{where}: {folder} may not include <{header}>"


def main():
    files = sorted(p for p in SRC.rglob("*.[ch]"))
    owner = {p.name: folder_of(p) for p in files if p.suffix == ".h"}
    print(f"1..{len(files)}")
    failed = False
    for number, path in enumerate(files, 1):
        problems = list(problems_of(path, owner))
        failed |= bool(problems)
        print(f"{'not ok' if problems else 'ok'} {number} {path.relative_to(ROOT)}")
        for problem in problems:
            print(f"# {problem}")
    return 1 if failed else 0


sys.exit(main())
