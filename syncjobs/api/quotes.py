"""The quote of one company, refreshed when it is asked for."""

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.endpoints.errors import ApiError
from api.endpoints.parameters import Parameters
from api.endpoints.schema import describe
from companies.api.errors import company_not_found
from companies.api.quotes import EXAMPLE, EmbeddedQuoteAnswer, quote_row
from companies.code_notation import find_code
from companies.models import Company
from datasources.errors import QuoteNotCovered, SourceError
from syncjobs.quotes_on_demand import QuotesSwitchedOff, get_current_quote


class QuoteAnswer(EmbeddedQuoteAnswer):
    """A quote by itself."""

    code = serializers.CharField()


class QuoteView(APIView):
    """The latest price."""

    @describe(
        operation_id="get_quote",
        example={"code": "7203", **EXAMPLE},
        summary="株価",
        description="Yahoo Finance による株価（約 20 分遅れ）。保存されている株価が古ければ、取得してから返す。取得できなければ、"
        "保存されているものを is_stale: true と理由を付けて返す。取得できても 5 営業日より前の株価なら、同様に PRICE_TOO_OLD とする。保存されているものがなければ、404 QUOTE_NOT_COVERED"
        "（Yahoo Finance にない銘柄）、409 QUOTES_DISABLED（データソースが無効）、503 QUOTE_UNAVAILABLE（details に理由）。",
        answer=QuoteAnswer,
        may_miss=True,
        may_conflict=True,
    )
    def get(self, request: Request, code: str) -> Response:
        """The quote of the company with a code in any notation."""
        Parameters.read(request.query_params)
        company = Company.objects.filter(code=find_code(code)).first()
        if company is None:
            raise company_not_found(code)
        try:
            current = get_current_quote(company)
        except SourceError as error:
            raise _api_error(company.code, error) from error
        row = {
            "code": company.code,
            **quote_row(current.quote, stale_reason=current.problem.code if current.problem else None),
        }
        return Response(row, headers={"Cache-Control": "no-store"})


def _api_error(code: str, error: SourceError) -> ApiError:
    """The error's words are in the language of the request already."""
    if isinstance(error, QuoteNotCovered):
        return ApiError(404, error.code, ja=error.message, en=error.message, details={"code": code})
    if isinstance(error, QuotesSwitchedOff):
        return ApiError(409, error.code, ja=error.message, en=error.message)
    details = {"code": code, "reason": error.code}
    return ApiError(503, "QUOTE_UNAVAILABLE", ja=error.message, en=error.message, details=details)
