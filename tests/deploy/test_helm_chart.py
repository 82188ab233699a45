"""The Helm chart: it renders, Kubernetes would take it, and what it refuses."""

import json
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from tests.deploy.chart import (
    VALUE_SETS,
    every_value_set,
    helm_python,
    minimal,
    of_kind,
    render,
    render_text,
    values_of,
)
from tests.deploy.places import CHART
from tests.deploy.told import REQUIRED

# The oldest that Chart.yaml admits, and the newest whose schemas there are.
KUBERNETES = ("1.27", "1.37")
# Kinds of the Prometheus operator and of KEDA: Kubernetes itself has no schema for them.
FOREIGN = {"ServiceMonitor", "ScaledObject"}


def paths_of(tree: dict[str, Any], schema: dict[str, Any]) -> set[str]:
    """Dotted names of the values that the schema knows by name."""
    paths = set()
    for key, value in tree.items():
        inner = schema["properties"][key]
        if "properties" in inner:
            paths |= {f"{key}.{path}" for path in paths_of(value, inner)}
        else:
            paths.add(key)
    return paths


def named_in(schema: dict[str, Any]) -> set[str]:
    paths = set()
    for key, inner in schema["properties"].items():
        paths |= {f"{key}.{path}" for path in named_in(inner)} if "properties" in inner else {key}
    return paths


@every_value_set
@pytest.mark.parametrize("version", KUBERNETES)
def test_kubernetes_would_take_every_document(name: str, version: str) -> None:
    documents = [document for document in render(name) if document["kind"] not in FOREIGN]

    assert len(documents) >= 11
    for document in documents:
        kubernetes_validate.validate(document, version, strict=True)


def test_a_misspelt_field_would_be_found() -> None:
    deployment = deepcopy(of_kind(render("minimal"), "Deployment")["web"])
    deployment["spec"]["template"]["spec"]["containers"][0]["readynessProbe"] = {}

    with pytest.raises(kubernetes_validate.ValidationError, match="readynessProbe"):
        kubernetes_validate.validate(deployment, KUBERNETES[1], strict=True)


@every_value_set
def test_helm_has_nothing_to_warn_of(name: str) -> None:
    findings = helm_python.lint(CHART, values_of(name), strict=True)

    # 1 is information: that a chart may have an icon.
    assert [message["error"] for message in findings["messages"] if message["severity"] > 1] == []
    assert findings["errors"] == []


def test_each_part_is_there_when_it_is_asked_for() -> None:
    kinds = {name: {document["kind"] for document in render(name)} for name in VALUE_SETS}
    always = {"ConfigMap", "Deployment", "Ingress", "Job", "Service"}
    guards = {"CronJob", "NetworkPolicy", "PodDisruptionBudget"}

    assert kinds["minimal"] == always | {"Secret", "ServiceAccount"}
    assert kinds["production"] == always | guards | FOREIGN | {"HorizontalPodAutoscaler", "ServiceAccount"}
    assert kinds["external-services"] == always | guards | {"PersistentVolumeClaim", "Secret"}


@every_value_set
def test_the_notes_tell_how_to_make_the_first_administrator(name: str) -> None:
    notes = render_text(values_of(name))["meigara/templates/NOTES.txt"]

    assert "--namespace markets exec -it deployment/shop-meigara-web -- python manage.py createsuperuser" in notes


@pytest.mark.parametrize("name", sorted(REQUIRED - {"ALLOWED_HOSTS"}))
def test_an_installation_without_a_required_secret_is_refused_by_name(name: str) -> None:
    values = values_of("minimal")
    del values["secret"]["values"][name]

    with pytest.raises(helm_python.HelmError, match=f"secret.existingSecret.* or secret.values.{name}"):
        render_text(values)


def test_an_image_by_its_tag_is_warned_of_and_refused_where_digests_are_required() -> None:
    told = render_text(values_of("minimal"))["meigara/templates/NOTES.txt"]
    assert "named by its tag" in told
    for name in ("production", "external-services"):
        assert "named by its tag" not in render_text(values_of(name))["meigara/templates/NOTES.txt"]

    with pytest.raises(helm_python.HelmError, match=r"Set image\.digest"):
        render_text(minimal(image={"repository": "meigara", "requireDigest": True}))
    digest = {"repository": "meigara", "requireDigest": True, "digest": "sha256:" + 64 * "0"}
    flower = {"enabled": True, "image": {"repository": "meigara-flower"}}
    with pytest.raises(helm_python.HelmError, match=r"Set flower\.image\.digest"):
        render_text(minimal(image=digest, flower=flower, secret={"existingSecret": "one"}))


@pytest.mark.parametrize("path", sorted((CHART / "ci").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_example_but_the_trial_names_its_image_by_digest(path: Path) -> None:
    image = yaml.safe_load(path.read_text()).get("image", {})

    assert bool(re.fullmatch("sha256:[0-9a-f]{64}", image.get("digest", ""))) is (path.stem != "minimal-values")


def test_flower_without_a_password_is_refused() -> None:
    with pytest.raises(helm_python.HelmError, match="FLOWER_BASIC_AUTH"):
        render_text(minimal(flower={"enabled": True}))


@pytest.mark.parametrize(
    ("complaint", "change"),
    [
        ("at '': additional properties 'replicaCount'", {"replicaCount": 3}),
        ("at '/hosts'", {"hosts": []}),
        ("at '/hosts/0'", {"hosts": ["https://meigara.example.com/"]}),
        ("at '/image/tag'", {"image": {"tag": "latest"}}),
        ("at '/flower/image/tag'", {"flower": {"image": {"tag": "latest"}}}),
        ("invalid propertyName 'SECRET_KEY'", {"config": {"SECRET_KEY": "s" * 60}}),
        ("invalid propertyName 'DEBUG'", {"config": {"DEBUG": "true"}}),
        ("at '/secret/values/SECRET_KEY'", {"secret": {"values": {"SECRET_KEY": "short"}}}),
        ("at '/secret/values/DATABASE_URL'", {"secret": {"values": {"DATABASE_URL": "mysql://db"}}}),
        ("at '/secret/values/FLOWER_BASIC_AUTH'", {"secret": {"values": {"FLOWER_BASIC_AUTH": "password"}}}),
        ("at '/secret/files/0'", {"secret": {"files": ["PASSWORD"]}}),
        ("at '/backup/schedule'", {"backup": {"schedule": "daily"}}),
        ("at '/networkPolicy/dns/ports'", {"networkPolicy": {"dns": {"ports": []}}}),
        ("at '/web/replicas'", {"web": {"replicas": 0}}),
        ("at '/beat': additional properties 'replicas'", {"beat": {"replicas": 2}}),
    ],
)
def test_values_that_cannot_be_meant_are_refused_where_they_stand(complaint: str, change: dict[str, Any]) -> None:
    with pytest.raises(helm_python.HelmError, match=complaint):
        render_text(minimal(**change))


def test_values_and_their_schema_name_the_same() -> None:
    schema = json.loads((CHART / "values.schema.json").read_text())
    values = yaml.safe_load((CHART / "values.yaml").read_text())

    # `global` is what Helm itself hands to a chart that is part of another.
    assert paths_of(values, schema) == named_in(schema) - {"global"}
