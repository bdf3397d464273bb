"""A PDF as it comes out of a printer, for tests: drawn by poppler, and its codes read as a phone reads them."""

import io
import os
import shutil
import subprocess

import pytest
import zxingcpp
from PIL import Image

needs_printer = pytest.mark.skipif(
    shutil.which("pdftoppm") is None and os.environ.get("REQUIRE_ALL") != "1",
    reason="no pdftoppm (poppler-utils) here",
)


def first_page(pdf: bytes, *, dpi: int = 100) -> bytes:
    """The first page, drawn: a PNG."""
    asked = ["pdftoppm", "-r", str(dpi), "-png", "-singlefile", "-"]
    return subprocess.run(asked, input=pdf, capture_output=True, check=True).stdout


def codes_on(pdf: bytes, *, dpi: int = 100) -> list[str]:
    """What the codes of the first page say."""
    with Image.open(io.BytesIO(first_page(pdf, dpi=dpi))) as page:
        return [code.text for code in zxingcpp.read_barcodes(page.convert("L"))]
