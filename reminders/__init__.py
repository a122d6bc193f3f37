"""Pure: who is reminded of what, when, in which words, and why."""
