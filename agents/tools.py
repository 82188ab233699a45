"""The tools: which operations of the REST API agents may call, and with which of their parameters."""

from dataclasses import dataclass

#: A row is some 600 bytes, of which agents read every one.
MOST_ROWS, USUAL_ROWS = 200, 25


@dataclass(frozen=True, slots=True)
class ToolKind:
    """One tool. `name` is the `operationId` of an operation that reads; `title` and `description` are Japanese and English."""

    name: str
    title: tuple[str, str]
    description: tuple[str, str]
    parameters: tuple[str, ...] = ()

    @property
    def is_by_cursor(self) -> bool:
        """Whether it goes on after what the answer before named: pages of one revision, or revisions of the chain."""
        return "after" in self.parameters


_FILTERS = (
    "market_code", "sector17_code", "sector33_code", "scale_category", "margin_code", "product_category", "code", "edinet_code", "corporate_number", "q",
)  # fmt: skip
_PAGES, _KNOWN = ("limit", "after"), ("known_at",)

_ALL = (
    ToolKind(
        "search_companies", ("銘柄を探す", "Search companies"),
        (
            "銘柄をコード、銘柄名、英語名、カナ、ローマ字で探す。上場廃止になった銘柄も含む。銘柄コードが分からないときに最初に使う。",
            "Find issues by code, name, English name, kana or romaji, delisted ones too. The first step where no code is known.",
        ), ("q", "active_only", "limit", *_KNOWN),
    ),
    ToolKind(
        "get_company", ("1 銘柄", "One company"),
        (
            "1 銘柄の内容。as_of で過去のその日の内容、known_at でその時点で知られていた内容になる。",
            "One issue: names, market, sectors, issuer, dates. As of a past day with as_of, as known then with known_at.",
        ), ("code", "as_of", *_KNOWN),
    ),
    ToolKind(
        "get_company_history", ("1 銘柄の履歴", "History of a company"),
        (
            "1 銘柄のすべての版（期間と内容）とイベント。",
            "All states of one issue with their periods, and its listing events.",
        ), ("code", *_KNOWN),
    ),
    ToolKind(
        "get_company_identifiers", ("1 銘柄の識別子", "Identifiers of a company"),
        ("1 銘柄の ISIN、FIGI、LEI などの識別子。", "ISIN, FIGI, LEI and other identifiers of one issue."), ("code", *_KNOWN),
    ),
    ToolKind(
        "get_company_lineage", ("1 銘柄の承継", "Lineage of a company"),
        (
            "1 銘柄の前身と後継（株式移転、合併、別のコードなど）。proposed はまだ事実ではない。",
            "Predecessors and successors of one issue (share transfer, merger, another code, …). What is proposed is no fact yet.",
        ), ("code", "status"),
    ),
    ToolKind(
        "list_companies", ("ある日の全銘柄", "The universe of a day"),
        (
            "条件に合う上場銘柄。as_of を指定すると、その日に上場していた銘柄をその日の内容で返す（生き残りの偏りがない）。件数だけなら limit=1 で total を読む。",
            "Listed issues by market, sector and more. With as_of the universe of that day as it was, without survivorship bias. For a count alone take limit=1 and read total.",
        ), ("as_of", *_FILTERS, "active_only", "ordering", *_PAGES, *_KNOWN),
    ),
    ToolKind(
        "list_events", ("イベント", "Listing events"),
        (
            "上場、上場廃止、商号・市場・業種・規模などの変更を、期間と種別で。日付は、変わった内容の一覧が最初に有効になった日。",
            "Listings, delistings and changes of name, market, sector, scale and more, by period and type. The date is the first list that shows it.",
        ), ("from", "to", "type", "code", "market_code", *_PAGES, *_KNOWN),
    ),
    ToolKind(
        "list_changes", ("2 つの日の違い", "Changes between two days"),
        (
            "2 つの日の全銘柄を比べ、加わった銘柄、なくなった銘柄、内容が変わった銘柄を返す。",
            "What differs between the universes of two days: issues that came, went or changed.",
        ), ("from", "to", *_PAGES, *_KNOWN),
    ),
    ToolKind(
        "list_announcements", ("上場・廃止の公表", "Announced listings and delistings"),
        (
            "取引所が公表した上場日と上場廃止日。これからの予定を含む。取り込んだ公表だけが分かる。",
            "Listing and delisting dates that the exchange published, coming ones too, as far as they were imported.",
        ), ("from", "to", "kind", "code", *_PAGES, *_KNOWN),
    ),
    ToolKind(
        "list_successions", ("承継の一覧", "Successions"),
        (
            "会社の承継（どの銘柄がどの銘柄を引き継いだか）の一覧。proposed はまだ事実ではない。",
            "Which issue followed which, for all of them. What is proposed is no fact yet.",
        ), ("code", "kind", "status", "min_confidence", "limit", "offset"),
    ),
    ToolKind(
        "list_issuers", ("発行体を探す", "Search issuers"),
        (
            "発行体（EDINET の提出者）を名称、読み、EDINET コード、法人番号、銘柄コードで探す。",
            "Find issuers (filers of EDINET) by name, reading, EDINET code, corporate number or securities code.",
        ), ("q", "code", "edinet_code", "corporate_number", "limit", "offset"),
    ),
    ToolKind(
        "get_issuer", ("1 発行体", "One issuer"),
        ("1 発行体と、その銘柄。", "One issuer and its issues."), ("edinet_code",),
    ),
    ToolKind("list_markets", ("市場区分", "Markets"), ("市場区分のコードと名称。", "Codes and names of the markets.")),
    ToolKind(
        "list_sectors", ("業種", "Sectors"), ("17 業種か 33 業種のコードと名称。", "Codes and names of the 17 or the 33 sectors."), ("type",),
    ),
    ToolKind(
        "list_snapshots", ("元の一覧", "Lists that it follows from"),
        (
            "履歴の元になった一覧と、その日付・データソース。どの日から分かるかを調べる。",
            "The lists that the history follows from, with day and source: from which day on something is known.",
        ), ("from", "to", "source", "status", "limit", "offset"),
    ),
    ToolKind(
        "list_calendar_days", ("取引カレンダー", "Trading calendar"),
        (
            "取引所の営業日と休業日。データソースから知らされた日（told）と計算した日（computed）を区別し、前後の営業日と、その日の一覧の有無も返す。366 日まで。",
            "Business days of the exchange: told by the source or computed, with their neighbours, and which have a list. 366 days at most.",
        ), ("from", "to"),
    ),
    ToolKind(
        "get_ledger_head", ("改訂の連鎖の先頭", "Head of the chain of revisions"),
        (
            "最新の改訂の番号とハッシュ値。控えておくと、それまでの内容が書き換えられていないことを、後から確かめられる。",
            "Number and hash of the newest revision. Written down elsewhere it proves later that nothing up to there was altered.",
        ),
    ),
    ToolKind(
        "list_ledger_chain", ("改訂の連鎖", "The chain of revisions"),
        (
            "改訂を番号の順に、ハッシュ値と、その対象の全文とともに返す。n から m までは after を n-1、limit を m-n+1 とする。控えた番号とハッシュ値を照合するときに使う。",
            "Revisions by number, each with its hash and the words that it covers. From n to m: after is n-1, limit is m-n+1. To hold a head that was written down against the ledger.",
        ), _PAGES,
    ),
)  # fmt: skip

#: By name, in the order in which agents are shown them.
TOOLS = {tool.name: tool for tool in _ALL}
