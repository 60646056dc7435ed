"""The pages of the manual, and the blocks of code and commands that they hold."""

import re
import textwrap

from fixtures.documents import DOCS, ROOT

PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.glob("*.md"))]
TEXTS = {page: page.read_text(encoding="utf-8") for page in PAGES}
FENCED = re.compile(
    r"(?:^ *<!-- (?P<mark>[^\n]*?) -->\n)? *```(?P<kind>\w*)\n(?P<body>.*?)^ *```$", re.MULTILINE | re.DOTALL
)


def blocks(page, kind):
    """The blocks of a kind, each with the mark that stands before it."""
    found = FENCED.finditer(TEXTS[page])
    return [(each["mark"] or "", textwrap.dedent(each["body"])) for each in found if each["kind"] == kind]


def commands():
    """Every command that a page shows, with its remark."""
    for page in PAGES:
        for _, body in blocks(page, "sh"):
            for line in body.splitlines():
                told, _, remark = line.partition(" #")
                yield page.name, told.strip(), remark
