"""Kafka's record batches as columns, both ways, without a Python object a record (ADR-0005)."""
