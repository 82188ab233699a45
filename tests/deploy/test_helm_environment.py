"""What the Helm chart tells the containers, and where the secrets stand."""

import json
import re

import pytest
import yaml

from tests.deploy.chart import (
    COMPONENTS,
    container_of,
    documents_of,
    every_value_set,
    minimal,
    of_kind,
    pods_of,
    render,
    render_text,
    values_of,
    variables_of,
)
from tests.deploy.places import CHART
from tests.deploy.told import BY_PART, KNOWN, REQUIRED

SECRET = set(values_of("minimal")["secret"]["values"]) | {"METRICS_TOKEN", "JQUANTS_API_KEY", "EMAIL_URL"}


@every_value_set
@pytest.mark.parametrize("component", COMPONENTS)
def test_everything_that_production_needs_reaches_every_part(name: str, component: str) -> None:
    sources = dict(variables_of(render(name), component))

    assert set(sources) >= REQUIRED
    assert {variable for variable in REQUIRED if sources[variable] == "secret"} == REQUIRED - {"ALLOWED_HOSTS"}


@pytest.mark.parametrize("component", COMPONENTS)
def test_everything_else_the_product_asks_for_can_be_told(component: str) -> None:
    settings = dict.fromkeys(KNOWN - SECRET - {"ALLOWED_HOSTS"}, "1")
    documents = documents_of(render_text(values_of("production") | {"config": settings}))

    assert set(dict(variables_of(documents, component))) >= KNOWN


def test_the_chart_says_no_default_of_the_products() -> None:
    assert yaml.safe_load((CHART / "values.yaml").read_text())["config"] == {}
    [config] = [
        document
        for document in documents_of(render_text(minimal(config={})))
        if document["kind"] == "ConfigMap" and document["metadata"]["name"] == "shop-meigara"
    ]
    assert config["data"] == {"ALLOWED_HOSTS": "meigara.test"}


@pytest.mark.parametrize("name", ["minimal", "external-services"])
def test_secrets_stand_in_secrets_only(name: str) -> None:
    secret_values = {value for value in values_of(name)["secret"]["values"].values() if value}
    elsewhere = json.dumps([document for document in render(name) if document["kind"] != "Secret"])

    assert len(secret_values) >= 4
    assert [value for value in secret_values if value in elsewhere] == []


def test_an_existing_secret_is_read_and_none_is_made() -> None:
    documents = render("production")
    references = set(re.findall(r'"(?:secretKeyRef": {"name|secretName)": "([\w-]+)"', json.dumps(documents)))
    references -= {"meigara-certificate"}

    assert references == {"meigara-production"}
    assert of_kind(documents, "Secret") == {}


def test_only_flower_knows_flowers_password() -> None:
    documents = render("production")
    knowing = {name for name in pods_of(documents) if "FLOWER_BASIC_AUTH" in dict(variables_of(documents, name))}

    assert knowing == {"flower"}


@pytest.mark.parametrize("component", COMPONENTS)
def test_secrets_come_as_files_where_that_is_wanted(component: str) -> None:
    secret = {**values_of("minimal")["secret"], "files": ["SECRET_KEY", "DATABASE_URL"]}
    documents = documents_of(render_text(minimal(secret=secret)))
    written = {entry["name"]: entry for entry in container_of(documents, component)["env"]}
    [volume] = [one for one in pods_of(documents)[component]["spec"]["volumes"] if one["name"] == "secrets"]
    names = {document["metadata"]["name"] for document in documents if document["kind"] == "Secret"}

    assert written["SECRET_KEY_FILE"]["value"] == "/etc/meigara/secrets/SECRET_KEY"
    assert {"SECRET_KEY", "DATABASE_URL"} & set(written) == set()
    assert "valueFrom" in written["ENCRYPTION_KEYS"]
    assert dict(variables_of(documents, component))["DATABASE_URL"] == "secret"
    # Readable for the group that the pod's security context gives to the volume.
    assert (volume["secret"]["defaultMode"], volume["secret"]["secretName"] in names) == (0o440, True)
    assert volume["secret"]["secretName"] == written["REDIS_URL"]["valueFrom"]["secretKeyRef"]["name"]


def test_no_secret_of_the_production_example_is_in_an_environment() -> None:
    documents = render("production")
    told = {
        entry["name"]
        for component in pods_of(documents)
        for entry in container_of(documents, component)["env"]
        if "valueFrom" in entry
    }

    assert told == {"CELERY_BROKER_URL", "JQUANTS_API_KEY", "EMAIL_URL"}
    # Both may be missing in the Secret, which a file may not.
    assert all(
        entry["valueFrom"]["secretKeyRef"]["optional"]
        for component in pods_of(documents)
        for entry in container_of(documents, component)["env"]
        if "valueFrom" in entry
    )


@pytest.mark.parametrize("component", BY_PART)
def test_each_part_counts_and_shows_that_it_is_alive_where_its_probe_looks(component: str) -> None:
    written = {entry["name"]: entry.get("value") for entry in container_of(render("production"), component)["env"]}
    of_the_part = {"PROMETHEUS_MULTIPROC_DIR", "METRICS_PORT"} & set(written)

    assert {name: written[name] for name in of_the_part} == BY_PART[component]


def test_pods_are_replaced_when_what_they_read_has_changed() -> None:
    changed = documents_of(render_text(minimal(config={"LOG_LEVEL": "DEBUG", "HTTPS_ONLY": "false"})))
    notes = [pods_of(documents)["worker"]["metadata"]["annotations"] for documents in (render("minimal"), changed)]

    assert notes[0]["checksum/config"] != notes[1]["checksum/config"]
    assert notes[0]["checksum/secret"] == notes[1]["checksum/secret"]
