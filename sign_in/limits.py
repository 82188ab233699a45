"""How many wrong passwords and codes are taken within which time: of one person from one address or in a browser of theirs, of
all from an address, of all for a name. Codes are six digits, so that what many addresses try together is bound for a day; who
tries them has the password.
"""

from datetime import timedelta

_QUARTER, _DAY = timedelta(minutes=15), timedelta(days=1)

LIMITS = {
    "password": {"one": (10, _QUARTER), "address": (50, _QUARTER), "name": (100, _QUARTER)},
    "code": {"one": (10, _QUARTER), "address": (50, _QUARTER), "name": (20, _DAY)},
}
