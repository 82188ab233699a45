"""The Helm chart as Helm's own engine renders it, and what a container in it is told."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.places import CHART

# A Mac with an Intel processor is the one machine of those that the product is developed on without a wheel of it.
helm_python = pytest.importorskip("helm_python", reason="Helm's engine has no wheel for this machine")

Document = dict[str, Any]
VALUE_SETS = ("minimal", "production", "external-services")
COMPONENTS = ("web", "worker", "notifier", "beat", "migrate")
every_value_set = pytest.mark.parametrize("name", VALUE_SETS)


def values_of(name: str) -> dict[str, Any]:
    values: dict[str, Any] = yaml.safe_load((CHART / "ci" / f"{name}-values.yaml").read_text())
    return values


def minimal(**changes: Any) -> dict[str, Any]:
    """The smallest set of values with whole top-level values put in place."""
    return values_of("minimal") | changes


def render_text(values: dict[str, Any]) -> dict[str, str]:
    """Template by template. Raises `HelmError` where the chart refuses the values."""
    with helm_python.Chart.load(CHART) as chart:
        chart.validate_schema(values)
        texts: dict[str, str] = chart.render(values, name="shop", namespace="markets")
    return texts


def documents_of(texts: dict[str, str]) -> list[Document]:
    return [
        document
        for path, text in texts.items()
        if not path.endswith("NOTES.txt")
        for document in yaml.safe_load_all(text)
        if document
    ]


@cache
def render(name: str) -> list[Document]:
    """The documents of one of the three value sets."""
    return documents_of(render_text(values_of(name)))


def of_kind(documents: list[Document], kind: str) -> dict[str, Document]:
    """By name without the release's."""
    return {
        document["metadata"]["name"].removeprefix("shop-meigara").removeprefix("-"): document
        for document in documents
        if document["kind"] == kind
    }


def pods_of(documents: list[Document]) -> dict[str, Document]:
    """The pod templates by component."""
    templates = [document["spec"]["template"] for document in documents if document["kind"] in {"Deployment", "Job"}]
    templates += [
        document["spec"]["jobTemplate"]["spec"]["template"] for document in of_kind(documents, "CronJob").values()
    ]
    return {template["metadata"]["labels"]["app.kubernetes.io/component"]: template for template in templates}


def container_of(documents: list[Document], component: str) -> Document:
    [container] = pods_of(documents)[component]["spec"]["containers"]
    return dict(container)


def files_of(documents: list[Document], component: str) -> set[Path]:
    """The files that the container finds where its volume of secrets is."""
    [volume] = [one for one in pods_of(documents)[component]["spec"]["volumes"] if one["name"] == "secrets"]
    [mount] = [one for one in container_of(documents, component)["volumeMounts"] if one["name"] == "secrets"]
    return {Path(mount["mountPath"], item["path"]) for item in volume["secret"]["items"]}


def variables_of(documents: list[Document], component: str) -> Iterator[tuple[str, str]]:
    """Names of the variables of a component's container and where each comes from: `config`, `secret` or `pod`.

    A variable from a ConfigMap or a Secret of the chart counts only where that has it; what is in an existing Secret,
    nobody knows here.
    """
    container = container_of(documents, component)
    maps = {document["metadata"]["name"]: document for document in documents if document["kind"] == "ConfigMap"}
    secrets = {document["metadata"]["name"]: document for document in documents if document["kind"] == "Secret"}
    for source in container["envFrom"]:
        yield from ((name, "config") for name in maps[source["configMapRef"]["name"]]["data"])
    for entry in container["env"]:
        reference = entry.get("valueFrom", {}).get("secretKeyRef")
        if entry["name"].endswith("_FILE"):
            name = entry["name"].removesuffix("_FILE")
            assert Path(entry["value"]) in files_of(documents, component)
            yield name, "secret"
        elif reference is None:
            yield entry["name"], "pod"
        elif reference["name"] not in secrets or reference["key"] in secrets[reference["name"]]["stringData"]:
            yield entry["name"], "secret"
