"""A store as one table, CSV or Parquet, with a line for each value: of a curve, one for each layer."""

import csv
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from vtmetrics.lab.chunk import Chunk, read_chunk
from vtmetrics.lab.store import Store

COLUMNS = ("run", "model", "numerics", "edit", "reading", "scene", "layer", "value", "text", "excluded")
#: letters with which a spreadsheet takes a text for a formula
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
TABLE_FORMS = (".csv", ".parquet")
Line = tuple[Any, ...]


def table_form(file: Path) -> str:
    """How a table is written, by the end of its name; another end is refused."""
    if file.suffix not in TABLE_FORMS:
        raise ValueError(
            f"a table is written to a file that ends in {' or '.join(TABLE_FORMS)}, got {file.name!r}"
        )
    return file.suffix


def export_store(store: Store, file: Path) -> int:
    """Write the file, whole or not at all, and say how many lines it has; a damaged chunk is refused."""
    write = _parquet if table_form(file) == ".parquet" else _csv
    half = file.with_name(f"{file.name}.{os.getpid()}-{uuid4().hex}")
    try:
        lines = write(half, (read_chunk(folder) for folder in store.folders()))
        half.replace(file)
    finally:
        with suppress(OSError):  # where even that fails, the error above says why
            half.unlink(missing_ok=True)
    return lines


def lines_of(chunk: Chunk) -> Iterator[Line]:
    """The lines of a chunk's rows, in the order in which they are kept."""
    for asked, row in chunk.rows.items():
        of = (chunk.run, asked.model, asked.numerics, asked.edit, asked.reading, asked.scene)
        values: Sequence[float | None] = row.value if isinstance(row.value, tuple) else (row.value,)
        for layer, value in enumerate(values):
            place = layer if isinstance(row.value, tuple) else None
            yield (*of, place, value, row.text, row.excluded)


def _csv(file: Path, chunks: Iterable[Chunk]) -> int:
    lines = 0
    with file.open("w", encoding="utf-8", newline="", errors="backslashreplace") as opened:
        table = csv.writer(opened)
        table.writerow(COLUMNS)
        for chunk in chunks:
            for line in lines_of(chunk):
                table.writerow([_harmless_cell(cell) for cell in line])
                lines += 1
    return lines


def _harmless_cell(cell: Any) -> Any:
    """Numbers to the last bit, and no text that a spreadsheet takes for a formula."""
    if isinstance(cell, float):
        return repr(cell)
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_SIGNS) else cell


def _parquet(file: Path, chunks: Iterable[Chunk]) -> int:
    try:
        from pyarrow import RecordBatch, float64, int32, schema, string  # noqa: PLC0415 - 150 MB, for this alone
        from pyarrow.parquet import ParquetWriter  # noqa: PLC0415
    except ImportError as error:
        raise ValueError("a Parquet file wants pyarrow: pip install pyarrow") from error
    kinds = {"layer": int32(), "value": float64()}
    columns = schema([(name, kinds.get(name, string())) for name in COLUMNS])
    lines = 0
    with ParquetWriter(file, columns) as table:
        for chunk in chunks:
            told = [dict(zip(COLUMNS, line, strict=True)) for line in lines_of(chunk)]
            table.write_batch(RecordBatch.from_pylist(told, schema=columns))
            lines += len(told)
    return lines
