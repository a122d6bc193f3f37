"""Pure: the wire contract, the user row and how events change it."""
