"""The pages that a browser looks at: the embedded models, a grid of 3,000 cells, and text that would act.

python -m tests.browser.pages FOLDER
"""

import sys
from dataclasses import replace
from pathlib import Path

from fixtures.documents import BASELINE
from tests.report.page_evidence import lay_map, source_of_many
from tests.report.sample_evidence import sample
from vtmetrics.evidence.comparison import read_all
from vtmetrics.report.page.page_source import page_source_of
from vtmetrics.report.page.report_file import write_report

#: would say so if it were anything but text
ACTING = "<script>window.acted = 1</script><img src=x onerror='window.acted = 1'> \u202e\x1b[2J"


def main(folder):
    """One file for each."""
    lay_map(folder / "maps", "first")
    acting = [replace(one, statement=ACTING, note=ACTING, reported=ACTING, model=ACTING) for one in sample()]
    sources = {
        "embedded": page_source_of(read_all(sorted(BASELINE.glob("*.jsonl")))),
        "some": source_of_many(12, folder),
        "many": replace(source_of_many(750, folder, pictures=False), cells={}, scores={}),
        "acting": page_source_of(acting),
    }
    for name, source in sources.items():
        print(f"{name}.html: {write_report(source, folder / f'{name}.html'):,} bytes")  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]))
