"""Names of masters in the language of the page. Japanese is what the exchange writes; English may be missing."""

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from wording.language import is_english


def shown_name(path: str) -> F | Coalesce:
    """The name of the master that `path` leads to (`market__`, or nothing for a master itself), for a query."""
    name = F(f"{path}name")
    if not is_english():
        return name
    return Coalesce(NullIf(F(f"{path}name_english"), Value("")), name, output_field=CharField())


class MasterQuerySet(QuerySet):  # type: ignore[type-arg] # the model is not known yet
    """Rows of a master."""

    def names(self) -> list[tuple[str, str]]:
        """Each code with the name to show, in their order."""
        return list(self.values_list("code", shown_name("")))
