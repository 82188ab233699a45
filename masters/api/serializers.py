"""How market segments and sectors are told."""

from typing import Any

from rest_framework import serializers


class MasterAnswer(serializers.Serializer[Any]):
    """A market segment or a sector."""

    code = serializers.CharField()
    name = serializers.CharField()
    name_english = serializers.CharField()


class MarketsAnswer(serializers.Serializer[Any]):
    """All market segments."""

    markets = MasterAnswer(many=True)


class SectorAnswer(MasterAnswer):
    """A sector; of the 33, with the one of the 17 it belongs to."""

    sector17_code = serializers.CharField(source="sector17_id", required=False)


class SectorsAnswer(serializers.Serializer[Any]):
    """All sectors of a classification."""

    sectors = SectorAnswer(many=True)


MARKETS_EXAMPLE = {"markets": [{"code": "0111", "name": "プライム", "name_english": "Prime"}]}
SECTORS_EXAMPLE = {
    "sectors": [
        {"code": "3700", "name": "輸送用機器", "name_english": "Transportation Equipment", "sector17_code": "6"}
    ]
}
