"""What agents read of the product. The protocol knows no languages: everything is said in Japanese, then in English."""

INSTRUCTIONS = """\
東京証券取引所の上場銘柄マスターと、その全履歴です。すべて読み取り専用です。
- 日付は日本の暦日（YYYY-MM-DD）です。一覧は営業日ごと（データソースによっては月末ごと）で、一覧のない日には、その日以前で最も新しい一覧の内容が有効です。\
最初の一覧より前は分かりません（SNAPSHOT_NOT_FOUND）。どの日の一覧があるかは list_snapshots で分かります。
- as_of は「その日に有効だった内容」、known_at（改訂の番号か日時）は「その時点で知られていた内容」です。known_at を指定した過去の答えは、後から訂正があっても変わりません。\
答えには台帳の改訂の番号が付きます。同じ内容をもう一度読むには、その番号を known_at に指定してください。
- first_seen_on・last_seen_on は一覧に現れた最初と最後の日です。取引所が公表した日は listed_on・delisted_on で、null は公表を取り込んでいないことを表します。\
null は「ない」ではなく「分からない」です。推測で補わないでください。
- 承継（lineage）の proposed は規則による提案で、まだ事実ではありません。
- 株価・財務・市場の取引データはありません。
- 銘柄が決まっていなければ search_companies から始めてください。1 回の呼び出しは REST API の 1 回と同じに数えられ、続きは next を after に指定して読みます。

The master of all issues listed on the Tokyo Stock Exchange, with its whole history. Everything is read-only.
- Dates are calendar days in Japan (YYYY-MM-DD). There is a list for each business day (of some sources for each month's end); on a day without one the \
newest list on or before it holds. Nothing is known before the first list (SNAPSHOT_NOT_FOUND). list_snapshots tells which lists there are.
- as_of is what was in force on a day; known_at (a revision's number or an instant) is what was known at that moment. An answer for a past known_at never \
changes, whatever is corrected later. Answers carry the ledger's revision: give it as known_at to read the same again.
- first_seen_on and last_seen_on are the first and the last list with the issue. Dates that the exchange published are listed_on and delisted_on; null means \
that no publication was imported. null is "not known", never "none": do not fill it in by guessing.
- A succession (lineage) that is "proposed" was proposed by rules and is not a fact yet.
- There are no prices, financials or trades.
- Begin with search_companies where the issue is not known yet. A call counts as one request of the REST API; to go on, give next as after."""

#: By name: Japanese, English. Limits, forms and defaults stand in the schema beside them.
PARAMETERS = {
    "active_only": ("上場中の銘柄だけ（as_of を指定すればその日に）", "only issues that are listed (on the day of as_of)"),
    "after": ("前の答えの next。0 は最初から。途中で改訂があっても最初のページと同じ内容で続く", "next of the answer before; 0 from the beginning. Pages stay at the revision of the first"),
    "as_of": ("この日に有効だった内容（YYYY-MM-DD）", "what was in force on this day (YYYY-MM-DD)"),
    "code": ("銘柄コード（4 桁か 5 桁。7203.T、TYO:7203 なども可）", "securities code (4 or 5 characters; 7203.T or TYO:7203 will do)"),
    "corporate_number": ("発行体の法人番号（13 桁）", "corporate number of the issuer (13 digits)"),
    "edinet_code": ("発行体の EDINET コード（例: E02144）", "EDINET code of the issuer (such as E02144)"),
    "from": ("最初の日（YYYY-MM-DD）", "first day (YYYY-MM-DD)"),
    "to": ("最後の日（YYYY-MM-DD）", "last day (YYYY-MM-DD)"),
    "kind": ("種別", "kind"),
    "known_at": ("この時点で知られていた内容（改訂の番号か ISO 8601 の日時）", "what was known then (a revision's number or an ISO 8601 instant)"),
    "limit": ("1 回に返す件数", "how many rows"),
    "margin_code": ("信用区分コード（1 信用、2 貸借、3 その他）", "margin class (1 margin, 2 loanable, 3 other)"),
    "market_code": ("市場区分コード（list_markets。例: 0111 プライム）", "market code (list_markets; 0111 is Prime)"),
    "min_confidence": ("確からしさがこれ以上（0〜1）", "with at least this confidence (0 to 1)"),
    "offset": ("読み飛ばす件数", "rows to skip"),
    "ordering": ("並び順（- で降順）", "order (- for descending)"),
    "product_category": ("商品区分コード（011 内国株券、013 REIT、014 ETF など）", "product category (011 domestic stock, 013 REIT, 014 ETF, …)"),
    "q": ("検索語（銘柄名、英語名、カナ、ローマ字、コード）", "words to search for (name, English name, kana, romaji, code)"),
    "scale_category": ("規模区分（例: TOPIX Core30）", "scale (such as TOPIX Core30)"),
    "sector17_code": ("17 業種コード（list_sectors）", "code of one of 17 sectors (list_sectors)"),
    "sector33_code": ("33 業種コード（list_sectors）", "code of one of 33 sectors (list_sectors)"),
    "source": ("データソース", "data source"),
    "status": ("状態", "status"),
    "type": ("種別", "type"),
}  # fmt: skip


def both(japanese: str, english: str) -> str:
    """One text of both languages."""
    return f"{japanese} / {english}"
