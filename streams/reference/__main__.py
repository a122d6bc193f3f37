"""Write the pages into a folder, `docs/reference` unless another is named."""

from __future__ import annotations

import sys
from pathlib import Path

from streams.reference.pages import pages


def main(folder: Path) -> None:
    """Write every page that this package makes; other files of the folder stay."""
    for name, text in pages().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/reference"))
