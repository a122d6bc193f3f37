"""A simulated population: who they are, what they do, and what reminders make of them."""
