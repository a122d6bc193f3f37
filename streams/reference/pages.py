"""Every page that is made from the code, by its path in `docs/reference`."""

from __future__ import annotations

import json

from streams.reference.asyncapi import asyncapi
from streams.reference.error_page import error_page
from streams.reference.features_page import features_page
from streams.reference.metrics_page import metrics_page
from streams.reference.schemas import json_schema
from streams.reference.wire_page import wire_page
from streams.reference.wire_records import WIRE_RECORDS
from streams.reference.yaml_text import yaml_text
from streams.view.page import view_page

__all__ = ["pages"]


def pages() -> dict[str, str]:
    """Make the pages: file name to text."""
    made = {
        f"schemas/{record.topic}.json": json.dumps(
            json_schema(record), indent=2, ensure_ascii=False
        )
        + "\n"
        for record in WIRE_RECORDS
    }
    made["asyncapi.yaml"] = "# Written by `make reference`: do not edit.\n" + yaml_text(asyncapi())
    made["wire.md"] = wire_page()
    made["error-codes.md"] = error_page()
    made["features.md"] = features_page()
    made["metrics.md"] = metrics_page()
    made["redis-view.md"] = view_page()
    return made
