"""What people see: reminders as they are emitted, the running funnel, and how the workers do."""
