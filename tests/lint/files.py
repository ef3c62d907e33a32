#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""House rules that a machine can check: licence lines, sizes, names, translations, keys. Prints TAP."""
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

ROOT = pathlib.Path(sys.argv[1])
# Where a file must be longer, the reason stands beside its name.
LONG_FILES = {}
MAX_LINES = 760


def tracked(*suffixes):
    skip = ("_build", "build", ".git", "node_modules", "screenshots")
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        if path.is_file() and not any(p.startswith(skip) for p in parts[:-1]) and path.suffix in suffixes:
            yield path


def rel(path):
    return path.relative_to(ROOT).as_posix()


def check_licence_lines():
    for path in tracked(".c", ".h", ".py", ".sh", ".mjs", ".js"):
        head = path.read_text(encoding="utf-8")[:300]
        if "SPDX-License-Identifier: GPL-3.0-or-later" not in head:
            yield f"{rel(path)}: no licence line"


def check_sizes():
    for path in tracked(".c"):
        lines = path.read_text(encoding="utf-8").count("\n")
        if lines > LONG_FILES.get(rel(path), MAX_LINES):
            yield f"{rel(path)}: {lines} lines; split it"


def check_whitespace():
    for path in tracked(".c", ".h", ".py", ".ui", ".xml", ".build", ".css"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line != line.rstrip() or "\t" in line:
                yield f"{rel(path)}:{number}: tab or trailing space"


def check_leftovers():
    # An unfinished thought in the tree is a defect; it goes into an issue instead.
    pattern = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    for path in tracked(".c", ".h", ".py", ".mjs", ".js", ".ui", ".sh"):
        if path.name == "files.py":
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if pattern.search(line):
                yield f"{rel(path)}:{number}: {line.strip()}"


def check_lock_files():
    for path in tracked(".json"):
        if path.name == "package-lock.json" and re.search(r'"resolved":\s*"https?:', path.read_text(encoding="utf-8")):
            yield f"{rel(path)}: names a registry's host"


def check_potfiles():
    listed = {line.strip() for line in (ROOT / "po/POTFILES.in").read_text().splitlines()
              if line.strip() and not line.startswith("#")}
    needed = set()
    for path in tracked(".c"):
        if rel(path).startswith("src/") and re.search(r'(?<![A-Za-z0-9_])N?C?_ ?\("|ngettext ?\(', path.read_text(encoding="utf-8")):
            needed.add(rel(path))
    for path in tracked(".ui"):
        if 'translatable="yes"' in path.read_text(encoding="utf-8"):
            needed.add(rel(path))
    for path in sorted([*(ROOT / "data").glob("*.in"), *(ROOT / "po").glob("*.h")]):
        needed.add(rel(path))
    for path in sorted((ROOT / "data").glob("*.gschema.xml")):
        needed.add(rel(path))
    for name in sorted(needed - listed):
        yield f"po/POTFILES.in: {name} has strings and is not listed"
    for name in sorted(listed - needed):
        yield f"po/POTFILES.in: {name} is listed and has no strings"


def check_violation_strings():
    # Violations are named in a data file that gettext cannot read.
    tool = ROOT / "tools/violation-strings.py"
    done = subprocess.run([sys.executable, str(tool), str(ROOT / "data/violations.json")],
                          capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        yield from done.stderr.splitlines()
    elif done.stdout != (ROOT / "po/violations.h").read_text(encoding="utf-8"):
        yield "po/violations.h is not of today: run tools/potfiles.sh"


def check_ui_files():
    for path in tracked(".ui"):
        tree = ElementTree.parse(path)
        ids = [o.get("id") for o in tree.iter("object") if o.get("id")]
        for name in sorted({i for i in ids if ids.count(i) > 1}):
            yield f"{rel(path)}: id {name} twice"
        for prop in tree.iter("property"):
            text = (prop.text or "").strip()
            shown = prop.get("name") in ("label", "title", "subtitle", "description", "tooltip-text",
                                         "placeholder-text", "tooltip_text", "placeholder_text")
            if shown and re.search(r"[A-Za-z]{2}", text) and prop.get("translatable") != "yes":
                yield f"{rel(path)}: «{text}» cannot be translated"


def check_schemas():
    for path in (ROOT / "data").glob("*.gschema.xml"):
        for key in ElementTree.parse(path).iter("key"):
            for child in ("default", "summary", "description"):
                if key.find(child) is None:
                    yield f"{rel(path)}: {key.get('name')} has no {child}"
            if key.get("type") in ("i", "u", "d") and key.find("range") is None:
                yield f"{rel(path)}: {key.get('name')} has no range"


def check_setting_keys():
    # Only the typed settings object names a key.
    keys = set()
    for path in (ROOT / "data").glob("*.gschema.xml"):
        keys |= {key.get("name") for key in ElementTree.parse(path).iter("key")}
    for path in tracked(".c", ".h"):
        if not rel(path).startswith("src/") or path.name.startswith("vigil-settings"):
            continue
        text = path.read_text(encoding="utf-8")
        if re.search(r"g_settings_(get|set|bind)", text):
            yield f"{rel(path)}: reads GSettings by itself"
        for key in sorted(keys):
            if re.search(rf'vigil_settings_\w+ \([^;)"]*"{key}"', text):
                yield f"{rel(path)}: names the key {key}"


def run(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except FileNotFoundError:
        return [f"{command[0]} is not installed"]
    return [] if done.returncode == 0 else (done.stdout + done.stderr).splitlines()[:10]


def check_desktop_file():
    # The validator insists on the ending, and the file is a template for the translations.
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / "org.vigil.Vigil.desktop"
        copy.write_text((ROOT / "data/org.vigil.Vigil.desktop.in").read_text(encoding="utf-8"), encoding="utf-8")
        yield from run("desktop-file-validate", str(copy))


def check_metainfo():
    yield from run("appstream-util", "validate-relax", "--nonet", str(ROOT / "data/org.vigil.Vigil.metainfo.xml.in"))


def check_schema_compiles():
    yield from run("glib-compile-schemas", "--strict", "--dry-run", str(ROOT / "data"))


def check_xml():
    files = [str(p) for p in tracked(".ui", ".xml", ".svg")]
    if files:
        yield from run("xmllint", "--noout", "--nonet", *files)


CHECKS = [value for name, value in sorted(globals().items()) if name.startswith("check_")]

print(f"1..{len(CHECKS)}")
bad = False
for index, check in enumerate(CHECKS, 1):
    found = list(check())
    bad |= bool(found)
    print(f"{'not ok' if found else 'ok'} {index} {check.__name__[6:].replace('_', ' ')}")
    for problem in found:
        print(f"# {problem}")
sys.exit(1 if bad else 0)
