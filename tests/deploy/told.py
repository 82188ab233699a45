"""What the product asks its environment for, read from the module that asks."""

import re

from config import environment
from config.environment import _REMEDIES
from tests.deploy.places import PROJECT

REQUIRED = set(_REMEDIES)
# Set where the product is developed only.
_NOT_IN_PRODUCTION = {"DEBUG", "STATIC_FROM_PACKAGES"}
_SOURCE = (PROJECT / str(environment.__name__).replace(".", "/")).with_suffix(".py").read_text()
KNOWN = REQUIRED | set(re.findall(r'env\.\w+\(\s*"(\w+)"', _SOURCE)) - _NOT_IN_PRODUCTION
