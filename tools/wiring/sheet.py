"""The signs of a circuit diagram as SVG; knows no board and no circuit."""

from html import escape

_STYLE = """
text{font:11px Helvetica,Arial,sans-serif;fill:#1b1f24}
.title{font-size:17px;font-weight:bold}.head{font-size:12px;font-weight:bold}
.small{font-size:10px;fill:#57606a}.pad{font-weight:bold;fill:#fff}
.wire,.part{stroke:#1b1f24;stroke-width:1.4;fill:none}.part{fill:#fff}.solid{fill:#1b1f24}
.tag{fill:#0b5394}.cell{fill:#f6f8fa;stroke:#d0d7de}
"""


class Sheet:
    """Parts are drawn by their middle or left end, in pixels; `svg` is the whole drawing."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._parts: list[str] = []

    def text(self, x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> None:
        if not words:
            return
        self._parts.append(
            f'<text x="{x:g}" y="{y:g}" class="{kind}" text-anchor="{anchor}">'
            f"{escape(words)}</text>"
        )

    def wire(self, *points: tuple[float, float]) -> None:
        path = " ".join(f"{x:g},{y:g}" for x, y in points)
        self._parts.append(f'<polyline class="wire" points="{path}"/>')

    def box(self, x: float, y: float, width: float, height: float, kind: str = "part") -> None:
        self._parts.append(
            f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" '
            'rx="3"/>'
        )

    def dot(self, x: float, y: float) -> None:
        self._parts.append(f'<circle class="solid" cx="{x:g}" cy="{y:g}" r="2.6"/>')

    def pad(self, x: float, y: float, words: str, width: int = 84) -> None:
        """A pin of the board; its wire begins at x + width."""
        self.box(x, y - 9, width, 18, "tag")
        self.text(x + width / 2, y + 4, words, "pad", "middle")

    def resistor(self, x: float, y: float, words: str, upright: bool = False) -> None:
        """24 long, from (x, y) to the right, or down."""
        if upright:
            self.box(x - 5, y, 10, 24)
            self.text(x + 9, y + 16, words, "small")
        else:
            self.box(x, y - 5, 24, 10)
            self.text(x + 12, y - 9, words, "small", "middle")

    def capacitor(self, x: float, y: float, words: str) -> None:
        """24 long, from (x, y) down."""
        self.wire((x, y), (x, y + 9))
        self.wire((x - 9, y + 9), (x + 9, y + 9))
        self.wire((x - 9, y + 14), (x + 9, y + 14))
        self.wire((x, y + 14), (x, y + 24))
        self.text(x + 13, y + 16, words, "small")

    def diode(self, x: float, y: float, up: bool = False, light: bool = False) -> None:
        """24 long, from (x, y) down; `up`: its bar is at the top."""
        first, last = (y + 18, y + 6) if up else (y + 6, y + 18)
        self.wire((x, y), (x, y + 24))
        self._parts.append(
            f'<polygon class="part" points="{x - 8:g},{first:g} {x + 8:g},{first:g} '
            f'{x:g},{last:g}"/>'
        )
        self.wire((x - 8, last), (x + 8, last))
        for at in (0, 6) if light else ():
            self.wire((x + 10 + at, y + 10), (x + 17 + at, y + 3))

    def ground(self, x: float, y: float) -> None:
        for half, down in ((9, 0), (5.5, 4), (2, 8)):
            self.wire((x - half, y + down), (x + half, y + down))

    def supply(self, x: float, y: float, words: str) -> None:
        self.wire((x - 8, y), (x + 8, y))
        self.text(x, y - 4, words, "small", "middle")

    def svg(self, height: int) -> str:
        body = "\n".join(self._parts)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self._width}" height="{height}" '
            f'viewBox="0 0 {self._width} {height}">\n<style>{_STYLE}</style>\n'
            f'<rect width="{self._width}" height="{height}" fill="#fff"/>\n{body}\n</svg>\n'
        )
