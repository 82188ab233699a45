"""What narrows a subscription: the person's watch lists, and the saved views that the person sees."""

from typing import Any, ClassVar

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework import serializers as rest
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints.pagination import PageFilterSet
from api.endpoints.schema import answer
from companies.code_notation import find_code
from subscriptions.api import examples
from subscriptions.api import subscription_serializers as serializers
from subscriptions.api.errors import conflict, errors_by_field, name_given_once
from subscriptions.api.own_viewset import OwnViewSet
from subscriptions.models import SavedView, Subscription, WatchList
from subscriptions.watching import find_unknown, make_watch_list, set_codes

_SHOWN_LETTERS = 30


class WatchListViewSet(OwnViewSet):
    """Watch lists of the person, whoever made them."""

    queryset = WatchList.objects.all()
    list_filterset = PageFilterSet
    lookup_url_kwarg = "watch_list_id"
    bodies: ClassVar[dict[str, Any]] = {
        "create": serializers.MakeWatchListParameters, "partial_update": serializers.ChangeWatchListParameters,
    }  # fmt: skip

    def get_queryset(self) -> QuerySet[Any]:
        """The person's own, by key too."""
        return WatchList.objects.annotate(counted=Count("companies")).filter(owner=self.actor.person)

    @extend_schema(
        operation_id="list_watch_lists",
        summary="ウォッチリストの一覧",
        responses=answer(serializers.WatchListsAnswer, examples.WATCH_LISTS),
    )
    def list(self, request: Request) -> Response:
        """The oldest first: its star is that of the pages."""
        return self.paged("watch_lists", serializers.WatchListAnswer)

    @extend_schema(
        operation_id="create_watch_list",
        summary="ウォッチリストの作成",
        description="codes は 500 銘柄まで。読めないコードと、どの一覧にもないコードは、名前を挙げて断る。",
        request=serializers.MakeWatchListParameters,
        responses=answer(serializers.WatchListDetailAnswer, examples.WATCH_LIST, 409, status=201),
    )
    def create(self, request: Request) -> Response:
        """One more."""
        values = self.read_body(request)
        codes = _read_codes(values.get("codes", []))
        with errors_by_field(), name_given_once(self.actor, WatchList, values["name"]), transaction.atomic():
            made = make_watch_list(self.actor.person, values["name"], codes)
        return Response(self._row(made.pk), status=201)

    @extend_schema(
        operation_id="get_watch_list",
        summary="ウォッチリスト 1 件",
        responses=answer(serializers.WatchListDetailAnswer, examples.WATCH_LIST),
    )
    def retrieve(self, request: Request, watch_list_id: int) -> Response:
        """With its codes."""
        return Response(self._row(watch_list_id))

    @extend_schema(
        operation_id="update_watch_list",
        summary="ウォッチリストの変更",
        description="指定した項目だけを変える。codes を指定すると、それだけを含むリストになる。",
        request=serializers.ChangeWatchListParameters,
        responses=answer(serializers.WatchListDetailAnswer, examples.WATCH_LIST, 409),
    )
    def partial_update(self, request: Request, watch_list_id: int) -> Response:
        """All of it or nothing."""
        watch_list, values = self.find(watch_list_id), self.read_body(request)
        held = set(watch_list.companies.values_list("code", flat=True))
        codes = _read_codes(values["codes"], held) if "codes" in values else None
        name = values.get("name", watch_list.name)
        with name_given_once(self.actor, WatchList, name, but=watch_list.pk), transaction.atomic():
            WatchList.objects.filter(pk=watch_list.pk).update(name=name)
            if codes is not None:
                set_codes(watch_list, codes)
        return Response(self._row(watch_list_id))

    @extend_schema(
        operation_id="delete_watch_list",
        summary="ウォッチリストの削除",
        description="購読で使われていれば 409 WATCH_LIST_IN_USE。先にその購読を変えるか削除する。",
        request=None,
        responses=answer({204: None}, None, 409),
    )
    def destroy(self, request: Request, watch_list_id: int) -> Response:
        """Nothing that is told ends by it unsaid."""
        watch_list = self.find(watch_list_id)
        if (count := Subscription.objects.filter(watch_list=watch_list).count()) > 0:
            message = gettext("このリストは {count} 件の購読で使われています。先に購読を変えるか、削除してください。")
            raise conflict("WATCH_LIST_IN_USE", message.format(count=count), id=watch_list.pk)
        watch_list.delete()
        return Response(status=204)

    def _row(self, pk: int) -> Any:
        watch_list = self.find(pk)
        watch_list.codes = list(watch_list.companies.values_list("code", flat=True))
        return serializers.WatchListDetailAnswer(watch_list).data


class SavedViewViewSet(OwnViewSet):
    """Saved views that the person sees; they are made and changed in the admin."""

    queryset = SavedView.objects.all()
    list_filterset = PageFilterSet

    def get_queryset(self) -> QuerySet[Any]:
        """The person's own and those that others share."""
        return SavedView.objects.filter(Q(owner=self.actor.person) | Q(is_shared=True))

    @extend_schema(
        operation_id="list_saved_views",
        summary="保存した表示の一覧",
        description="自分のものと、ほかの人が共有しているもの。作成と変更は管理画面で行う。",
        responses=answer(serializers.SavedViewListAnswer, examples.SAVED_VIEWS),
    )
    def list(self, request: Request) -> Response:
        """By name."""
        page: Any = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        for view in page:
            view.is_own = view.owner_id == self.actor.person.pk
        answer: Response = self.get_paginated_response(
            {"saved_views": serializers.SavedViewAnswer(page, many=True).data}
        )
        return answer


def _read_codes(texts: list[str], held: set[str] | frozenset[str] = frozenset()) -> list[str]:
    """As the product stores them, each once. Those in `held` may be of companies whose lists were all taken back since.

    Raises `ValidationError` that names each that is no code, or that no list has.
    """
    read = [(text, find_code(text)) for text in texts]
    problems = [
        gettext("「{text}」を銘柄コードとして読めません。").format(text=text[:_SHOWN_LETTERS])
        for text, code in read
        if code is None
    ]
    codes = list(dict.fromkeys(code for _, code in read if code is not None))
    if unknown := find_unknown(code for code in codes if code not in held):
        problems.append(gettext("どの一覧にもないコードです: {codes}").format(codes=gettext("、").join(unknown)))
    if problems:
        raise rest.ValidationError({"codes": problems})
    return codes
