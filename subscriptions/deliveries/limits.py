"""How long a delivery may take, how many go on at once, and where they may go."""

from dataclasses import dataclass

from environ import Env

#: Of one name, tried one after the other.
MOST_ADDRESSES = 3


@dataclass(frozen=True, slots=True)
class DeliveryLimits:
    """Of all channels. An attempt is believed to go on for `claim_seconds`; then whoever made it is taken for dead."""

    may_be_private: bool = False
    connect_timeout_seconds: float = 5.0
    read_timeout_seconds: float = 10.0
    claim_seconds: float = 120.0
    #: For destinations whose last attempt went well, and for the others: the dead never hold up the living.
    threads: int = 32
    failing_threads: int = 8

    @property
    def longest_exchange_seconds(self) -> float:
        """Of a webhook: connecting to at most so many addresses, TLS, sending, the head of the answer, and its body."""
        return (MOST_ADDRESSES + 2) * self.connect_timeout_seconds + 2 * self.read_timeout_seconds


def read_delivery_limits(env: Env, *, debug: bool) -> DeliveryLimits:
    """From the environment; while debugging receivers may be private."""
    usual = DeliveryLimits()
    return DeliveryLimits(
        may_be_private=env.bool("ALLOW_PRIVATE_RECEIVERS", default=debug),
        connect_timeout_seconds=env.float("DELIVERY_CONNECT_TIMEOUT_SECONDS", default=usual.connect_timeout_seconds),
        read_timeout_seconds=env.float("DELIVERY_READ_TIMEOUT_SECONDS", default=usual.read_timeout_seconds),
        claim_seconds=env.float("DELIVERY_CLAIM_SECONDS", default=usual.claim_seconds),
    )
