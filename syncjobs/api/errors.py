"""Errors of runs as the API tells them."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.utils.translation import gettext, pgettext
from rest_framework import serializers

from api.endpoints.errors import ApiError
from datasources.errors import QuoteNotCovered, SourceError
from syncjobs.errors import (
    FiguresDiffer,
    RunIsApplying,
    RunNotApprovable,
    RunNotCancellable,
    SourceNotUsable,
    SyncAlreadyRunning,
)
from syncjobs.quotes_on_demand import QuotesSwitchedOff


@contextmanager
def run_errors() -> Iterator[None]:
    """Turns the errors of `syncjobs.runs` inside the block into 409s."""
    try:
        yield
    except SyncAlreadyRunning as busy:
        raise ApiError(
            409,
            "SYNC_ALREADY_RUNNING",
            gettext("このデータソースの同期がすでに実行中です。終わるのを待つか、中止してください。"),
            details={"sync_id": str(busy.run_id)},
        ) from busy
    except SourceNotUsable as error:
        # Its words are in the language of the request already.
        raise ApiError(409, "DATA_SOURCE_NOT_USABLE", str(error)) from error
    except RunIsApplying as error:
        raise ApiError(
            409,
            "SYNC_NOT_CANCELLABLE",
            pgettext("api", "一覧を書き込んでいるため、中止できません。まもなく終わります。"),
        ) from error
    except RunNotCancellable as error:
        raise ApiError(
            409,
            "SYNC_NOT_CANCELLABLE",
            gettext("この同期は中止できません（終了しているか、一括取得の一部です）。"),
        ) from error
    except RunNotApprovable as error:
        raise ApiError(
            409,
            "SYNC_NOT_APPROVABLE",
            pgettext("api", "この同期は承認できません（確認待ちではないか、一覧として成り立たない内容です）。"),
        ) from error
    except FiguresDiffer as error:
        raise _figures_error(error) from error


def _figures_error(error: FiguresDiffer) -> Exception:
    """What was not told is a fault of the request (400); what is otherwise now, a conflict (409)."""
    if error.missing:
        ask = gettext("この種別の件数を review の event_counts で確かめて、指定してください。")
        return serializers.ValidationError({kind: [ask] for kind in error.missing})
    return ApiError(
        409,
        "SYNC_FIGURES_DIFFER",
        gettext("指定した件数は、この一覧を取り込んだ場合の変化と違います。review を確かめて、やり直してください。"),
        details={kind: error.counts.get(kind, 0) for kind in error.kinds},
    )


def run_not_found(run_id: UUID) -> ApiError:
    """For an id that no run has."""
    return ApiError(
        404,
        "SYNC_NOT_FOUND",
        gettext("この ID の同期はありません。"),
        details={"sync_id": str(run_id)},
    )


def unknown_source(name: str) -> serializers.ValidationError:
    """For a name that no source has."""
    message = gettext("「{name}」というデータソースはありません。")
    return serializers.ValidationError({"source": [message.format(name=name)]})


def source_without_lists(name: str) -> serializers.ValidationError:
    """For a source of something else."""
    message = pgettext("api", "データソース「{name}」には銘柄の一覧がありません。")
    return serializers.ValidationError({"source": [message.format(name=name)]})


def quote_error(code: str, error: SourceError) -> ApiError:
    """The error's words are in the language of the request already."""
    if isinstance(error, QuoteNotCovered):
        return ApiError(404, error.code, error.message, details={"code": code})
    if isinstance(error, QuotesSwitchedOff):
        return ApiError(409, error.code, error.message)
    details = {"code": code, "reason": error.code}
    return ApiError(503, "QUOTE_UNAVAILABLE", error.message, details=details)
