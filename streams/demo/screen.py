"""The scene drawn with rich."""

from __future__ import annotations

from rich.console import Console, Group
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from streams.demo.scene import Scene

__all__ = ["Screen", "drawn"]

_TABLE_FRAME_LINES = 12
_LEAST_ROWS = 4
_BAR_CELLS = 24
_WIDE = 110


class Screen:
    """A part of the terminal that is redrawn in place, four times a second at most."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live(console=console, refresh_per_second=4, auto_refresh=True)

    def begin(self) -> None:
        """Take the terminal."""
        self._live.start()

    def draw(self, scene: Scene) -> None:
        """Show this from the next refresh on."""
        self._live.update(drawn(scene, *self._console.size))

    def end(self) -> None:
        """Give the terminal back, cursor and all."""
        self._live.stop()


def drawn(scene: Scene, width: int, height: int) -> Group:
    """Everything, for a terminal of `width` columns and `height` lines."""
    rows = max(height - _TABLE_FRAME_LINES, _LEAST_ROWS)
    reminders = _reminders(scene, rows, wide=width >= _WIDE)
    return Group(_head(scene), reminders, _funnel(scene))


def _head(scene: Scene) -> Text:
    head = Text(no_wrap=True, overflow="ellipsis")
    head.append("Livecue ", style="bold cyan")
    head.append(scene.clock, style="bold")
    head.append(f"   {scene.rate.per_second:,.0f} events/s")
    for name, value in scene.notes.items():
        head.append(f"   {name} ", style="dim")
        head.append(value)
    return head


def _reminders(scene: Scene, rows: int, *, wide: bool) -> Table:
    table = Table(expand=True, box=None, pad_edge=False, header_style="dim", padding=(0, 1))
    table.add_column("when, there", no_wrap=True, style="green")
    table.add_column("who", no_wrap=True)
    table.add_column("what", no_wrap=True, overflow="ellipsis", ratio=3)
    table.add_column("before", no_wrap=True, justify="right")
    table.add_column("why", no_wrap=True, overflow="ellipsis", ratio=2, style="yellow")
    if wide:
        table.add_column("kind", no_wrap=True, style="magenta")
        table.add_column("score", no_wrap=True, justify="right")
    for one in list(scene.recent)[-rows:]:
        cells = [one.when, one.who, one.what, one.before, one.why]
        table.add_row(*map(Text, cells), *(map(Text, (one.kind, one.score)) if wide else ()))
    for _ in range(rows - len(scene.recent)):
        table.add_row()
    return table


def _funnel(scene: Scene) -> Panel:
    stages = scene.funnel.as_dict()
    sent = stages["sent"] or 0
    table = Table.grid(padding=(0, 1))
    for name, count in stages.items():
        if count is None:
            continue
        # Of what is sent; the eligible are pairs that were weighed, many times as many.
        part = count / sent if sent and name != "eligible" else 0.0
        bar = Text("█" * round(_BAR_CELLS * min(part, 1.0)), style="cyan")
        table.add_row(name, f"{count:,}", f"{part:.1%}" if part else "", bar)
    table.columns[1].justify = table.columns[2].justify = "right"
    return Panel(table, title="funnel", title_align="left", border_style="dim")
