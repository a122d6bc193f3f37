"""A world with known truth, pure: people, streams, and what each reminder changes, counted."""
