"""The shapes of the answers. Companies, events and versions come by the thousand and are written by `companies.api.rows`,
with less than a tenth of a serializer's work for each: there these are for the schema alone.
"""

from typing import Any

from rest_framework import serializers

from companies.api.quotes import EmbeddedQuoteAnswer
from companies.api.rows import COMPANY_FIELDS
from companies.api.told_serializers import ToldFactsAnswer
from companies.choices import ChangeType, EventType
from companies.listed_issue import LEDGER_FIELDS, TRACKED_FIELDS


class RepeatedText(serializers.CharField):
    """One of few texts that come again and again, which formats with types keep once."""


def tracked_fields(*, with_names: bool = False) -> dict[str, Any]:
    """What lists say of a company; the names of its codes too, where wanted."""
    fields: dict[str, Any] = {}
    for field in LEDGER_FIELDS:
        kind = serializers.CharField if field.is_name else RepeatedText
        fields[field.name] = kind(allow_null=not field.is_required)
        if field.told_name and with_names:
            fields[field.told_name] = RepeatedText(allow_null=True)
    return fields


NEXT_HELP = "after を指定したときだけ。次のページの after に指定する値。null は最後のページ"


class ChangedFields(serializers.Serializer[Any]):
    """Each field that differs, before and after."""

    def get_fields(self) -> dict[str, Any]:
        """Those that make history."""
        return {
            name: serializers.ListField(
                child=serializers.CharField(allow_null=True), min_length=2, max_length=2, required=False
            )
            for name in TRACKED_FIELDS
        }


class CompanyAnswer(ToldFactsAnswer):
    """A company."""

    code = serializers.CharField()
    jquants_code = serializers.CharField()
    reference_date = serializers.DateField(help_text="内容の基準となる一覧の日。as_of では、その日に有効な一覧の日")
    is_active = serializers.BooleanField(
        help_text="最新の一覧に載っているか。as_of では、その日に有効な一覧に載っていたか"
    )
    first_seen_on = serializers.DateField(
        help_text="最初に載った一覧の日。上場日ではなく、遅くともこの日には上場していた"
    )
    last_seen_on = serializers.DateField(
        help_text="最後に載った一覧の日。廃止日ではない。as_of では、その日に有効な一覧の日"
    )
    updated_at = serializers.DateTimeField(
        help_text="内容または上場状態が最後に変わった時刻。as_of では、その日の内容を最初に示した一覧を記録した時刻"
    )

    def get_fields(self) -> dict[str, Any]:
        """With those that lists say of it, in the order of the answer."""
        fields = tracked_fields(with_names=True) | super().get_fields()
        beside = [name for name in fields if name not in COMPANY_FIELDS]
        return {name: fields[name] for name in (*COMPANY_FIELDS, *beside)}


class ListedCompanyAnswer(CompanyAnswer):
    """A company in the list."""

    quote = EmbeddedQuoteAnswer(
        required=False, allow_null=True, help_text="include=quote を指定したときだけ。null は株価なし"
    )


class CompanyListAnswer(serializers.Serializer[Any]):
    """A page of companies."""

    companies = ListedCompanyAnswer(many=True)
    total = serializers.IntegerField()
    limit = serializers.IntegerField()
    offset = serializers.IntegerField()
    next = serializers.CharField(required=False, allow_null=True, help_text=NEXT_HELP)
    removed = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="updated_since を指定したときだけ。その時刻以降に、取消などで消えた銘柄のコード",
    )


class SearchAnswer(serializers.Serializer[Any]):
    """What was found, best first."""

    companies = CompanyAnswer(many=True)
    total = serializers.IntegerField()
    query = serializers.CharField()


class EventAnswer(serializers.Serializer[Any]):
    """One listing event."""

    date = serializers.DateField(help_text="変化が現れた最初の一覧の日。変化はこの日までに起きた")
    observed_after = serializers.DateField(
        allow_null=True,
        help_text="変化がまだ現れていない最後の一覧の日。変化はこの日より後に起きた。null は、それより前の一覧がない",
    )
    official_on = serializers.DateField(
        allow_null=True,
        required=False,
        help_text="公式の上場日（最初の売買日）・上場廃止日（売買されなくなった最初の日。最終売買日はその前の営業日）。"
        "listed・relisted・delisted で、observed_after より後、date までの公式の日が取り込まれているとき。null は分からない。フィードのイベントにはない（facts にある）",
    )
    type = serializers.ChoiceField(EventType.choices)
    code = serializers.CharField()
    company_name = serializers.CharField(help_text="当時の銘柄名")
    market_code = RepeatedText(allow_null=True, help_text="当時の市場区分")
    old_value = serializers.CharField(allow_null=True)
    new_value = serializers.CharField(allow_null=True)
    changes = ChangedFields(help_text="項目ごとの [変更前, 変更後]")
    succeeded_by = serializers.ListField(
        child=serializers.CharField(),
        allow_null=True,
        required=False,
        help_text="上場廃止だけ: 確認済みの後継のコード（なければ空）。ほかの種別では null。フィードのイベントにはない",
    )
    preceded_by = serializers.ListField(
        child=serializers.CharField(), allow_null=True, required=False,
        help_text="新規上場だけ: 確認済みの前身のコード（なければ空）。ほかの種別では null。フィードのイベントにはない",
    )  # fmt: skip


class EventListAnswer(serializers.Serializer[Any]):
    """A page of events, newest first."""

    events = EventAnswer(many=True)
    total = serializers.IntegerField(help_text="date が期間に入るイベントの数")
    uncertain = serializers.IntegerField(help_text="total のうち、期間より前に起きたかもしれないものの数")
    uncertain_after = serializers.IntegerField(
        help_text="date が期間より後なので total に入らないが、期間中に起きたかもしれないものの数"
    )
    limit = serializers.IntegerField()
    offset = serializers.IntegerField()
    next = serializers.CharField(required=False, allow_null=True, help_text=NEXT_HELP)


class VersionAnswer(serializers.Serializer[Any]):
    """A state of a company and the days it held."""

    valid_from = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True, help_text="この日の前日まで。null は現在も有効")

    def get_fields(self) -> dict[str, Any]:
        """And the state, and when it was learnt."""
        learnt = {
            "recorded_in": serializers.IntegerField(allow_null=True, help_text="この版を記録した改訂"),
            "recorded_at": serializers.DateTimeField(allow_null=True, help_text="その時刻。この内容を知った時"),
        }
        return super().get_fields() | tracked_fields() | learnt


class HistoryAnswer(serializers.Serializer[Any]):
    """Everything that ever was of a company, oldest first."""

    code = serializers.CharField()
    company_name = serializers.CharField()
    versions = VersionAnswer(many=True)
    events = EventAnswer(many=True)


class ChangeAnswer(serializers.Serializer[Any]):
    """How one company differs between two days."""

    code = serializers.CharField()
    company_name = serializers.CharField()
    type = serializers.ChoiceField(ChangeType.choices)
    changes = ChangedFields(help_text="項目ごとの [from の値, to の値]")


class ChangesAnswer(serializers.Serializer[Any]):
    """What differs between the universes of two days."""

    def get_fields(self) -> dict[str, Any]:
        """`from` is a word of Python."""
        return {
            "from": serializers.DateField(help_text="比較元の一覧の日"),
            "to": serializers.DateField(help_text="比較先の一覧の日"),
            "changes": ChangeAnswer(many=True),
            "total": serializers.IntegerField(),
            "limit": serializers.IntegerField(),
            "offset": serializers.IntegerField(),
            "next": serializers.CharField(required=False, allow_null=True, help_text=NEXT_HELP),
        }
