"""What Redis does not know of a request, asked of the database: whether a key is valid, and what is to be published."""

from collections.abc import Callable

import structlog
from django.db import InterfaceError, OperationalError

from api.front.admission import forget_key, remember_key
from api.generations import publish_generations
from api.keys import find_by_hash, note_use
from database.connections import drop_broken_connections, give_back_connection

logger = structlog.get_logger(__name__)


def confirm_key(key_hash: str) -> bool | None:
    """Whether the key is valid, as Redis is told too; `None` where the database cannot be asked."""
    try:
        key = find_by_hash(key_hash)
        if key is None:
            forget_key(key_hash)
            return False
        note_use(key)
        remember_key(key)
        publish_generations()
    except (OperationalError, InterfaceError) as error:
        logger.warning("key_not_confirmed", error=type(error).__name__)
        drop_broken_connections()
        return None
    finally:
        give_back_connection()
    return True


def publish_from_database(publish: Callable[[], object]) -> bool:
    """Whether what the database says could be published."""
    try:
        publish()
    except (OperationalError, InterfaceError) as error:
        logger.warning("not_published", error=type(error).__name__)
        drop_broken_connections()
        return False
    finally:
        give_back_connection()
    return True
