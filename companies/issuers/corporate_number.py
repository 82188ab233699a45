"""The number that the National Tax Agency gives to every legal person in Japan. Pure."""

import re

_FORM = re.compile("[1-9][0-9]{12}")
_WEIGHTS = (1, 2)


def is_corporate_number(text: str) -> bool:
    """Whether it has 13 digits of which the first checks the others.

    Source: 法人番号の指定等に関する省令, article 2: 9 less the remainder by 9 of the sum of the twelve digits, from the last, by
    1 and 2 in turn (checked on all numbers of EDINET's lists, 2026-11-26).
    """
    if _FORM.fullmatch(text) is None:
        return False
    total = sum(int(digit) * _WEIGHTS[place % 2] for place, digit in enumerate(reversed(text[1:])))
    return int(text[0]) == 9 - total % 9
