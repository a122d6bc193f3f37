"""Announce a stream and report what a viewer does: `produce_events.py HOST:PORT`."""

import sys
import time

from streams.clients import EventProducer, StreamRecord

now = int(time.time() * 1000)
stream = StreamRecord(stream_id="s-1", ts=now, status="scheduled")
stream.host_id, stream.title, stream.start_ts = "h-7", "Tea at noon", now + 20 * 60_000
with EventProducer(*sys.argv[1:]) as producer:
    producer.send(stream)
    producer.interaction("follow", "u-1024", host_id="h-7")
    producer.interaction("watch", "u-1024", stream_id="s-0", host_id="h-7", dwell_ms=90_000)
