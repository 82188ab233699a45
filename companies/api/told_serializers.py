"""What a company's answer tells beside what lists say, for the schema (`companies.issuers.told`)."""

from typing import Any

from rest_framework import serializers

_IDENTIFIER = "{}。as_of ではその日のもの。as_of がなければ、最新の改訂（known_at では、その改訂）の日のもので、廃止された銘柄では最後に載った一覧の日のもの"


class ToldFactsAnswer(serializers.Serializer[Any]):
    """Issuer, official days and identifiers; in answers about the past as they were then."""

    company_name_english = serializers.CharField(
        allow_null=True,
        help_text="一覧にあればその英語名、なければ EDINET に届け出られた発行体の英語名。どちらにもなければ null",
    )
    company_name_kana = serializers.CharField(
        allow_null=True, help_text="発行体の名称の読み（EDINET の届出。株式会社などを除いた片仮名）"
    )
    edinet_code = serializers.CharField(
        allow_null=True, help_text="発行体の EDINET コード。as_of では、その日の発行体。種類株式は普通株式の発行体"
    )
    corporate_number = serializers.CharField(allow_null=True, help_text="発行体の法人番号（13 桁）")
    fiscal_year_end = serializers.CharField(allow_null=True, help_text="発行体の決算日（例: 3月31日、2月末日）")
    listed_on = serializers.DateField(
        allow_null=True, help_text="取引所が公表した上場日。null は、公表日を取り込んでいない"
    )
    delisted_on = serializers.DateField(
        allow_null=True,
        help_text="取引所が公表した上場廃止日（取引されない最初の日）。これから廃止になる予定も含む。null は、公表を取り込んでいない",
    )
    delisting_reason = serializers.CharField(allow_null=True, help_text="取引所が公表した上場廃止理由")
    isin = serializers.CharField(allow_null=True, help_text=_IDENTIFIER.format("ISIN"))
    figi = serializers.CharField(allow_null=True, help_text=_IDENTIFIER.format("FIGI"))
    lei = serializers.CharField(allow_null=True, help_text=_IDENTIFIER.format("LEI（発行体のもの）"))
