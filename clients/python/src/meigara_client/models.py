"""What answers are made of. Written by `generate_models.py` from the schema of the API, not by hand."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from meigara_client.reading import day_or_none, each, moment_or_none, text_tuple


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOfDay:
    """The list of exactly that day."""

    source: str
    #: 朝の改訂（08:00 ごろ）のあとの確定がまだ済んでいない
    is_provisional: bool

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "ListOfDay":
        """Out of an answer."""
        return cls(
            source=data["source"],
            is_provisional=data["is_provisional"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDay:
    """One day."""

    date: dt.date
    #: 株式の取引がある日（半日立会日を含む）
    is_business_day: bool
    #: データソースが知らせた区分。知らせていない日は null
    kind: str | None
    #: told はデータソースのカレンダー。computed は法律の祝日と年末年始からの計算で、臨時の休業は分からない
    basis: str
    #: データソースから最後に知った時刻
    told_at: dt.datetime | None
    #: その日より前の、最も近い営業日
    previous_business_day: dt.date
    #: その日より後の、最も近い営業日
    next_business_day: dt.date
    #: その日を基準日とする一覧。なければ null
    list: ListOfDay | None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "CalendarDay":
        """Out of an answer."""
        return cls(
            date=dt.date.fromisoformat(data["date"]),
            is_business_day=data["is_business_day"],
            kind=data["kind"],
            basis=data["basis"],
            told_at=moment_or_none(data["told_at"]),
            previous_business_day=dt.date.fromisoformat(data["previous_business_day"]),
            next_business_day=dt.date.fromisoformat(data["next_business_day"]),
            list=None if data.get("list") is None else ListOfDay.from_json(data["list"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Days, oldest first."""

    from_: dt.date
    to: dt.date
    days: tuple[CalendarDay, ...]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Calendar":
        """Out of an answer."""
        return cls(
            from_=dt.date.fromisoformat(data["from"]),
            to=dt.date.fromisoformat(data["to"]),
            days=each(CalendarDay.from_json, data["days"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedQuote:
    """The latest price of a company."""

    price: float
    #: 前営業日の終値。null は不明
    previous_close: float | None
    #: 前日比
    change: float | None
    #: 前日比（%）
    change_percent: float | None
    currency: str
    #: 株価の時刻
    market_time: dt.datetime
    source: str
    #: 取得した時刻
    fetched_at: dt.datetime
    #: 更新の時期を過ぎているか、何営業日も前の株価
    is_stale: bool
    #: is_stale の理由のコード。PRICE_TOO_OLD は 5 営業日より前の株価、NOT_REFRESHED は未更新、ほかは取得できなかった理由
    stale_reason: str | None
    #: 前日比と取引所の制限値幅。within は範囲内、beyond_daily は通常の制限値幅を超える（拡大時にはありうる）、beyond_widened は 4 倍に拡大された制限値幅も超える（株式分割の未反映か誤りの可能性）。null は比較できない
    limit_check: str | None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "EmbeddedQuote":
        """Out of an answer."""
        return cls(
            price=data["price"],
            previous_close=data["previous_close"],
            change=data["change"],
            change_percent=data["change_percent"],
            currency=data["currency"],
            market_time=dt.datetime.fromisoformat(data["market_time"]),
            source=data["source"],
            fetched_at=dt.datetime.fromisoformat(data["fetched_at"]),
            is_stale=data["is_stale"],
            stale_reason=data["stale_reason"],
            limit_check=data["limit_check"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedCompany:
    """A company in the list."""

    code: str
    jquants_code: str
    company_name: str
    #: 一覧にあればその英語名、なければ EDINET に届け出られた発行体の英語名。どちらにもなければ null
    company_name_english: str | None
    market_code: str | None
    market_name: str | None
    sector17_code: str | None
    sector17_name: str | None
    sector33_code: str | None
    sector33_name: str | None
    scale_category: str | None
    margin_code: str | None
    margin_name: str | None
    product_category: str | None
    #: 発行体の名称の読み（EDINET の届出。株式会社などを除いた片仮名）
    company_name_kana: str | None
    #: 発行体の EDINET コード。as_of では、その日の発行体。種類株式は普通株式の発行体
    edinet_code: str | None
    #: 発行体の法人番号（13 桁）
    corporate_number: str | None
    #: 発行体の決算日（例: 3月31日、2月末日）
    fiscal_year_end: str | None
    #: 取引所が公表した上場日。null は、公表日を取り込んでいない
    listed_on: dt.date | None
    #: 取引所が公表した上場廃止日（取引されない最初の日）。これから廃止になる予定も含む。null は、公表を取り込んでいない
    delisted_on: dt.date | None
    #: 取引所が公表した上場廃止理由
    delisting_reason: str | None
    #: ISIN。as_of ではその日のもの。as_of がなければ、最新の改訂（known_at では、その改訂）の日のもので、廃止された銘柄では最後に載った一覧の日のもの
    isin: str | None
    #: FIGI。as_of ではその日のもの。as_of がなければ、最新の改訂（known_at では、その改訂）の日のもので、廃止された銘柄では最後に載った一覧の日のもの
    figi: str | None
    #: LEI（発行体のもの）。as_of ではその日のもの。as_of がなければ、最新の改訂（known_at では、その改訂）の日のもので、廃止された銘柄では最後に載った一覧の日のもの
    lei: str | None
    #: 内容の基準となる一覧の日。as_of では、その日に有効な一覧の日
    reference_date: dt.date
    #: 最新の一覧に載っているか。as_of では、その日に有効な一覧に載っていたか
    is_active: bool
    #: 最初に載った一覧の日。上場日ではなく、遅くともこの日には上場していた
    first_seen_on: dt.date
    #: 最後に載った一覧の日。廃止日ではない。as_of では、その日に有効な一覧の日
    last_seen_on: dt.date
    #: 内容または上場状態が最後に変わった時刻。as_of では、その日の内容を最初に示した一覧を記録した時刻
    updated_at: dt.datetime
    #: include=quote を指定したときだけ。null は株価なし
    quote: EmbeddedQuote | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "ListedCompany":
        """Out of an answer."""
        return cls(
            code=data["code"],
            jquants_code=data["jquants_code"],
            company_name=data["company_name"],
            company_name_english=data["company_name_english"],
            market_code=data["market_code"],
            market_name=data["market_name"],
            sector17_code=data["sector17_code"],
            sector17_name=data["sector17_name"],
            sector33_code=data["sector33_code"],
            sector33_name=data["sector33_name"],
            scale_category=data["scale_category"],
            margin_code=data["margin_code"],
            margin_name=data["margin_name"],
            product_category=data["product_category"],
            company_name_kana=data["company_name_kana"],
            edinet_code=data["edinet_code"],
            corporate_number=data["corporate_number"],
            fiscal_year_end=data["fiscal_year_end"],
            listed_on=day_or_none(data["listed_on"]),
            delisted_on=day_or_none(data["delisted_on"]),
            delisting_reason=data["delisting_reason"],
            isin=data["isin"],
            figi=data["figi"],
            lei=data["lei"],
            reference_date=dt.date.fromisoformat(data["reference_date"]),
            is_active=data["is_active"],
            first_seen_on=dt.date.fromisoformat(data["first_seen_on"]),
            last_seen_on=dt.date.fromisoformat(data["last_seen_on"]),
            updated_at=dt.datetime.fromisoformat(data["updated_at"]),
            quote=None if data.get("quote") is None else EmbeddedQuote.from_json(data["quote"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyList:
    """A page of companies."""

    companies: tuple[ListedCompany, ...]
    total: int
    limit: int
    offset: int
    #: after を指定したときだけ。次のページの after に指定する値。null は最後のページ
    next: str | None = None
    #: updated_since を指定したときだけ。その時刻以降に、取消などで消えた銘柄のコード
    removed: tuple[str, ...] | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "CompanyList":
        """Out of an answer."""
        return cls(
            companies=each(ListedCompany.from_json, data["companies"]),
            total=data["total"],
            limit=data["limit"],
            offset=data["offset"],
            next=data.get("next"),
            removed=None if data.get("removed") is None else text_tuple(data["removed"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A company."""

    code: str
    jquants_code: str
    company_name: str
    #: 一覧にあればその英語名、なければ EDINET に届け出られた発行体の英語名。どちらにもなければ null
    company_name_english: str | None
    market_code: str | None
    market_name: str | None
    sector17_code: str | None
    sector17_name: str | None
    sector33_code: str | None
    sector33_name: str | None
    scale_category: str | None
    margin_code: str | None
    margin_name: str | None
    product_category: str | None
    #: 発行体の名称の読み（EDINET の届出。株式会社などを除いた片仮名）
    company_name_kana: str | None
    #: 発行体の EDINET コード。as_of では、その日の発行体。種類株式は普通株式の発行体
    edinet_code: str | None
    #: 発行体の法人番号（13 桁）
    corporate_number: str | None
    #: 発行体の決算日（例: 3月31日、2月末日）
    fiscal_year_end: str | None
    #: 取引所が公表した上場日。null は、公表日を取り込んでいない
    listed_on: dt.date | None
    #: 取引所が公表した上場廃止日（取引されない最初の日）。これから廃止になる予定も含む。null は、公表を取り込んでいない
    delisted_on: dt.date | None
    #: 取引所が公表した上場廃止理由
    delisting_reason: str | None
    #: ISIN。as_of ではその日のもの。as_of がなければ、最新の改訂（known_at では、その改訂）の日のもので、廃止された銘柄では最後に載った一覧の日のもの
    isin: str | None
    #: FIGI。as_of ではその日のもの。as_of がなければ、最新の改訂（known_at では、その改訂）の日のもので、廃止された銘柄では最後に載った一覧の日のもの
    figi: str | None
    #: LEI（発行体のもの）。as_of ではその日のもの。as_of がなければ、最新の改訂（known_at では、その改訂）の日のもので、廃止された銘柄では最後に載った一覧の日のもの
    lei: str | None
    #: 内容の基準となる一覧の日。as_of では、その日に有効な一覧の日
    reference_date: dt.date
    #: 最新の一覧に載っているか。as_of では、その日に有効な一覧に載っていたか
    is_active: bool
    #: 最初に載った一覧の日。上場日ではなく、遅くともこの日には上場していた
    first_seen_on: dt.date
    #: 最後に載った一覧の日。廃止日ではない。as_of では、その日に有効な一覧の日
    last_seen_on: dt.date
    #: 内容または上場状態が最後に変わった時刻。as_of では、その日の内容を最初に示した一覧を記録した時刻
    updated_at: dt.datetime

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Company":
        """Out of an answer."""
        return cls(
            code=data["code"],
            jquants_code=data["jquants_code"],
            company_name=data["company_name"],
            company_name_english=data["company_name_english"],
            market_code=data["market_code"],
            market_name=data["market_name"],
            sector17_code=data["sector17_code"],
            sector17_name=data["sector17_name"],
            sector33_code=data["sector33_code"],
            sector33_name=data["sector33_name"],
            scale_category=data["scale_category"],
            margin_code=data["margin_code"],
            margin_name=data["margin_name"],
            product_category=data["product_category"],
            company_name_kana=data["company_name_kana"],
            edinet_code=data["edinet_code"],
            corporate_number=data["corporate_number"],
            fiscal_year_end=data["fiscal_year_end"],
            listed_on=day_or_none(data["listed_on"]),
            delisted_on=day_or_none(data["delisted_on"]),
            delisting_reason=data["delisting_reason"],
            isin=data["isin"],
            figi=data["figi"],
            lei=data["lei"],
            reference_date=dt.date.fromisoformat(data["reference_date"]),
            is_active=data["is_active"],
            first_seen_on=dt.date.fromisoformat(data["first_seen_on"]),
            last_seen_on=dt.date.fromisoformat(data["last_seen_on"]),
            updated_at=dt.datetime.fromisoformat(data["updated_at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A state of a company and the days it held."""

    valid_from: dt.date
    #: この日の前日まで。null は現在も有効
    valid_until: dt.date | None
    company_name: str
    company_name_english: str | None
    market_code: str | None
    sector17_code: str | None
    sector33_code: str | None
    scale_category: str | None
    margin_code: str | None
    product_category: str | None
    #: この版を記録した改訂
    recorded_in: int | None
    #: その時刻。この内容を知った時
    recorded_at: dt.datetime | None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Version":
        """Out of an answer."""
        return cls(
            valid_from=dt.date.fromisoformat(data["valid_from"]),
            valid_until=day_or_none(data["valid_until"]),
            company_name=data["company_name"],
            company_name_english=data["company_name_english"],
            market_code=data["market_code"],
            sector17_code=data["sector17_code"],
            sector33_code=data["sector33_code"],
            scale_category=data["scale_category"],
            margin_code=data["margin_code"],
            product_category=data["product_category"],
            recorded_in=data["recorded_in"],
            recorded_at=moment_or_none(data["recorded_at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedFields:
    """Each field that differs, before and after."""

    company_name: tuple[str | None, ...] | None = None
    company_name_english: tuple[str | None, ...] | None = None
    market_code: tuple[str | None, ...] | None = None
    sector17_code: tuple[str | None, ...] | None = None
    sector33_code: tuple[str | None, ...] | None = None
    scale_category: tuple[str | None, ...] | None = None
    margin_code: tuple[str | None, ...] | None = None
    product_category: tuple[str | None, ...] | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "ChangedFields":
        """Out of an answer."""
        return cls(
            company_name=None if data.get("company_name") is None else text_tuple(data["company_name"]),
            company_name_english=None
            if data.get("company_name_english") is None
            else text_tuple(data["company_name_english"]),
            market_code=None if data.get("market_code") is None else text_tuple(data["market_code"]),
            sector17_code=None if data.get("sector17_code") is None else text_tuple(data["sector17_code"]),
            sector33_code=None if data.get("sector33_code") is None else text_tuple(data["sector33_code"]),
            scale_category=None if data.get("scale_category") is None else text_tuple(data["scale_category"]),
            margin_code=None if data.get("margin_code") is None else text_tuple(data["margin_code"]),
            product_category=None if data.get("product_category") is None else text_tuple(data["product_category"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One listing event."""

    #: 変化が現れた最初の一覧の日。変化はこの日までに起きた
    date: dt.date
    #: 変化がまだ現れていない最後の一覧の日。変化はこの日より後に起きた。null は、それより前の一覧がない
    observed_after: dt.date | None
    #: 公式の上場日（最初の売買日）・上場廃止日（売買されなくなった最初の日。最終売買日はその前の営業日）。listed・relisted・delisted で、observed_after より後、date までの公式の日が取り込まれているとき。null は分からない。フィードのイベントにはない（facts にある）
    official_on: dt.date | None = None
    type: str
    code: str
    #: 当時の銘柄名
    company_name: str
    #: 当時の市場区分
    market_code: str | None
    old_value: str | None
    new_value: str | None
    #: 項目ごとの [変更前, 変更後]
    changes: ChangedFields
    #: 上場廃止だけ: 確認済みの後継のコード（なければ空）。ほかの種別では null。フィードのイベントにはない
    succeeded_by: tuple[str, ...] | None = None
    #: 新規上場だけ: 確認済みの前身のコード（なければ空）。ほかの種別では null。フィードのイベントにはない
    preceded_by: tuple[str, ...] | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Event":
        """Out of an answer."""
        return cls(
            date=dt.date.fromisoformat(data["date"]),
            observed_after=day_or_none(data["observed_after"]),
            official_on=day_or_none(data.get("official_on")),
            type=data["type"],
            code=data["code"],
            company_name=data["company_name"],
            market_code=data["market_code"],
            old_value=data["old_value"],
            new_value=data["new_value"],
            changes=ChangedFields.from_json(data["changes"]),
            succeeded_by=None if data.get("succeeded_by") is None else text_tuple(data["succeeded_by"]),
            preceded_by=None if data.get("preceded_by") is None else text_tuple(data["preceded_by"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Everything that ever was of a company, oldest first."""

    code: str
    company_name: str
    versions: tuple[Version, ...]
    events: tuple[Event, ...]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "History":
        """Out of an answer."""
        return cls(
            code=data["code"],
            company_name=data["company_name"],
            versions=each(Version.from_json, data["versions"]),
            events=each(Event.from_json, data["events"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """One identifier."""

    scheme: str
    value: str
    #: 有効な最初の日。null は、知られている限り始めから
    valid_from: dt.date | None
    #: 有効でなくなった最初の日。null は、終わりが知られていない
    valid_until: dt.date | None
    #: 出所
    origin: str
    #: 記録した改訂
    recorded_in: int
    #: 記録した時刻
    recorded_at: dt.datetime

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Identifier":
        """Out of an answer."""
        return cls(
            scheme=data["scheme"],
            value=data["value"],
            valid_from=day_or_none(data["valid_from"]),
            valid_until=day_or_none(data["valid_until"]),
            origin=data["origin"],
            recorded_in=data["recorded_in"],
            recorded_at=dt.datetime.fromisoformat(data["recorded_at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifiers:
    """All that are known of an issue."""

    code: str
    identifiers: tuple[Identifier, ...]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Identifiers":
        """Out of an answer."""
        return cls(
            code=data["code"],
            identifiers=each(Identifier.from_json, data["identifiers"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainCompany:
    """A company of the chain. One that was in no list of ours has its code only."""

    code: str
    #: 最新の銘柄名。null は、どの一覧にも載っていない
    company_name: str | None
    is_active: bool
    first_seen_on: dt.date | None
    last_seen_on: dt.date | None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "ChainCompany":
        """Out of an answer."""
        return cls(
            code=data["code"],
            company_name=data["company_name"],
            is_active=data["is_active"],
            first_seen_on=day_or_none(data["first_seen_on"]),
            last_seen_on=day_or_none(data["last_seen_on"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Succession:
    """That an issue came after another."""

    #: 前の銘柄のコード
    predecessor: str
    #: 後の銘柄のコード。predecessor と同じなら、同じコードの新しい法人
    successor: str
    #: 前の銘柄のない、または後の銘柄のある最初の一覧の日（遅いほう）
    date: dt.date
    kind: str
    #: 確からしさ（0〜1）。1 は一覧が直接示す
    confidence: float
    #: confirmed だけが事実。proposed は提案
    status: str
    #: 規則（rule）と、比べたものごとの一致と倍率（signals）
    evidence: Mapping[str, Any]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Succession":
        """Out of an answer."""
        return cls(
            predecessor=data["predecessor"],
            successor=data["successor"],
            date=dt.date.fromisoformat(data["date"]),
            kind=data["kind"],
            confidence=data["confidence"],
            status=data["status"],
            evidence=data["evidence"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """All that hangs together with a company."""

    code: str
    companies: tuple[ChainCompany, ...]
    successions: tuple[Succession, ...]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Lineage":
        """Out of an answer."""
        return cls(
            code=data["code"],
            companies=each(ChainCompany.from_json, data["companies"]),
            successions=each(Succession.from_json, data["successions"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A quote by itself."""

    price: float
    #: 前営業日の終値。null は不明
    previous_close: float | None
    #: 前日比
    change: float | None
    #: 前日比（%）
    change_percent: float | None
    currency: str
    #: 株価の時刻
    market_time: dt.datetime
    source: str
    #: 取得した時刻
    fetched_at: dt.datetime
    #: 更新の時期を過ぎているか、何営業日も前の株価
    is_stale: bool
    #: is_stale の理由のコード。PRICE_TOO_OLD は 5 営業日より前の株価、NOT_REFRESHED は未更新、ほかは取得できなかった理由
    stale_reason: str | None
    #: 前日比と取引所の制限値幅。within は範囲内、beyond_daily は通常の制限値幅を超える（拡大時にはありうる）、beyond_widened は 4 倍に拡大された制限値幅も超える（株式分割の未反映か誤りの可能性）。null は比較できない
    limit_check: str | None
    code: str

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Quote":
        """Out of an answer."""
        return cls(
            price=data["price"],
            previous_close=data["previous_close"],
            change=data["change"],
            change_percent=data["change_percent"],
            currency=data["currency"],
            market_time=dt.datetime.fromisoformat(data["market_time"]),
            source=data["source"],
            fetched_at=dt.datetime.fromisoformat(data["fetched_at"]),
            is_stale=data["is_stale"],
            stale_reason=data["stale_reason"],
            limit_check=data["limit_check"],
            code=data["code"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """One official day."""

    #: 一覧に載ったことのない銘柄のこともある
    code: str
    kind: str
    #: 上場日（最初の売買日）、または上場廃止日（売買されなくなった最初の日。最終売買日はその前の営業日）
    official_on: dt.date
    #: 上場廃止の理由
    reason: str | None
    #: 公表日・上場承認日
    announced_on: dt.date | None
    #: 公表された銘柄名
    company_name: str | None
    #: 公表された市場区分
    market: str | None
    #: 出所
    origin: str
    #: 記録した改訂
    recorded_in: int
    #: その時刻。この日を知った時
    recorded_at: dt.datetime | None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Announcement":
        """Out of an answer."""
        return cls(
            code=data["code"],
            kind=data["kind"],
            official_on=dt.date.fromisoformat(data["official_on"]),
            reason=data["reason"],
            announced_on=day_or_none(data["announced_on"]),
            company_name=data["company_name"],
            market=data["market"],
            origin=data["origin"],
            recorded_in=data["recorded_in"],
            recorded_at=moment_or_none(data["recorded_at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementList:
    """A page of them."""

    announcements: tuple[Announcement, ...]
    total: int
    limit: int
    offset: int
    #: after を指定したときだけ。次のページの after に指定する値。null は最後のページ
    next: str | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "AnnouncementList":
        """Out of an answer."""
        return cls(
            announcements=each(Announcement.from_json, data["announcements"]),
            total=data["total"],
            limit=data["limit"],
            offset=data["offset"],
            next=data.get("next"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """How one company differs between two days."""

    code: str
    company_name: str
    type: str
    #: 項目ごとの [from の値, to の値]
    changes: ChangedFields

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Change":
        """Out of an answer."""
        return cls(
            code=data["code"],
            company_name=data["company_name"],
            type=data["type"],
            changes=ChangedFields.from_json(data["changes"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What differs between the universes of two days."""

    #: 比較元の一覧の日
    from_: dt.date
    #: 比較先の一覧の日
    to: dt.date
    changes: tuple[Change, ...]
    total: int
    limit: int
    offset: int
    #: after を指定したときだけ。次のページの after に指定する値。null は最後のページ
    next: str | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Changes":
        """Out of an answer."""
        return cls(
            from_=dt.date.fromisoformat(data["from"]),
            to=dt.date.fromisoformat(data["to"]),
            changes=each(Change.from_json, data["changes"]),
            total=data["total"],
            limit=data["limit"],
            offset=data["offset"],
            next=data.get("next"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EventList:
    """A page of events, newest first."""

    events: tuple[Event, ...]
    #: date が期間に入るイベントの数
    total: int
    #: total のうち、期間より前に起きたかもしれないものの数
    uncertain: int
    #: date が期間より後なので total に入らないが、期間中に起きたかもしれないものの数
    uncertain_after: int
    limit: int
    offset: int
    #: after を指定したときだけ。次のページの after に指定する値。null は最後のページ
    next: str | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "EventList":
        """Out of an answer."""
        return cls(
            events=each(Event.from_json, data["events"]),
            total=data["total"],
            uncertain=data["uncertain"],
            uncertain_after=data["uncertain_after"],
            limit=data["limit"],
            offset=data["offset"],
            next=data.get("next"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestFile:
    """One of the files."""

    format: str
    #: 同じ内容を取得する URL（このサーバーの中のパス）
    url: str
    #: ファイルの大きさ（圧縮転送を解いたもの）。null は、決まらない
    size_bytes: int | None
    #: ファイルの SHA-256（圧縮転送を解いたもの）。null は、決まらない（Parquet は作成日時を含むため、ファイルの中の meigara.content_sha256 と比べる）
    sha256: str | None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "ManifestFile":
        """Out of an answer."""
        return cls(
            format=data["format"],
            url=data["url"],
            size_bytes=data["size_bytes"],
            sha256=data["sha256"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What an export has, and what proves it."""

    #: 内容の改訂
    revision: int
    #: その改訂のハッシュ値（/ledger/chain）。null は、まだない
    chain: str | None
    #: 内容の状態（X-Data-State）。市場区分・業種の名称の変更でも変わる
    state: str
    #: 指定された known_at または revision
    known_at: str | None
    #: 指定された as_of
    as_of: str | None
    #: そのほかに指定された条件
    filters: Mapping[str, Any]
    #: この応答を作った時刻
    made_at: dt.datetime
    #: この製品の版
    version: str
    #: 行数。どの形式でも同じ
    row_count: int
    #: 内容の SHA-256: NDJSON のファイルのもの。どの形式でも同じ
    content_sha256: str
    files: tuple[ManifestFile, ...]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Manifest":
        """Out of an answer."""
        return cls(
            revision=data["revision"],
            chain=data["chain"],
            state=data["state"],
            known_at=data["known_at"],
            as_of=data["as_of"],
            filters=data["filters"],
            made_at=dt.datetime.fromisoformat(data["made_at"]),
            version=data["version"],
            row_count=data["row_count"],
            content_sha256=data["content_sha256"],
            files=each(ManifestFile.from_json, data["files"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Master:
    """A market segment or a sector."""

    code: str
    name: str
    name_english: str

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Master":
        """Out of an answer."""
        return cls(
            code=data["code"],
            name=data["name"],
            name_english=data["name_english"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Markets:
    """All market segments."""

    markets: tuple[Master, ...]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Markets":
        """Out of an answer."""
        return cls(
            markets=each(Master.from_json, data["markets"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """The companies, in the order in which they were asked for."""

    companies: tuple[Company, ...]
    #: companies の数
    total: int
    #: 見つからないコード（保存される形で）
    not_found: tuple[str, ...]
    #: 2 回以上指定されたコード（書き方が違うものを含む）。最初の位置で 1 回だけ返す
    duplicates: tuple[str, ...]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Query":
        """Out of an answer."""
        return cls(
            companies=each(Company.from_json, data["companies"]),
            total=data["total"],
            not_found=text_tuple(data["not_found"]),
            duplicates=text_tuple(data["duplicates"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What was found, best first."""

    companies: tuple[Company, ...]
    total: int
    query: str

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Search":
        """Out of an answer."""
        return cls(
            companies=each(Company.from_json, data["companies"]),
            total=data["total"],
            query=data["query"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sector:
    """A sector; of the 33, with the one of the 17 it belongs to."""

    code: str
    name: str
    name_english: str
    sector17_code: str | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Sector":
        """Out of an answer."""
        return cls(
            code=data["code"],
            name=data["name"],
            name_english=data["name_english"],
            sector17_code=data.get("sector17_code"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sectors:
    """All sectors of a classification."""

    sectors: tuple[Sector, ...]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Sectors":
        """Out of an answer."""
        return cls(
            sectors=each(Sector.from_json, data["sectors"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionName:
    """What names a version."""

    code: str
    valid_from: dt.date

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "VersionName":
        """Out of an answer."""
        return cls(
            code=data["code"],
            valid_from=dt.date.fromisoformat(data["valid_from"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedVersion:
    """A version."""

    code: str
    valid_from: dt.date
    #: この日の前日まで。null は現在も有効
    valid_until: dt.date | None
    company_name: str
    company_name_english: str | None
    market_code: str | None
    sector17_code: str | None
    sector33_code: str | None
    scale_category: str | None
    margin_code: str | None
    product_category: str | None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "RecordedVersion":
        """Out of an answer."""
        return cls(
            code=data["code"],
            valid_from=dt.date.fromisoformat(data["valid_from"]),
            valid_until=day_or_none(data["valid_until"]),
            company_name=data["company_name"],
            company_name_english=data["company_name_english"],
            market_code=data["market_code"],
            sector17_code=data["sector17_code"],
            sector33_code=data["sector33_code"],
            scale_category=data["scale_category"],
            margin_code=data["margin_code"],
            product_category=data["product_category"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EventChanges:
    """Events."""

    appeared: tuple[Event, ...]
    disappeared: tuple[Event, ...]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "EventChanges":
        """Out of an answer."""
        return cls(
            appeared=each(Event.from_json, data["appeared"]),
            disappeared=each(Event.from_json, data["disappeared"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A fact beside the lists. Which fields there are depends on `about`; one that is taken back is told whole."""

    #: issuer: 銘柄の発行体、official_date: 公式の上場日・廃止日、identifier: 識別子、succession: 確認された承継
    about: str
    code: str | None = None
    edinet_code: str | None = None
    company_name_kana: str | None = None
    name_english: str | None = None
    corporate_number: str | None = None
    fiscal_year_end: str | None = None
    kind: str | None = None
    reason: str | None = None
    scheme: str | None = None
    value: str | None = None
    predecessor: str | None = None
    successor: str | None = None
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None
    date: dt.date | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Fact":
        """Out of an answer."""
        return cls(
            about=data["about"],
            code=data.get("code"),
            edinet_code=data.get("edinet_code"),
            company_name_kana=data.get("company_name_kana"),
            name_english=data.get("name_english"),
            corporate_number=data.get("corporate_number"),
            fiscal_year_end=data.get("fiscal_year_end"),
            kind=data.get("kind"),
            reason=data.get("reason"),
            scheme=data.get("scheme"),
            value=data.get("value"),
            predecessor=data.get("predecessor"),
            successor=data.get("successor"),
            valid_from=day_or_none(data.get("valid_from")),
            valid_until=day_or_none(data.get("valid_until")),
            date=day_or_none(data.get("date")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FactChanges:
    """Facts."""

    withdrawn: tuple[Fact, ...]
    recorded: tuple[Fact, ...]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "FactChanges":
        """Out of an answer."""
        return cls(
            withdrawn=each(Fact.from_json, data["withdrawn"]),
            recorded=each(Fact.from_json, data["recorded"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One revision: first withdraw, then record."""

    revision: int
    #: この改訂が知られるようになった時刻
    recorded_at: dt.datetime
    kind: str
    #: 一覧のデータソース。null は一覧によらない改訂
    source: str | None
    #: 一覧の基準日
    date_in_force: dt.date | None
    #: この改訂から、日を指定しない応答が示す日（日本時間）。これより後の基準日の一覧は、その日になると kind=in_force の改訂で反映される。null は、この項目がなかった版の改訂
    day: dt.date | None
    #: この改訂とそれまでのすべての改訂の内容を覆うハッシュ値（/ledger/chain）。null は、前の版が書いた最新の改訂で、次の変更のときに付く
    chain: str | None
    #: 取り下げる版。recorded より先に適用する
    withdrawn: tuple[VersionName, ...]
    #: 記録する版
    recorded: tuple[RecordedVersion, ...]
    #: 現れたイベントと消えたイベント
    events: EventChanges
    #: 一覧のほかに知られていること（発行体、公式の日、識別子、承継）の変化。withdrawn を先に適用する
    facts: FactChanges
    #: false は、同じ改訂の続きが next にある
    is_complete: bool

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Revision":
        """Out of an answer."""
        return cls(
            revision=data["revision"],
            recorded_at=dt.datetime.fromisoformat(data["recorded_at"]),
            kind=data["kind"],
            source=data["source"],
            date_in_force=day_or_none(data["date_in_force"]),
            day=day_or_none(data["day"]),
            chain=data["chain"],
            withdrawn=each(VersionName.from_json, data["withdrawn"]),
            recorded=each(RecordedVersion.from_json, data["recorded"]),
            events=EventChanges.from_json(data["events"]),
            facts=FactChanges.from_json(data["facts"]),
            is_complete=data["is_complete"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A page of the stream."""

    revisions: tuple[Revision, ...]
    #: 続きを読むときに after に指定する値。中身に意味はない
    next: str
    #: 最新の改訂の番号
    newest: int
    #: 改訂の系列。変わったときは手元の内容を捨てて after=0 から読み直す
    epoch: str

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Feed":
        """Out of an answer."""
        return cls(
            revisions=each(Revision.from_json, data["revisions"]),
            next=data["next"],
            newest=data["newest"],
            epoch=data["epoch"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """An issuer."""

    #: 届け出ている証券コード。null は、もうない
    securities_code: str | None
    name: str
    name_english: str | None
    #: 読み（株式会社などを除いた片仮名）
    name_kana: str | None
    #: 法人番号（13 桁）
    corporate_number: str | None
    #: 決算日（例: 3月31日、2月末日）
    fiscal_year_end: str | None
    #: 資本金（円。一覧は百万円単位）
    capital: int | None
    address: str | None
    #: 提出者業種
    industry: str | None
    #: 提出者種別
    filer_type: str | None
    edinet_code: str
    #: 最初に載った EDINET コード一覧の日
    first_seen_on: dt.date
    #: 最後に載った EDINET コード一覧の日
    last_seen_on: dt.date

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Issuer":
        """Out of an answer."""
        return cls(
            securities_code=data["securities_code"],
            name=data["name"],
            name_english=data["name_english"],
            name_kana=data["name_kana"],
            corporate_number=data["corporate_number"],
            fiscal_year_end=data["fiscal_year_end"],
            capital=data["capital"],
            address=data["address"],
            industry=data["industry"],
            filer_type=data["filer_type"],
            edinet_code=data["edinet_code"],
            first_seen_on=dt.date.fromisoformat(data["first_seen_on"]),
            last_seen_on=dt.date.fromisoformat(data["last_seen_on"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerList:
    """A page of issuers."""

    issuers: tuple[Issuer, ...]
    total: int
    limit: int
    offset: int

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "IssuerList":
        """Out of an answer."""
        return cls(
            issuers=each(Issuer.from_json, data["issuers"]),
            total=data["total"],
            limit=data["limit"],
            offset=data["offset"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyBehind:
    """A company, or a class of its shares, that the issuer stood behind."""

    code: str
    #: 最新の銘柄名
    company_name: str
    is_active: bool
    #: この一覧の日から
    valid_from: dt.date
    #: この日の前日まで。null は現在も
    valid_until: dt.date | None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "CompanyBehind":
        """Out of an answer."""
        return cls(
            code=data["code"],
            company_name=data["company_name"],
            is_active=data["is_active"],
            valid_from=dt.date.fromisoformat(data["valid_from"]),
            valid_until=day_or_none(data["valid_until"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledCode:
    """A code under which the issuer filed."""

    code: str
    #: 最初にそう届け出ていた EDINET コード一覧の日
    valid_from: dt.date
    #: そうでなくなった一覧の日。null は現在も
    valid_until: dt.date | None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "FiledCode":
        """Out of an answer."""
        return cls(
            code=data["code"],
            valid_from=dt.date.fromisoformat(data["valid_from"]),
            valid_until=day_or_none(data["valid_until"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerVersion:
    """A state of an issuer."""

    #: 届け出ている証券コード。null は、もうない
    securities_code: str | None
    name: str
    name_english: str | None
    #: 読み（株式会社などを除いた片仮名）
    name_kana: str | None
    #: 法人番号（13 桁）
    corporate_number: str | None
    #: 決算日（例: 3月31日、2月末日）
    fiscal_year_end: str | None
    #: 資本金（円。一覧は百万円単位）
    capital: int | None
    address: str | None
    #: 提出者業種
    industry: str | None
    #: 提出者種別
    filer_type: str | None
    valid_from: dt.date
    valid_until: dt.date | None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "IssuerVersion":
        """Out of an answer."""
        return cls(
            securities_code=data["securities_code"],
            name=data["name"],
            name_english=data["name_english"],
            name_kana=data["name_kana"],
            corporate_number=data["corporate_number"],
            fiscal_year_end=data["fiscal_year_end"],
            capital=data["capital"],
            address=data["address"],
            industry=data["industry"],
            filer_type=data["filer_type"],
            valid_from=dt.date.fromisoformat(data["valid_from"]),
            valid_until=day_or_none(data["valid_until"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerDetail:
    """An issuer with its companies, codes and states."""

    #: 届け出ている証券コード。null は、もうない
    securities_code: str | None
    name: str
    name_english: str | None
    #: 読み（株式会社などを除いた片仮名）
    name_kana: str | None
    #: 法人番号（13 桁）
    corporate_number: str | None
    #: 決算日（例: 3月31日、2月末日）
    fiscal_year_end: str | None
    #: 資本金（円。一覧は百万円単位）
    capital: int | None
    address: str | None
    #: 提出者業種
    industry: str | None
    #: 提出者種別
    filer_type: str | None
    edinet_code: str
    #: 最初に載った EDINET コード一覧の日
    first_seen_on: dt.date
    #: 最後に載った EDINET コード一覧の日
    last_seen_on: dt.date
    companies: tuple[CompanyBehind, ...]
    codes: tuple[FiledCode, ...]
    versions: tuple[IssuerVersion, ...]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "IssuerDetail":
        """Out of an answer."""
        return cls(
            securities_code=data["securities_code"],
            name=data["name"],
            name_english=data["name_english"],
            name_kana=data["name_kana"],
            corporate_number=data["corporate_number"],
            fiscal_year_end=data["fiscal_year_end"],
            capital=data["capital"],
            address=data["address"],
            industry=data["industry"],
            filer_type=data["filer_type"],
            edinet_code=data["edinet_code"],
            first_seen_on=dt.date.fromisoformat(data["first_seen_on"]),
            last_seen_on=dt.date.fromisoformat(data["last_seen_on"]),
            companies=each(CompanyBehind.from_json, data["companies"]),
            codes=each(FiledCode.from_json, data["codes"]),
            versions=each(IssuerVersion.from_json, data["versions"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A revision in the chain."""

    revision: int
    #: この改訂のハッシュ値。link（UTF-8）の SHA-256
    chain: str
    #: ハッシュ値の対象の全文（JSON）。before は前の改訂のハッシュ値、list は一覧とその内容の SHA-256、facts は一覧のほかに記録・取り下げした事実の件数と SHA-256
    link: str

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Link":
        """Out of an answer."""
        return cls(
            revision=data["revision"],
            chain=data["chain"],
            link=data["link"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A part of the chain."""

    links: tuple[Link, ...]
    #: 続きを読むときに after に指定する番号。null は最後まで
    next: int | None
    #: 最新の改訂の番号
    newest: int

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Chain":
        """Out of an answer."""
        return cls(
            links=each(Link.from_json, data["links"]),
            next=data["next"],
            newest=data["newest"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The newest revision that has a hash."""

    #: ハッシュ値のある最新の改訂。0 は、まだない
    revision: int
    #: そのハッシュ値（SHA-256、64 桁）。番号とともに控えておくと、あとで照合できる
    chain: str | None
    #: その改訂が知られるようになった時刻
    recorded_at: dt.datetime | None
    #: 最新の改訂の番号。revision より大きければ、その間は前の版が書いたもので、次の変更のときにハッシュ値が付く
    newest: int

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Head":
        """Out of an answer."""
        return cls(
            revision=data["revision"],
            chain=data["chain"],
            recorded_at=moment_or_none(data["recorded_at"]),
            newest=data["newest"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SuccessionList:
    """A page of successions, newest first."""

    successions: tuple[Succession, ...]
    total: int
    limit: int
    offset: int

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "SuccessionList":
        """Out of an answer."""
        return cls(
            successions=each(Succession.from_json, data["successions"]),
            total=data["total"],
            limit=data["limit"],
            offset=data["offset"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """That a list was taken back."""

    withdrawn_at: dt.datetime
    #: 取り消した人
    withdrawn_by: str
    reason: str

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Withdrawal":
        """Out of an answer."""
        return cls(
            withdrawn_at=dt.datetime.fromisoformat(data["withdrawn_at"]),
            withdrawn_by=data["withdrawn_by"],
            reason=data["reason"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One entry of the ledger."""

    #: スナップショットの番号。取り込んだ順に大きくなる
    id: int
    #: 一覧の基準日
    date_in_force: dt.date
    source: str
    status: str
    #: 一覧の件数
    row_count: int
    #: 一覧の内容の SHA-256
    sha256: str
    #: 取り込んだ時刻
    recorded_at: dt.datetime
    #: 同じ基準日の別の一覧が有効（status が superseded）
    is_superseded: bool
    #: いま有効な同じ基準日の一覧の番号
    superseded_by: int | None
    #: null は取り消されていない
    withdrawal: Withdrawal | None
    #: 提供元がその日の朝に改訂しうる一覧で、まだ確定していない
    is_provisional: bool
    #: 暫定だった一覧と同じ内容を、改訂のあとで取得した時刻。はじめから確定していれば null
    confirmed_at: dt.datetime | None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Snapshot":
        """Out of an answer."""
        return cls(
            id=data["id"],
            date_in_force=dt.date.fromisoformat(data["date_in_force"]),
            source=data["source"],
            status=data["status"],
            row_count=data["row_count"],
            sha256=data["sha256"],
            recorded_at=dt.datetime.fromisoformat(data["recorded_at"]),
            is_superseded=data["is_superseded"],
            superseded_by=data["superseded_by"],
            withdrawal=None if data.get("withdrawal") is None else Withdrawal.from_json(data["withdrawal"]),
            is_provisional=data["is_provisional"],
            confirmed_at=moment_or_none(data["confirmed_at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotList:
    """A page of entries, newest date first."""

    snapshots: tuple[Snapshot, ...]
    total: int
    limit: int
    offset: int

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "SnapshotList":
        """Out of an answer."""
        return cls(
            snapshots=each(Snapshot.from_json, data["snapshots"]),
            total=data["total"],
            limit=data["limit"],
            offset=data["offset"],
        )
