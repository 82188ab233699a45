"""Alert rules and dashboard: tested by promtool, and about metrics that exist."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
PROMTOOL = shutil.which("promtool")
RULES = yaml.safe_load((DEPLOY / "prometheus/meigara.rules.yml").read_text())
TEST_FILES = sorted((DEPLOY / "prometheus").glob("*.test.yml"))
TESTS = [test for file in TEST_FILES for test in yaml.safe_load(file.read_text())["tests"]]
ALERTS = [rule for group in RULES["groups"] for rule in group["rules"]]


@pytest.mark.skipif(PROMTOOL is None, reason="promtool is not installed (Debian: apt-get install prometheus)")
@pytest.mark.parametrize(
    "words", [("check", "rules", "meigara.rules.yml"), *(("test", "rules", file.name) for file in TEST_FILES)]
)
def test_promtool_accepts_the_rules_and_their_tests(words: tuple[str, ...]) -> None:
    done = subprocess.run(
        [str(PROMTOOL), *words], cwd=DEPLOY / "prometheus", capture_output=True, text=True, check=False
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("alert", [rule["alert"] for rule in ALERTS])
def test_every_rule_is_tested_firing(alert: str) -> None:
    expected = [s["labels"] for test in TESTS for e in test["promql_expr_test"] for s in e["exp_samples"]]

    assert any(f'alertname="{alert}",alertstate="firing"' in labels for labels in expected)


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
def test_every_rule_says_in_words_what_happened_and_what_to_do(rule: dict[str, dict[str, str]]) -> None:
    assert rule["labels"]["severity"] in ("warning", "critical")
    assert re.search(r"[ぁ-ん]", rule["annotations"]["summary"])
    assert re.search(r"[ぁ-ん]", rule["annotations"]["description"])


def test_rules_and_dashboard_ask_only_for_what_the_product_counts() -> None:
    dashboard = json.loads((DEPLOY / "grafana/meigara.json").read_text())
    expressions = [t["expr"] for panel in dashboard["panels"] for t in panel.get("targets", [])]
    asked = {name for e in [*expressions, *(rule["expr"] for rule in ALERTS)] for name in metrics_in(e)}
    sources = "\n".join(
        path.read_text()
        for app in ("api", "datasources", "operations", "subscriptions", "syncjobs")
        for path in (DEPLOY.parent / app).rglob("*.py")
    )

    unknown = {
        name for name in asked if f'"{name}"' not in sources and f'"{name.removesuffix("_total")}"' not in sources
    }
    assert len(asked) > 15
    assert unknown == set()


def metrics_in(expression: str) -> set[str]:
    without_labels = re.sub(r"\{[^}]*\}|\[[^\]]*\]|\bby \([^)]*\)", "", expression)
    names = re.findall(r"\b[a-z]+(?:_[a-z]+)+\b(?!\s*\()", without_labels)
    return {re.sub(r"_(bucket|count|sum)$", "", name) for name in names}
