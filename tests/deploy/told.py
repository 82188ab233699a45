"""What the product asks its environment for, read from the module that asks."""

import re

from config import environment
from config.environment import _REMEDIES
from tests.deploy.places import PROJECT

REQUIRED = set(_REMEDIES)
# Set where the product is developed only.
_NOT_IN_PRODUCTION = {"DEBUG", "STATIC_FROM_PACKAGES"}
# What a container is told by its part in the product, not by the installation.
BY_PART = {
    "web": {"PROMETHEUS_MULTIPROC_DIR": "/tmp/runtime"},
    "worker": {"PROMETHEUS_MULTIPROC_DIR": "/tmp/runtime", "METRICS_PORT": "8001"},
    "beat": {"PROMETHEUS_MULTIPROC_DIR": "/tmp/runtime"},
    "flower": {},
    "migrate": {},
}
_SOURCE = (PROJECT / str(environment.__name__).replace(".", "/")).with_suffix(".py").read_text()
KNOWN = REQUIRED | set(re.findall(r'env\.\w+\(\s*"(\w+)"', _SOURCE)) - _NOT_IN_PRODUCTION
KNOWN -= {name for told in BY_PART.values() for name in told}
