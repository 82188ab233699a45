"""A web thread's own connection to Redis, kept.

The client's usual way through pool, retries and observers takes longer than Redis does. A connection that Redis closed
(it was restarted) is opened again once.
"""

import threading
from typing import Any

import redis
from django_redis import get_redis_connection
from redis.commands.core import Script

Command = tuple[Any, ...]


class RedisConnection(threading.local):
    """One for each server; inside, each thread has a connection and a number of replies not read yet."""

    def __init__(self, alias: str) -> None:
        self._alias = alias
        self._connection: Any = None
        self._unread = 0

    def run(self, script: Script, keys: int, *arguments: str | int) -> Any:
        """The answer of a script. Raises `redis.RedisError`."""
        try:
            return self.ask(("EVALSHA", script.sha, keys, *arguments))
        except redis.exceptions.NoScriptError:
            self.ask(("SCRIPT", "LOAD", script.script))
            return self.ask(("EVALSHA", script.sha, keys, *arguments))

    def ask(self, command: Command) -> Any:
        """The reply to a command. Raises `redis.RedisError`."""
        try:
            return self._exchange(command)
        except redis.ConnectionError:
            self._disconnect()
            return self._exchange(command)

    def tell(self, *commands: Command) -> None:
        """Send commands without waiting: their replies are read before the next question. Raises `redis.RedisError`."""
        try:
            connection = self._connect()
            packed = [part for command in commands for part in connection.pack_command(*command)]
            connection.send_packed_command([b"".join(packed)], check_health=False)
        except redis.RedisError:
            self._disconnect()
            raise
        self._unread += len(commands)

    def _exchange(self, command: Command) -> Any:
        connection = self._connect()
        try:
            connection.send_command(*command)
            for _ in range(self._unread):
                self._unread -= 1
                try:
                    connection.read_response()
                except redis.ResponseError:
                    continue  # what was told is a copy; without it the next caller builds it again
            return connection.read_response()
        except redis.ResponseError:
            raise
        except redis.RedisError:
            self._disconnect()
            raise

    def _connect(self) -> Any:
        if self._connection is None:
            self._connection = get_redis_connection(self._alias).connection_pool.make_connection()
        return self._connection

    def _disconnect(self) -> None:
        self._unread = 0
        if self._connection is not None:
            self._connection.disconnect()


#: To what must not be lost, and to the answers that can be made again.
state_redis, answers_redis = RedisConnection("state"), RedisConnection("default")
