"""`/metrics`: what all processes of this machine counted, and what database and Redis say of the present.

Several processes count together through files (`PROMETHEUS_MULTIPROC_DIR`; see prometheus_client, "Multiprocess Mode").
"""

import ipaddress
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from operations.counter_files import CountedTogether
from operations.stored_state import StoredState
from sign_in.client_address import client_address


class _OwnProcess(Collector):
    """A process that counts alone."""

    def collect(self) -> Iterable[Metric]:
        return REGISTRY.collect()


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Everything, for a scraper that shows the token or comes from an allowed network."""
    if not may_scrape(request.headers.get("Authorization", ""), client_address(request.META)):
        return HttpResponse("forbidden\n", status=403, content_type="text/plain")
    registry = counted_registry()
    registry.register(StoredState())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def counted_registry() -> CollectorRegistry:
    """What the processes of this machine counted."""
    registry = CollectorRegistry()
    if directory := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry.register(CountedTogether(Path(directory)))
    else:
        registry.register(_OwnProcess())
    return registry


def may_scrape(authorization: str, remote_address: str) -> bool:
    """Whether a request with that `Authorization` header from that address may read. Closed where nothing is set.

    The address is the client's as `sign_in.client_address` tells it.
    """
    scheme, _, token = authorization.partition(" ")
    expected = settings.METRICS_TOKEN
    if expected and scheme.lower() == "bearer" and secrets.compare_digest(token.strip().encode(), expected.encode()):
        return True
    try:
        address = ipaddress.ip_address(remote_address)
    except ValueError:
        return False
    return any(address in network for network in settings.METRICS_ALLOWED_NETWORKS)
