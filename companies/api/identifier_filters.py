"""The list's parameters that name an issuer or an issue as others do."""

from typing import Any

from api.endpoints.filters import AnyOf
from api.endpoints.parameters import Word
from companies.api.knowledge import KnowledgeFilterSet
from companies.issuers.identifiers.models import IdentifierScheme
from companies.issuers.identifiers.told import find_called


class IdentifierFilterSet(KnowledgeFilterSet):
    """Identifiers of the issuer (EDINET code, corporate number) and of the issue (ISIN and the like)."""

    @classmethod
    def get_filters(cls) -> Any:
        """Before what else narrows the list."""
        of_issuer = {
            "edinet_code": AnyOf(Word(r"E[0-9]{5}"), "edinet_code", help_text="発行体の EDINET コード（例: E02144）"),
            "corporate_number": AnyOf(Word(r"[0-9]{13}"), "corporate_number", help_text="発行体の法人番号（13 桁）"),
        }
        of_issue = {
            scheme.value: AnyOf(Word(r"[0-9A-Z]{12,20}"), scheme.value, method="of_identifier", help_text=scheme.label)
            for scheme in IdentifierScheme
        }
        return {**of_issuer, **of_issue, **super().get_filters()}

    def of_identifier(self, companies: Any, name: str, values: list[str]) -> Any:
        """Those that have one of the identifiers now."""
        return companies.filter(code__in=find_called(values, name))
