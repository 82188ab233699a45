"""Errors of runs as the API tells them."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from rest_framework import serializers

from api.endpoints.errors import ApiError, localised
from syncjobs.errors import (
    FiguresDiffer,
    RunIsApplying,
    RunNotApprovable,
    RunNotCancellable,
    SourceNotUsable,
    SyncAlreadyRunning,
)


@contextmanager
def run_errors() -> Iterator[None]:
    """Turns the errors of `syncjobs.runs` inside the block into 409s."""
    try:
        yield
    except SyncAlreadyRunning as busy:
        raise ApiError(
            409,
            "SYNC_ALREADY_RUNNING",
            ja="このデータソースの同期がすでに実行中です。終わるのを待つか、中止してください。",
            en="A sync of this data source is already running. Wait for its end or cancel it.",
            details={"sync_id": str(busy.run_id)},
        ) from busy
    except SourceNotUsable as error:
        # Its words are in the language of the request already.
        raise ApiError(409, "DATA_SOURCE_NOT_USABLE", ja=str(error), en=str(error)) from error
    except RunIsApplying as error:
        raise ApiError(
            409,
            "SYNC_NOT_CANCELLABLE",
            ja="一覧を書き込んでいるため、中止できません。まもなく終わります。",
            en="This sync cannot be cancelled: its list is being written, and will be in a moment.",
        ) from error
    except RunNotCancellable as error:
        raise ApiError(
            409,
            "SYNC_NOT_CANCELLABLE",
            ja="この同期は中止できません（終了しているか、一括取得の一部です）。",
            en="This sync cannot be cancelled: it has ended, or is a part of a back-fill.",
        ) from error
    except RunNotApprovable as error:
        raise ApiError(
            409,
            "SYNC_NOT_APPROVABLE",
            ja="この同期は承認できません（確認待ちではないか、一覧として成り立たない内容です）。",
            en="This sync cannot be approved: it does not wait for review, or its rows cannot be a list.",
        ) from error
    except FiguresDiffer as error:
        raise _figures_error(error) from error


def _figures_error(error: FiguresDiffer) -> Exception:
    """What was not told is a fault of the request (400); what is otherwise now, a conflict (409)."""
    if error.missing:
        ask = localised(
            "この種別の件数を review の event_counts で確かめて、指定してください。",
            "Look up the number of this kind in event_counts of the review, and give it.",
        )
        return serializers.ValidationError({kind: [ask] for kind in error.missing})
    return ApiError(
        409,
        "SYNC_FIGURES_DIFFER",
        ja="指定した件数は、この一覧を取り込んだ場合の変化と違います。review を確かめて、やり直してください。",
        en="The numbers given are not those of the changes that this list would make. Look at the review and try again.",
        details={kind: error.counts.get(kind, 0) for kind in error.kinds},
    )


def run_not_found(run_id: UUID) -> ApiError:
    """For an id that no run has."""
    return ApiError(
        404,
        "SYNC_NOT_FOUND",
        ja="この ID の同期はありません。",
        en="There is no sync with this id.",
        details={"sync_id": str(run_id)},
    )
