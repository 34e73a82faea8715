#!/usr/bin/env python3
"""Checks the links of all Markdown files: relative paths exist, and anchors name a heading.

Also checks that docs/SUMMARY.md lists each chapter once, and that chapters link only to files within docs/, so that the
links work in the book as on GitHub. Needs Python 3 and nothing else:

    python3 scripts/check_links.py
"""

import re
import sys
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
LINK = re.compile(r"(?<!!)\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^()\s]+)\)")
FENCE = re.compile(r"^\s*(```|~~~)")


def lines_outside_code(path):
    """The numbered lines of a file that are not in a fenced block, without inline code."""
    fenced = False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if FENCE.match(line):
            fenced = not fenced
        elif not fenced:
            yield number, line


def anchors(path):
    """The anchors of a file's headings, as GitHub and mdBook make them."""
    found = set()
    for _, line in lines_outside_code(path):
        heading = re.match(r"#{1,6}\s+(.*)", line)
        if heading:
            text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading.group(1)).strip().lower()
            slug = re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
            anchor, count = slug, 0
            while anchor in found:
                count += 1
                anchor = f"{slug}-{count}"
            found.add(anchor)
    return found


def faults(path):
    """What is wrong with the links of a file."""
    for number, line in lines_outside_code(path):
        for target in LINK.findall(re.sub(r"`[^`]*`", lambda code: "`" + "_" * (len(code.group()) - 2) + "`", line)):
            where = f"{path.relative_to(ROOT)}:{number}"
            if re.match(r"[a-z]+:", target):
                continue
            file, _, anchor = target.partition("#")
            linked = (path.parent / unquote(file)).resolve() if file else path
            if not linked.exists():
                yield f"{where}: {target}: no such file"
            elif not linked.is_relative_to(ROOT):
                yield f"{where}: {target}: outside the repository"
            elif path.is_relative_to(DOCS) and not linked.is_relative_to(DOCS):
                yield f"{where}: {target}: outside the book"
            elif anchor and linked.suffix == ".md" and anchor not in anchors(linked):
                yield f"{where}: {target}: no such heading"


def chapters_missing():
    """Chapters that the summary does not list, or lists twice."""
    listed = LINK.findall((DOCS / "SUMMARY.md").read_text(encoding="utf-8"))
    for chapter in sorted(DOCS.glob("*.md")):
        if chapter.name != "SUMMARY.md" and listed.count(chapter.name) != 1:
            yield f"docs/SUMMARY.md: lists {chapter.name} {listed.count(chapter.name)} times; expected once"


def main():
    skipped = {"target", ".git", "node_modules"}
    files = [path for path in sorted(ROOT.rglob("*.md")) if not skipped & set(path.relative_to(ROOT).parts)]
    found = [fault for path in files for fault in faults(path)] + list(chapters_missing())
    print("\n".join(found) or f"links of {len(files)} files: all there")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
