"""Write docs/quality.md and its plots from the results file; nothing is measured here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.quality.world_run import SIZES
from benchmarks.report.plots import bars, day_lines
from benchmarks.report.results import Results

__all__ = ["RESULTS_FILE", "page", "plots"]

RESULTS_FILE = Path(__file__).parents[2] / "docs" / "quality" / "results.jsonl"
_PER_THOUSAND, _SENSITIVITY = "world_per_thousand_", "world_sensitivity_"
POLICIES = (
    ("oracle", "the oracle: knows every chance, no coin"),
    ("livecue", "**Livecue**, the full system"),
    ("livecue_follow", "Livecue with strategy `follow`"),
    ("livecue_cf", "Livecue with strategy `cf`"),
    ("livecue_content", "Livecue with strategy `content`"),
    ("boosted_uplift", "boosted uplift learner, retrained daily"),
    ("opening_rate", "logistic regression of openings, retrained daily"),
    ("affinity_hour", "decayed affinity, at the personal best hour"),
    ("affinity", "decayed affinity, two hours before"),
    ("followers", "all followers, fixed ladder"),
    ("popularity", "popular streams to anybody"),
    ("random", "any stream to anybody"),
    ("nothing", "nothing"),
)
_COLUMNS = (
    "policy",
    "added per 1,000 reminders",
    "95 % interval",
    "by the chances",
    "mutes per 1,000",
    "open probability lost",
    "sent a user and day",
)
TARGETED = (
    ("world_ratio_to_boosted_uplift", "Livecue beside the boosted uplift learner"),
    ("world_ratio_to_followers", "… beside all followers at the fixed ladder"),
    ("world_ratio_to_affinity_hour", "… beside affinity at the personal best hour"),
    ("world_share_of_oracle", "… as a share of the oracle"),
    ("world_mutes_ratio_to_followers", "mutes beside those of all followers"),
    ("world_open_probability_lost", "open probability lost against the best minute"),
    ("world_score_calibration_error", "calibration error of `score`"),
    ("world_copy_regret_late_to_early", "regret of copies, late days against early ones"),
    ("world_lift_coverage", "weeks in which the holdout's interval holds the true lift"),
    ("world_days_below_followers", "days below all followers, after the third"),
)


def page(results: Results) -> str:
    """Return docs/quality.md."""
    parts = [
        *("# Quality", _WRITTEN, _about(results.rows[0])),
        *("## A world with known truth", _WORLD),
        *(_policies(results), "![by policy](quality/policies.svg)"),
        *("### What must be reached", _targets(results), _LIMIT),
        "![by day](quality/days.svg)",
    ]
    if any(row["figure"].startswith(_SENSITIVITY) for row in results.rows):
        parts += ["### When the world is another one", _SENSITIVE, _sensitivity(results)]
    for part, (heading, text) in _OTHERS.items():
        rows = [row for row in results.rows if row.get("part") == part]
        if rows:
            parts += [f"## {heading}", text, _plain(rows)]
    return "\n\n".join(parts) + "\n"


def plots(results: Results) -> dict[str, str]:
    """Return the plots by file name."""
    found = [(name, label, results.row(_PER_THOUSAND + name)) for name, label in POLICIES]
    known = [(name, label.replace("*", ""), row) for name, label, row in found if row is not None]
    ranked = [
        (name, float(row["value"]), name == "livecue")
        for name, _, row in known
        if row["value"] is not None and row["value"] > 0.0
    ]
    curves = [
        (name, list(enumerate(row["curve"], 1)))
        for name, _, row in known
        if name in {"oracle", "livecue", "boosted_uplift", "affinity_hour", "followers"}
        and row.get("curve")
    ]
    unit = "incremental attendances per 1,000 reminders"
    return {
        "policies.svg": bars("What reminders add", unit, sorted(ranked, key=lambda row: -row[1])),
        "days.svg": day_lines("What reminders add, by day", unit, curves),
    }


def _about(row: dict[str, Any]) -> str:
    machine = row["machine"]
    versions = ", ".join(f"{name} {number}" for name, number in row["versions"].items())
    on = f"{machine['cpus']} CPUs, {machine['system']}"
    size = SIZES[row["sizes"]]
    world = f"{size.scale.users:,} people, {size.scale.days} days, seeds: {size.seeds}"
    return f"{row['date']}, size `{row['sizes']}` ({world}): {on}; {versions}."


def _policies(results: Results) -> str:
    head = [f"| {' | '.join(_COLUMNS)} |", "| --- " * len(_COLUMNS) + "|"]
    rows = []
    for name, label in POLICIES:
        row = results.row(_PER_THOUSAND + name)
        if row is None or row["value"] is None:
            why = "not run" if row is None else str(row.get("failed", "failed"))
            rows.append(f"| {label} | {why[:80].replace('|', '/')} | | | | | |")
        else:
            lost = "" if row["open_lost"] is None else f"{row['open_lost']:.3f}"
            rows.append(
                f"| {label} | {row['value']:.1f} | {_between(row, results)} | "
                f"{row['expected']:.1f} | {row['mutes']:.1f} | {lost} | "
                f"{row['volume']:.2f} |"
            )
    return "\n".join(head + rows)


def _between(row: dict[str, Any], results: Results) -> str:
    """Return the interval of the mean; of one seed alone what the full system adds with it."""
    if row["seeds"] > 1:
        return f"{row['low']:.1f} … {row['high']:.1f}"
    full = results.row(_PER_THOUSAND + "livecue")
    if full is None or full is row or full["value"] is None:
        return "one seed"
    return f"seed 1, with which Livecue adds {full['by_seed'][0]:.1f}"


def _targets(results: Results) -> str:
    head = ["| figure | measured | must reach | reached |", "| --- | --- | --- | --- |"]
    rows = []
    for figure, meaning in TARGETED:
        row = results.row(figure)
        if row is not None:
            value = "not measured" if row["value"] is None else f"{row['value']:.3g}"
            reached = "" if row["met"] is None else ("yes" if row["met"] else "**no**")
            rows.append(f"| {meaning} | {value} | {row['target'] or ''} | {reached} |")
    return "\n".join(head + rows)


def _sensitivity(results: Results) -> str:
    head = [
        "| constant | | Livecue | affinity at best hour | all followers |",
        "| --- | --- | --- | --- | --- |",
    ]
    changed = [row for row in results.rows if row["figure"].startswith(_SENSITIVITY)]
    worlds = {row["figure"].removeprefix(_SENSITIVITY): row["others"] for row in changed}
    seeds = changed[0]["seeds"]
    rows = []
    for world, others in worlds.items():
        name, _, change = world.rpartition("_")
        rows.append(
            f"| `{name}` | {change} | {others['livecue']:.1f} | "
            f"{others['affinity_hour']:.1f} | {others['followers']:.1f} |"
        )
    found = worlds.values()
    ratio = sum(one["livecue"] for one in found) / sum(one["affinity_hour"] for one in found)
    ahead = sum(one["livecue"] > one["affinity_hour"] for one in found)
    told = (
        f"In these {len(found)} worlds (seeds: {seeds}) Livecue adds {ratio:.2f} times as many as "
        f"affinity at the best hour does, and more in {ahead}."
    )
    return "\n".join([*head, *rows, "", told])


def _plain(rows: list[dict[str, Any]]) -> str:
    head = ["| figure | measured | must reach | reached |", "| --- | --- | --- | --- |"]
    told = []
    for row in rows:
        value = row.get("failed", "not measured") if row["value"] is None else f"{row['value']:.4g}"
        reached = "" if row.get("met") is None else ("yes" if row["met"] else "**no**")
        name = row.get("meaning", row["figure"])
        told.append(
            f"| {name} | {value} {row.get('unit', '')} | {row.get('target') or ''} | {reached} |"
        )
    return "\n".join(head + told)


_WRITTEN = """\
Written by `make quality-page` from `docs/quality/results.jsonl`, which the suite in
`benchmarks/quality/` measured: do not edit. `make quality` measures anew."""

_LIMIT = """\
Where the rest is lost, and why a richer model of the same columns would not find it, is measured in
[ADR 0025](adr/0025-a-linear-model-of-what-can-be-seen.md)."""

_WORLD = """\
Simulated: nobody here is real. People of four zones live by jobs (office, commute, night, home,
school), love some hosts, have tastes that drift, know some streams by heart, and come across others
in the feed; streams are good or bad evenings, some are moved or called off, some hosts are the
talk of the day. The rates of clicks, comments, likes and gifts are KuaiLive's; half of all clicks
repeat a host of the person's last 16, as on Twitch (LiveRec). Who comes to a stream is interested,
aware and free; a reminder can make aware, persuade, be forgotten, be buried, weary, repel, or mute.
The three coins are thrown once for each person and stream, so that who comes because of reminders,
and who stays away because of them, is counted and not estimated. "By the chances" is the same
without the luck of those three coins: what they would bring on the average, given which reminders
were opened and are remembered. Every policy sends the same number of reminders, keeps quiet hours
and caps, and sees what a company sees. No policy but the oracle reads a constant of the world; a
test holds it. The same world (`streams/simulation/world/`) drives `livecue simulate` and
`livecue demo`, which tell at their end what their reminders added."""

_SENSITIVE = """\
Each constant of the world by half and by double, in a smaller world: incremental attendances per
1,000 reminders on days 5 to 8, by which little is learned yet, by the chances. No setting of
Livecue changes with it.
All rows have the same seeds. Where that is one, who is ahead in most rows is one fact and not
twenty-nine: it is the same people and streams. The table above is of more seeds and days."""

_OTHERS = {
    "people": ("Real people", "Read from package wheels, in time order: predict, then learn."),
    "offpolicy": (
        "Off-policy estimates",
        "Real propensities of the Open Bandit sample, simulated clicks of known truth.",
    ),
    "quotas": (
        "Quotas over partitions",
        "What `max_invites` loses over user partitions, against the exact best of all users.",
    ),
    "text": ("Text", "Titles and interests that the project made, in Chinese and English."),
}


def main() -> None:
    """Write the page and its plots."""
    results = Results.read(RESULTS_FILE)
    (RESULTS_FILE.parents[1] / "quality.md").write_text(page(results), "utf-8")
    for name, text in plots(results).items():
        (RESULTS_FILE.parent / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
