"""How paths name companies."""

from django.urls import register_converter
from django.urls.converters import StringConverter


class CompanyCodeConverter(StringConverter):
    """Whatever may be meant for a code; `companies.code_notation` reads it, and what is none is an unknown company."""

    regex = "[^/]{4,40}"


#: For `lookup_value_converter` of viewsets.
COMPANY_CODE = "company_code"
register_converter(CompanyCodeConverter, COMPANY_CODE)
