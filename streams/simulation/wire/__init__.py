"""The simulated world in the records of the wire contract, and reminders back into it."""
