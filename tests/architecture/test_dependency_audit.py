"""How the report of the audit is read: in the shape that pip-audit 2.10 writes with `--format json`."""

from tests.architecture.dependency_audit import Verdict, judge


def test_a_hole_is_named_with_the_version_that_closes_it() -> None:
    report = {
        "dependencies": [
            {"name": "django", "version": "5.2.1", "vulns": [{"id": "PYSEC-2025-1", "fix_versions": ["5.2.2"], "aliases": []}]},
            {"name": "redis", "version": "7.0.0", "vulns": []},
        ],
        "fixes": [],
    }  # fmt: skip

    assert judge(report) == Verdict(["django 5.2.1: PYSEC-2025-1 (fixed in 5.2.2)"], audited=2, skipped=0)


def test_packages_that_could_not_be_asked_about_count_as_not_audited() -> None:
    report = {"dependencies": [{"name": "redis", "skip_reason": "Dependency not found and could not be audited"}]}

    assert judge(report) == Verdict([], audited=0, skipped=1)
