"""Show each reminder and report what became of it: `consume_reminders.py HOST:PORT`."""

import sys
import time

from streams.clients import EventProducer, ReminderConsumer

seen = set()
with (
    ReminderConsumer(sys.argv[1], "push-gateway", *sys.argv[2:], idle_s=10) as reminders,
    EventProducer(*sys.argv[1:]) as producer,
):
    for reminder in reminders:
        if reminder.reminder_id not in seen and time.time() * 1000 < reminder.expires_ts:
            print(reminder.user_id, reminder.title, reminder.reasons[0].text, flush=True)
            producer.feedback("delivered", reminder.user_id, reminder.reminder_id)
        seen.add(reminder.reminder_id)
