"""One page of black rectangles and lines of text in true size: PDF 1.4 (ISO 32000-1), no fonts of its own."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

_POINTS_PER_MM = 72 / 25.4

Box = tuple[float, float, float, float]
"""Left, top, width and height in millimetres from the top left of the page."""


@attrs.frozen(kw_only=True)
class Line:
    """A line of Helvetica: left end of its base line and size in millimetres from the top left of the page."""

    text: str
    left: float
    base: float
    size: float


def pdf_page(size_mm: tuple[float, float], boxes: Sequence[Box], lines: Sequence[Line]) -> bytes:
    """Return a PDF file of one page.

    Parameters
    ----------
    size_mm
        Width and height of the page in millimetres.
    boxes
        Rectangles filled with black.
    lines
        Texts, Latin letters only.

    Examples
    --------
    >>> pdf_page((210, 297), [(10, 10, 5, 5)], []).startswith(b"%PDF-1.4")
    True
    """
    width, height = (side * _POINTS_PER_MM for side in size_mm)
    drawn = _content(size_mm[1], boxes, lines)
    return _file(
        [
            b"<< /Type /Catalog /Pages 2 0 R /ViewerPreferences << /PrintScaling /None >> >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width:.4f} {height:.4f}] /Contents 4 0 R "
            "/Resources << /Font << /F 5 0 R >> >> >>".encode(),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        ]
    )


def _content(height: float, boxes: Sequence[Box], lines: Sequence[Line]) -> bytes:
    """Write the drawing in millimetres; PDF counts from the bottom."""
    parts = [f"{_POINTS_PER_MM:.9f} 0 0 {_POINTS_PER_MM:.9f} 0 0 cm 0 g"]
    parts += [f"{left:.5f} {height - top - tall:.5f} {wide:.5f} {tall:.5f} re" for left, top, wide, tall in boxes]
    parts.append("f")
    for line in lines:
        text = line.text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        parts.append(f"BT /F {line.size:.3f} Tf {line.left:.3f} {height - line.base:.3f} Td ({text}) Tj ET")
    return "\n".join(parts).encode("cp1252", "replace")


def _file(objects: Sequence[bytes]) -> bytes:
    body, starts = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        starts.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    count = len(objects) + 1
    return body + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (count, table, count, len(body))
    )
