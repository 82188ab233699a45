"""Which state of the data is the current one, for the cache: counted in the database, published in Redis.

The database counts (`DataGeneration`, by triggers, in the writing transaction). After the commit the numbers are
published; an answer in the cache is kept under the numbers published *before* its data was read, so one that was read
before a commit is out of reach after it. Publishing only ever goes forward. Where it was missed (Redis away, a process
killed after its commit) it is made up for within a minute: each key's check reads the numbers again.

Which families of tables there are, the apps say in their configuration: `data_families`, from each family of theirs to the
families of others that its answers tell of as well.
"""

from typing import Any, Self

import redis
import structlog
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django_redis import get_redis_connection

from api.front.answer_store import drop_old_answers
from api.front.lease_time import wait_for_leases
from api.metrics import CACHE_FAILURES
from api.models import DataGeneration
from api.turns import find_next_turn, tries
from database.connections import database_now

logger = structlog.get_logger(__name__)

#: Of each family, itself and what else its answers tell of: the numbers that their generation is made of.
FAMILIES: dict[str, tuple[str, ...]] = {
    family: (family, *told)
    for app in apps.get_app_configs()
    for family, told in getattr(app, "data_families", {}).items()
}
GENERATIONS_KEY = f"{settings.CACHES['state']['KEY_PREFIX']}:generations"

# Forward only, unless told otherwise; answers whether a number is ahead of the database's. The moment of the next turn is of the
# state that the numbers are of: beside later ones it is not written.
_ADVANCE = """
local is_ahead = 0
for position = 3, #ARGV, 2 do
    local family, number = ARGV[position], tonumber(ARGV[position + 1])
    local known = tonumber(redis.call('HGET', KEYS[1], family) or '-1')
    if known < number or (known > number and ARGV[1] == 'force') then
        redis.call('HSET', KEYS[1], family, ARGV[position + 1])
    elseif known > number then
        is_ahead = 1
    end
end
if is_ahead == 0 or ARGV[1] == 'force' then
    redis.call('HSET', KEYS[1], 'turns_at', ARGV[2])
end
return is_ahead
"""


class Generations(tuple[int, ...]):
    """The number of each family, by its name: a named tuple whose fields are known when the apps are."""

    _fields = tuple(sorted(FAMILIES))

    def __new__(cls, *numbers: int) -> Self:
        """In the order of the fields."""
        return super().__new__(cls, numbers)

    def __getattr__(self, family: str) -> int:
        if family not in self._fields:
            raise AttributeError(family)
        return self[self._fields.index(family)]

    def of(self, family: str) -> str:
        """The generation that answers of a family belong to, as `admission.lua` writes it."""
        return ".".join(str(getattr(self, part)) for part in FAMILIES[family])


def read_generations() -> Generations:
    """The numbers in the database; 0 for a family never written to."""
    numbers = dict(DataGeneration.objects.values_list("family", "number"))
    return Generations(*(numbers.get(family, 0) for family in Generations._fields))


def publish_generations() -> None:
    """Bring Redis up to the database's numbers. A failure of Redis is logged and counted, never raised.

    Numbers ahead of ours were published by another who committed since we read; if they still are ahead of what is read
    afterwards, the database was restored from a backup, and Redis has to follow it back.
    """
    numbers = read_generations()
    try:
        client = get_redis_connection("state")
        if client.eval(_ADVANCE, 1, GENERATIONS_KEY, "", _next_turn_ms(client), *_by_name(numbers)):
            published = Generations(*(int(number) for number in client.hmget(GENERATIONS_KEY, Generations._fields)))
            numbers = read_generations()
            if any(ahead > number for ahead, number in zip(published, numbers, strict=True)):
                client.eval(_ADVANCE, 1, GENERATIONS_KEY, "force", _next_turn_ms(client), *_by_name(numbers))
        _drop_what_is_out_of_reach(numbers)
    except redis.RedisError as error:
        CACHE_FAILURES.labels("publish").inc()
        logger.warning("cache_unavailable", during="publish", error=type(error).__name__)


def _next_turn_ms(client: Any) -> int:
    """As milliseconds since 1970 by Redis's clock; 0 where nothing is waiting. To be read after the numbers: of a later state it does no harm.

    Data turns by the database's clock, and whether generations are told is decided by Redis's: how far the two are apart is measured
    each time. Redis is asked first, so that the moment is at most as much too early as the two questions take, and never too late.
    """
    moment = find_next_turn()
    if moment is None:
        return 0
    seconds, microseconds = client.time()
    ahead = moment - database_now()
    return int((seconds + microseconds / 1_000_000 + ahead.total_seconds()) * 1000)


def turn_and_publish() -> None:
    """Where nobody is told of a generation: perhaps nobody has published, perhaps the moment has come at which data turns."""
    tries.make()
    publish_generations()


def _by_name(numbers: Generations) -> list[str | int]:
    return [part for pair in zip(numbers._fields, numbers, strict=True) for part in pair]


def _drop_what_is_out_of_reach(numbers: Generations) -> None:
    """Answers of generations before these, which nobody asks for any more. Of those of a later one that somebody else
    published meanwhile some may go too: they are made again.
    """
    for family in FAMILIES:
        drop_old_answers(family, numbers.of(family))


def publish_after_commit() -> None:
    """To be called where data is written: what was cached before is out of reach once whoever commits goes on."""
    transaction.on_commit(publish_and_wait)


def publish_and_wait() -> None:
    """After it no process answers of what was before."""
    publish_generations()
    wait_for_leases()
