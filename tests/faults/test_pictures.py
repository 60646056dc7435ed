"""Pictures that nobody should have to open: each is refused by file and line, or is the picture it shows."""

import base64
import io
import json
import os
import struct
import warnings
import zlib

import pytest
from PIL import Image

from fixtures.scenes.own_records import read_records
from tests.faults.injection import Injected

REFUSED = "its record is refused by file and line, the others stay"
SHOWN = "taken, as it is seen"
RECORD = {"question": "Which colour?", "answer": "red", "task": "words"}


def drawn(mode="RGB", size=(6, 4), kind="PNG", colour=None, **told):
    colour = (
        {"RGB": (200, 10, 10), "RGBA": (200, 10, 10, 128), "CMYK": (0, 255, 255, 0)}.get(mode, 130)
        if colour is None
        else colour
    )
    written = io.BytesIO()
    Image.new(mode, size, colour).save(written, kind, **told)
    return written.getvalue()


def palette():
    written = io.BytesIO()
    Image.new("RGB", (6, 4), (200, 10, 10)).convert("P").save(written, "PNG")
    return written.getvalue()


def frames(kind):
    written = io.BytesIO()
    first, second = (Image.new("RGB", (6, 4), colour) for colour in ("red", "blue"))
    first.save(written, kind, save_all=True, append_images=[second])
    return written.getvalue()


def turned():
    exif = Image.Exif()
    exif[0x0112] = 6
    return drawn(kind="JPEG", exif=exif)


def bomb(side):
    """Some hundred bytes that say they are so many pixels."""

    def part(name, told):
        return struct.pack(">I", len(told)) + name + told + struct.pack(">I", zlib.crc32(name + told))

    head = part(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + part(b"IDAT", zlib.compress(b"\0" * 100)) + part(b"IEND", b"")


SPOILT = {
    "E1": Injected("a PNG of 2 kB that says 400 megapixels", REFUSED, lambda: bomb(20_000)),
    "E2": Injected("a PNG of 100 bytes that says 100 megapixels", REFUSED, lambda: bomb(10_000)),
    "E3": Injected(
        "a JPEG that ends in the middle", REFUSED, lambda: drawn(kind="JPEG", size=(60, 40))[:-300]
    ),
    "E4": Injected("an empty file", REFUSED, lambda: b""),
    "E5": Injected(
        "a page of HTML that is called .png", REFUSED, lambda: b"<!doctype html><title>404</title>"
    ),
    "E23": Injected("a TIFF of fractions", REFUSED, lambda: drawn("F", kind="TIFF", colour=0.5)),
    "E24": Injected("a TIFF of 32 bits", REFUSED, lambda: drawn("I", kind="TIFF", colour=10**6)),
    "E17": Injected(
        "an SVG with a script", REFUSED, lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"
    ),
}
TAKEN = {
    "E6": Injected("an animated GIF", "its first frame", lambda: frames("GIF")),
    "E7": Injected("a TIFF of several pages", "its first page", lambda: frames("TIFF")),
    "E8": Injected("one pixel", SHOWN, lambda: drawn(size=(1, 1))),
    "E9": Injected("10,000 × 1 pixels", SHOWN, lambda: drawn(size=(10_000, 1))),
    "E10": Injected("mode RGBA", SHOWN, lambda: drawn("RGBA")),
    "E11": Injected("mode P", SHOWN, palette),
    "E12": Injected("mode L", SHOWN, lambda: drawn("L")),
    "E13": Injected("mode CMYK", SHOWN, lambda: drawn("CMYK", kind="JPEG")),
    "E14": Injected("mode I;16", "its grey is that of 8 bits", lambda: drawn("I;16", colour=130 * 257)),
    "E15": Injected("mode LA", SHOWN, lambda: drawn("LA", colour=(130, 128))),
    "E16": Injected("mode 1", SHOWN, lambda: drawn("1", colour=1)),
    "E18": Injected(
        "EXIF says that it lies on its side", "turned upright, so that its grid is that of the eye", turned
    ),
    "E19": Injected("a JPEG that is called .png", SHOWN, lambda: drawn(kind="JPEG")),
}
PLACES = {
    "E20": Injected("file:// and http:// in place of a path", REFUSED),
    "E21": Injected("a pipe, a folder, a device, a name of 5,000 letters, a name with NUL", REFUSED),
    "E22": Injected(
        "a link to a picture elsewhere",
        "taken: a file of one's own may point anywhere, and only pictures are read",
    ),
}
INJECTED = SPOILT | TAKEN | PLACES


@pytest.fixture
def told(tmp_path):
    """What becomes of a record with this picture, between two sound ones."""

    def read(*given, **change):
        (tmp_path / "sound.png").write_bytes(drawn())
        sound = RECORD | {"image": "sound.png"}
        lines = [sound | {"id": "a"}, RECORD | {"id": "b"} | change, sound | {"id": "c"}]
        if given:
            (tmp_path / "given.png").write_bytes(given[0])
            lines[1]["image"] = "given.png"
        (tmp_path / "own.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            found, wrong = read_records(tmp_path / "own.jsonl")
        assert {"a", "c"} <= {record.id for record in found}
        return {record.id: record for record in found}.get("b"), wrong

    return read


@pytest.mark.parametrize("fault", SPOILT)
def test_what_is_no_picture_costs_its_record_alone(told, fault):
    for record, wrong in (
        told(SPOILT[fault].do()),
        told(bytes=base64.b64encode(SPOILT[fault].do() or b" ").decode()),
    ):
        assert record is None
        assert len(wrong) == 1
        assert wrong[0].startswith("own.jsonl:2: the picture ")


SIZES = {"E8": (1, 1), "E9": (10_000, 1), "E18": (4, 6)}
COLOURS = {"E12": (130,) * 3, "E14": (130,) * 3, "E15": (130,) * 3, "E16": (255,) * 3}


@pytest.mark.parametrize("fault", TAKEN)
def test_a_picture_of_any_kind_is_what_is_seen(told, fault):
    record, wrong = told(TAKEN[fault].do())
    assert wrong == []
    assert (record.image.mode, record.image.size) == ("RGB", SIZES.get(fault, (6, 4)))
    wanted = COLOURS.get(fault, (255, 0, 0) if fault in ("E6", "E7", "E13") else (200, 10, 10))
    assert (
        max(abs(one - other) for one, other in zip(record.image.getpixel((0, 0)), wanted, strict=True)) <= 12
    )


def test_no_address_is_fetched(told):
    for value in (
        "file:///etc/hostname",
        "http://example.org/a.png",
        "https://example.org/a.png",
        "data:image/png;base64,",
    ):
        record, wrong = told(image=value)
        assert (record, len(wrong)) == (None, 1)
        assert "there is no such file" in wrong[0]


@pytest.mark.parametrize(
    "name",
    ["pipe", "folder", "/dev/zero", "x" * 5000, "a\0b"],
    ids=["pipe", "folder", "device", "long", "nul"],
)
def test_what_is_no_file_is_not_waited_for(told, tmp_path, name):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    record, wrong = told(image=name)
    assert (record, len(wrong)) == (None, 1)


def test_a_link_is_followed(told, tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "there.png").write_bytes(drawn())
    (tmp_path / "link.png").symlink_to(tmp_path / "deep" / "there.png")
    assert told(image="link.png")[1] == []
    (tmp_path / "text").write_text("a secret")
    (tmp_path / "out.png").symlink_to(tmp_path / "text")
    record, (wrong,) = told(image="out.png")
    assert (record, "a secret" in wrong) == (None, False)
