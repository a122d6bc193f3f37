"""Plain SVG plots: bars and lines, text in the reader's own font, no library."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import ceil, floor, log10

__all__ = ["bars", "day_lines", "lines"]

WIDTH, LEFT, RIGHT = 760, 210, 90
BAR, GAP, TOP = 20, 8, 44
OURS, THEIRS, INK = "#c2410c", "#94a3b8", "#334155"


def bars(title: str, unit: str, rows: Sequence[tuple[str, float, bool]]) -> str:
    """Return horizontal bars; each row is (label, value, whether it is ours)."""
    height = TOP + len(rows) * (BAR + GAP) + 12
    scale = (WIDTH - LEFT - RIGHT) / max(value for _, value, _ in rows)
    parts = [_head(title, unit, height)]
    for place, (label, value, ours) in enumerate(rows):
        y, length = TOP + place * (BAR + GAP), max(value * scale, 1.0)
        colour = OURS if ours else THEIRS
        parts += [
            _text(LEFT - 8, y + 15, label, "end"),
            f'<rect x="{LEFT}" y="{y}" width="{length:.1f}" height="{BAR}" fill="{colour}"/>',
            _text(LEFT + length + 6, y + 15, f"{value:,.0f}", "start"),
        ]
    return "\n".join([*parts, "</svg>\n"])


def lines(
    title: str, unit: str, series: Sequence[tuple[str, Sequence[tuple[float, float]]]]
) -> str:
    """Return lines over a logarithmic x axis that begin at y = 0; each (label, [(x, y)])."""
    height, bottom = 300, 260
    xs = [x for _, points in series for x, _ in points]
    first, last = floor(log10(min(xs))), ceil(log10(max(xs)))
    top = max(y for _, points in series for _, y in points) * 1.15
    across = (WIDTH - 80 - RIGHT) / max(last - first, 1)

    def at(x: float, y: float) -> tuple[float, float]:
        return 80 + (log10(x) - first) * across, bottom - y / top * (bottom - TOP)

    parts = [_head(title, unit, height)]
    for power in range(first, last + 1):
        x, _ = at(10.0**power, 0)
        parts += [_rule(x, TOP, x, bottom), _text(x, bottom + 18, f"{10**power:,}", "middle")]
    for step in range(5):
        y = bottom - step / 4 * (bottom - TOP)
        parts += [_rule(80, y, WIDTH - RIGHT, y), _text(72, y + 4, f"{top * step / 4:.3g}", "end")]
    for number, (label, points) in enumerate(series):
        colour = (OURS, INK, THEIRS)[number % 3]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(*point) for point in points))
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2.5"/>'
        )
        for point in points:
            x, y = at(*point)
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>')
        x, y = at(*points[-1])
        parts.append(_text(x + 8, y - 8, label, "start"))
    return "\n".join([*parts, "</svg>\n"])


def day_lines(
    title: str, unit: str, series: Sequence[tuple[str, Sequence[tuple[float, float]]]]
) -> str:
    """Return lines over days from 1 on, y from 0 or the least value; each (label, [(x, y)])."""
    height, bottom, right = 300, 260, WIDTH - 120
    last = max(x for _, points in series for x, _ in points)
    top = max(y for _, points in series for _, y in points) * 1.1
    low = min(0.0, *(y for _, points in series for _, y in points))
    across, down = (right - 80) / max(last - 1, 1), (bottom - TOP) / (top - low)
    parts = [_head(title, unit, height)]
    for step in range(5):
        value = low + step / 4 * (top - low)
        y = bottom - (value - low) * down
        parts += [_rule(80, y, right, y), _text(72, y + 4, f"{value:.3g}", "end")]
    for day in range(1, int(last) + 1, 7):
        parts.append(_text(80 + (day - 1) * across, bottom + 18, str(day), "middle"))
    for number, (_, points) in enumerate(series):
        colour = (INK, OURS, "#0f766e", "#7c3aed", THEIRS)[number % 5]
        path = " ".join(
            f"{80 + (x - 1) * across:.1f},{bottom - (y - low) * down:.1f}" for x, y in points
        )
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
    ends = _apart([bottom - (points[-1][1] - low) * down + 4 for _, points in series])
    parts += [
        _text(right + 6, y, label, "start") for (label, _), y in zip(series, ends, strict=True)
    ]
    return "\n".join([*parts, "</svg>\n"])


def _apart(places: Sequence[float], gap: float = 15.0) -> list[float]:
    """Return the places in the same order from above, none nearer to another than `gap`.

    >>> _apart([20.0, 10.0, 12.0])
    [40.0, 10.0, 25.0]
    """
    moved, last = list(places), -gap
    for number in sorted(range(len(places)), key=places.__getitem__):
        moved[number] = last = max(places[number], last + gap)
    return moved


def _head(title: str, unit: str, height: float) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" '
        f'font-family="system-ui, sans-serif" font-size="13" fill="{INK}" role="img">\n'
        f"<title>{escape(title)}</title>\n"
        f'<rect width="{WIDTH}" height="{height:g}" fill="#ffffff"/>\n'
        f'<text x="12" y="24" font-weight="600">{escape(title)}, {escape(unit)}</text>'
    )


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _rule(x: float, y: float, to_x: float, to_y: float) -> str:
    return (
        f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}" '
        'stroke="#e2e8f0" stroke-width="1"/>'
    )
