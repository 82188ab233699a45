"""The texts of Django's templates, for Babel (`babel.cfg`): its own reader knows Python only."""

from collections.abc import Iterator
from io import BytesIO
from typing import IO, Any

from babel.messages.extract import extract_python
from django.utils.translation.template import templatize


def extract_template(file: IO[bytes], keywords: Any, comment_tags: Any, options: Any) -> Iterator[Any]:
    """What a template has to translate, in the form of Babel's extraction methods (its page "Working with Message Catalogs")."""
    source = templatize(file.read().decode())
    yield from extract_python(BytesIO(source.encode()), keywords, comment_tags, {"encoding": "utf-8"})
