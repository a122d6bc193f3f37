"""The one script that writes the view, so that a slice of users costs one call and one answer.

It runs on the server as a whole: readers never see a user half written. Five hundred commands
of a client's pipeline would cost the worker 80 µs a user, most of it spent on the answers; this
costs it 1 µs.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

__all__ = ["KEPT_REMINDERS", "NEXT_EXPIRES_S", "WRITE", "Entries", "Writing"]

KEPT_REMINDERS = 20
NEXT_EXPIRES_S = 70 * 60

Entries: TypeAlias = list[str]
"""Arguments as they follow the key: field, value, field, value, or score, member, ..."""


class Writing(msgspec.Struct, array_like=True):
    """What one call writes.

    Attributes
    ----------
    users : (key, features, tags)
    planned : (key, due ms, member of `next`)
    sent : (key, send_ts, reminder as JSON, member of `next`)
    streams : (stream id, key, start_ts or "", seconds to keep it, fields; none: forget it)
    model : fields; none: as it is
    """

    users: list[tuple[str, Entries, Entries]] = []
    planned: list[tuple[str, str, str]] = []
    sent: list[tuple[str, str, str, str]] = []
    streams: list[tuple[str, str, str, str, Entries]] = []
    model: Entries = []

    def __len__(self) -> int:
        rows = len(self.users) + len(self.planned) + len(self.sent)
        return rows + len(self.streams) + bool(self.model)


WRITE = f"""\
local partition, board, model = KEYS[1], KEYS[2], KEYS[3]
local owner, clock_ts, state, ttl_s = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
if redis.call('HGET', partition, 'owner') ~= owner then return 0 end
-- A full server refuses this, before anything is deleted.
redis.call('HSET', partition, 'clock_ts', clock_ts, 'state', state)
local users, planned, sent, streams, fields = unpack(cmsgpack.unpack(ARGV[5]))
for _, user in ipairs(users) do
  local features, tags = user[1] .. ':features', user[1] .. ':tags'
  redis.call('DEL', features, tags)
  redis.call('HSET', features, unpack(user[2]))
  redis.call('EXPIRE', features, ttl_s)
  if #user[3] > 0 then
    redis.call('ZADD', tags, unpack(user[3]))
    redis.call('EXPIRE', tags, ttl_s)
  end
end
for _, row in ipairs(planned) do
  local key = row[1] .. ':next'
  redis.call('ZREMRANGEBYSCORE', key, '-inf', '(' .. clock_ts)
  redis.call('ZADD', key, row[2], row[3])
  redis.call('EXPIRE', key, {NEXT_EXPIRES_S})
end
for _, row in ipairs(sent) do
  local key = row[1] .. ':reminders'
  redis.call('ZADD', key, row[2], row[3])
  redis.call('ZREMRANGEBYRANK', key, 0, -{KEPT_REMINDERS + 1})
  redis.call('EXPIRE', key, ttl_s)
  redis.call('ZREM', row[1] .. ':next', row[4])
end
for _, stream in ipairs(streams) do
  redis.call('DEL', stream[2])
  if #stream[5] > 0 then
    redis.call('HSET', stream[2], unpack(stream[5]))
    redis.call('EXPIRE', stream[2], stream[4])
  end
  if stream[3] == '' then
    redis.call('ZREM', board, stream[1])
  else
    redis.call('ZADD', board, stream[3], stream[1])
  end
end
if #fields > 0 then
  redis.call('DEL', model)
  redis.call('HSET', model, unpack(fields))
end
return 1
"""
"""Returns 1, or 0 when another worker, or nobody, owns the partition in the view.

`KEYS`: partition, board, model. `ARGV`: owner, clock_ts, state, seconds to keep a user, and a
`Writing` as MessagePack.
"""
