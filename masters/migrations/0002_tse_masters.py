"""The market segments and sectors of the Tokyo Stock Exchange.

Source: J-Quants API V2, "Market code", "17-sector code" and "33-sector code"; English names as JPX uses them.
"""

from django.db import migrations

MARKETS = [
    ("0111", "プライム", "Prime"),
    ("0112", "スタンダード", "Standard"),
    ("0113", "グロース", "Growth"),
    ("0105", "TOKYO PRO MARKET", "TOKYO PRO MARKET"),
    ("0109", "その他", "Others"),
    ("0101", "東証一部", "1st Section"),
    ("0102", "東証二部", "2nd Section"),
    ("0104", "マザーズ", "Mothers"),
    ("0106", "JASDAQ スタンダード", "JASDAQ Standard"),
    ("0107", "JASDAQ グロース", "JASDAQ Growth"),
]
DESCRIPTIONS = {
    "0109": "ETF・ETN、REIT、インフラファンド、出資証券など",
    **dict.fromkeys(("0101", "0102", "0104", "0106", "0107"), "2022年4月3日まで（市場区分の見直しにより廃止）"),
    **dict.fromkeys(("0111", "0112", "0113"), "2022年4月4日から"),
}

SECTORS17 = [
    ("1", "食品", "Foods"),
    ("2", "エネルギー資源", "Energy Resources"),
    ("3", "建設・資材", "Construction & Materials"),
    ("4", "素材・化学", "Raw Materials & Chemicals"),
    ("5", "医薬品", "Pharmaceutical"),
    ("6", "自動車・輸送機", "Automobiles & Transportation Equipment"),
    ("7", "鉄鋼・非鉄", "Steel & Nonferrous Metals"),
    ("8", "機械", "Machinery"),
    ("9", "電機・精密", "Electric Appliances & Precision Instruments"),
    ("10", "情報通信・サービスその他", "IT & Services, Others"),
    ("11", "電気・ガス", "Electric Power & Gas"),
    ("12", "運輸・物流", "Transportation & Logistics"),
    ("13", "商社・卸売", "Commercial & Wholesale Trade"),
    ("14", "小売", "Retail Trade"),
    ("15", "銀行", "Banks"),
    ("16", "金融（除く銀行）", "Financials (ex Banks)"),
    ("17", "不動産", "Real Estate"),
    ("99", "その他", "Other"),
]

SECTORS33 = [
    ("0050", "水産・農林業", "Fishery, Agriculture & Forestry", "1"),
    ("1050", "鉱業", "Mining", "2"),
    ("2050", "建設業", "Construction", "3"),
    ("3050", "食料品", "Foods", "1"),
    ("3100", "繊維製品", "Textiles & Apparels", "4"),
    ("3150", "パルプ・紙", "Pulp & Paper", "4"),
    ("3200", "化学", "Chemicals", "4"),
    ("3250", "医薬品", "Pharmaceutical", "5"),
    ("3300", "石油・石炭製品", "Oil & Coal Products", "2"),
    ("3350", "ゴム製品", "Rubber Products", "6"),
    ("3400", "ガラス・土石製品", "Glass & Ceramics Products", "3"),
    ("3450", "鉄鋼", "Iron & Steel", "7"),
    ("3500", "非鉄金属", "Nonferrous Metals", "7"),
    ("3550", "金属製品", "Metal Products", "3"),
    ("3600", "機械", "Machinery", "8"),
    ("3650", "電気機器", "Electric Appliances", "9"),
    ("3700", "輸送用機器", "Transportation Equipment", "6"),
    ("3750", "精密機器", "Precision Instruments", "9"),
    ("3800", "その他製品", "Other Products", "10"),
    ("4050", "電気・ガス業", "Electric Power & Gas", "11"),
    ("5050", "陸運業", "Land Transportation", "12"),
    ("5100", "海運業", "Marine Transportation", "12"),
    ("5150", "空運業", "Air Transportation", "12"),
    ("5200", "倉庫・運輸関連業", "Warehousing & Harbor Transportation Services", "12"),
    ("5250", "情報・通信業", "Information & Communication", "10"),
    ("6050", "卸売業", "Wholesale Trade", "13"),
    ("6100", "小売業", "Retail Trade", "14"),
    ("7050", "銀行業", "Banks", "15"),
    ("7100", "証券、商品先物取引業", "Securities & Commodity Futures", "16"),
    ("7150", "保険業", "Insurance", "16"),
    ("7200", "その他金融業", "Other Financing Business", "16"),
    ("8050", "不動産業", "Real Estate", "17"),
    ("9050", "サービス業", "Services", "10"),
    ("9999", "その他", "Other", "99"),
]


def add_masters(apps, schema_editor):
    """Add the rows that are not there; a row that is stays as it is."""
    market, sector17, sector33 = (apps.get_model("masters", name) for name in ("Market", "Sector17", "Sector33"))
    for order, (code, name, english) in enumerate(MARKETS, start=1):
        values = {"name": name, "name_english": english, "description": DESCRIPTIONS.get(code, "")}
        market.objects.get_or_create(code=code, defaults={**values, "display_order": order})
    for order, (code, name, english) in enumerate(SECTORS17, start=1):
        values = {"name": name, "name_english": english, "display_order": order}
        sector17.objects.get_or_create(code=code, defaults=values)
    for order, (code, name, english, parent) in enumerate(SECTORS33, start=1):
        values = {"name": name, "name_english": english, "display_order": order, "sector17_id": parent}
        sector33.objects.get_or_create(code=code, defaults=values)


class Migration(migrations.Migration):
    dependencies = [("masters", "0001_initial")]

    # Backwards the rows stay: companies may refer to them, and the tables go with the first migration anyway.
    operations = [migrations.RunPython(add_masters, migrations.RunPython.noop)]
