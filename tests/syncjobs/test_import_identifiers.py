"""`manage.py import_identifiers`."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from companies.models import CompanyIdentifier, LedgerRevision

pytestmark = pytest.mark.usefixtures("two_lists")

GOOD = "code,isin,figi\n7203,JP3633400001,BBG000BCM915\n1375,JP3756600007,\n"


def run(*words: str) -> list[str]:
    output = StringIO()
    call_command("import_identifiers", *words, stdout=output)
    return output.getvalue().splitlines()


def test_a_file_is_recorded_with_a_summary_and_its_name_as_origin(tmp_path: Path) -> None:
    (tmp_path / "isin.csv").write_text(GOOD)

    assert run(str(tmp_path / "isin.csv")) == [
        "isin.csv: 取込 全 3 件（新規 3、訂正 0、変更なし 0、終わりが決まった既知のもの 0）",
        "  注意: どの一覧にもないコードが 1 件あります（記録はします）: 1375",
    ]
    assert set(CompanyIdentifier.objects.values_list("origin", flat=True)) == {"isin.csv"}


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "isin.csv").write_text(GOOD)
    run(str(tmp_path / "isin.csv"))

    assert run(str(tmp_path / "isin.csv"), "--origin", "証券コード協議会")[0] == (
        "isin.csv: 変更なし（取込済み） 全 3 件（新規 0、訂正 0、変更なし 3、終わりが決まった既知のもの 0）"
    )
    assert LedgerRevision.objects.count() == 3


def test_the_origin_can_be_told(tmp_path: Path) -> None:
    (tmp_path / "isin.csv").write_text(GOOD)
    run(str(tmp_path / "isin.csv"), "--origin", "証券コード協議会")

    assert set(CompanyIdentifier.objects.values_list("origin", flat=True)) == {"証券コード協議会"}


def test_a_dry_run_says_what_it_would_do_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "isin.csv").write_text(GOOD)

    told = run(str(tmp_path / "isin.csv"), "--dry-run")

    assert "新規 3" in told[0]
    assert told[-1] == "--dry-run のため、何も書き込んでいません。"
    assert not CompanyIdentifier.objects.exists()


def test_a_file_with_a_wrong_row_is_not_taken_at_all_and_the_others_are(tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("code,isin\n7203,JP3633400001\n7201,JP3633400002\n")
    (tmp_path / "good.csv").write_text("code,isin\n7974,JP3756600007\n")

    with pytest.raises(CommandError, match=r"bad\.csv: 3 行目 isin: 「JP3633400002」は ISIN の検査数字が合いません"):
        run(*(str(tmp_path / name) for name in ("bad.csv", "good.csv", "missing.csv")))

    assert list(CompanyIdentifier.objects.values_list("code", flat=True)) == ["7974"]


def test_of_very_many_faults_the_first_are_listed_and_the_rest_counted(tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("code,isin\n" + "7203,x\n" * 60)

    with pytest.raises(CommandError, match=r"bad\.csv: ほか 10 件"):
        run(str(tmp_path / "bad.csv"))
