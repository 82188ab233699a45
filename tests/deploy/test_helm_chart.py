"""The Helm chart: it renders, Kubernetes would take it, and it says the same as the image and the compose file."""

import json
import re
from copy import deepcopy
from typing import Any

import kubernetes_validate
import pytest
import yaml
from django.core.management import get_commands

from tests.deploy.chart import (
    VALUE_SETS,
    Document,
    container_of,
    documents_of,
    helm_python,
    of_kind,
    pods_of,
    render,
    render_text,
    values_of,
    variables_of,
)
from tests.deploy.places import CHART, PROJECT
from tests.deploy.told import BY_PART, KNOWN, REQUIRED

# The oldest that Chart.yaml admits, and the newest whose schemas there are.
KUBERNETES = ("1.27", "1.37")
# Kinds of the Prometheus operator and of KEDA: Kubernetes itself has no schema for them.
FOREIGN = {"ServiceMonitor", "ScaledObject"}
COMPONENTS = ("web", "worker", "beat", "migrate")
LABELS = {"app.kubernetes.io/name": "meigara", "app.kubernetes.io/instance": "shop"}
every_value_set = pytest.mark.parametrize("name", VALUE_SETS)


def minimal(**changes: Any) -> dict[str, Any]:
    """The smallest set of values with whole top-level values put in place."""
    return values_of("minimal") | changes


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


# --- What Helm and Kubernetes take ----------------------------------------------------------------------------------


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
    guards = {"NetworkPolicy", "PodDisruptionBudget"}

    assert kinds["minimal"] == always | {"Secret", "ServiceAccount"}
    assert kinds["production"] == always | guards | FOREIGN | {"HorizontalPodAutoscaler", "ServiceAccount"}
    assert kinds["external-services"] == always | guards | {"Secret"}


@every_value_set
def test_the_notes_tell_how_to_make_the_first_administrator(name: str) -> None:
    notes = render_text(values_of(name))["meigara/templates/NOTES.txt"]

    assert "--namespace markets exec -it deployment/shop-meigara-web -- python manage.py createsuperuser" in notes


# --- What it refuses ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(REQUIRED - {"ALLOWED_HOSTS"}))
def test_an_installation_without_a_required_secret_is_refused_by_name(name: str) -> None:
    values = values_of("minimal")
    del values["secret"]["values"][name]

    with pytest.raises(helm_python.HelmError, match=f"secret.existingSecret.* or secret.values.{name}"):
        render_text(values)


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
        ("invalid propertyName 'SECRET_KEY'", {"config": {"SECRET_KEY": "s" * 60}}),
        ("invalid propertyName 'DEBUG'", {"config": {"DEBUG": "true"}}),
        ("at '/secret/values/SECRET_KEY'", {"secret": {"values": {"SECRET_KEY": "short"}}}),
        ("at '/secret/values/DATABASE_URL'", {"secret": {"values": {"DATABASE_URL": "mysql://db"}}}),
        ("at '/secret/values/FLOWER_BASIC_AUTH'", {"secret": {"values": {"FLOWER_BASIC_AUTH": "password"}}}),
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


# --- What the containers are told -----------------------------------------------------------------------------------


@every_value_set
@pytest.mark.parametrize("component", COMPONENTS)
def test_everything_that_production_needs_reaches_every_part(name: str, component: str) -> None:
    sources = dict(variables_of(render(name), component))

    assert set(sources) >= REQUIRED
    assert {variable for variable in REQUIRED if sources[variable] == "secret"} == REQUIRED - {"ALLOWED_HOSTS"}


@pytest.mark.parametrize("component", COMPONENTS)
def test_everything_else_the_product_asks_for_can_be_told(component: str) -> None:
    assert set(dict(variables_of(render("production"), component))) >= KNOWN


@pytest.mark.parametrize("name", ["minimal", "external-services"])
def test_secrets_stand_in_secrets_only(name: str) -> None:
    secret_values = {value for value in values_of(name)["secret"]["values"].values() if value}
    elsewhere = json.dumps([document for document in render(name) if document["kind"] != "Secret"])

    assert len(secret_values) >= 4
    assert [value for value in secret_values if value in elsewhere] == []


def test_an_existing_secret_is_read_and_none_is_made() -> None:
    documents = render("production")
    references = set(re.findall(r'"secretKeyRef": {"name": "([\w-]+)"', json.dumps(documents)))

    assert references == {"meigara-production"}
    assert of_kind(documents, "Secret") == {}


def test_only_flower_knows_flowers_password() -> None:
    documents = render("production")
    knowing = {name for name in pods_of(documents) if "FLOWER_BASIC_AUTH" in dict(variables_of(documents, name))}

    assert knowing == {"flower"}


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


# --- Rights ---------------------------------------------------------------------------------------------------------


@every_value_set
def test_no_container_runs_as_root_writes_or_gains_rights(name: str) -> None:
    user = re.search(r"^USER (\d+):(\d+)$", (PROJECT / "Dockerfile").read_text(), re.MULTILINE)
    assert user

    for pod in pods_of(render(name)).values():
        context = pod["spec"]["securityContext"]
        assert context["runAsNonRoot"] is True
        assert (context["runAsUser"], context["runAsGroup"]) == (int(user[1]), int(user[2]))
        assert context["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod["spec"]["automountServiceAccountToken"] is False
        for container in pod["spec"]["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert {"name": "tmp", "mountPath": "/tmp"} in container["volumeMounts"]


@every_value_set
def test_every_container_has_requests_and_a_limit_of_memory(name: str) -> None:
    for component in pods_of(render(name)):
        resources = container_of(render(name), component)["resources"]
        assert set(resources["requests"]) == {"cpu", "memory"}
        assert "memory" in resources["limits"]


def test_network_policies_close_everything_and_open_what_is_needed() -> None:
    policies = of_kind(render("production"), "NetworkPolicy")
    base = policies[""]["spec"]

    assert base["podSelector"] == {"matchLabels": LABELS}
    assert base["policyTypes"] == ["Ingress", "Egress"]
    assert base["ingress"] == []
    assert [port["port"] for rule in base["egress"] for port in rule["ports"]] == [53, 53, 5432, 6379]
    assert set(policies) == {"", "web", "worker", "sources", "flower"}
    assert policies["sources"]["spec"]["podSelector"]["matchExpressions"][0]["values"] == ["web", "worker"]
    assert len(policies["web"]["spec"]["ingress"][0]["from"]) == 2


# --- How it runs ----------------------------------------------------------------------------------------------------


def test_the_image_is_the_charts_version_unless_a_digest_says_which() -> None:
    version = yaml.safe_load((CHART / "Chart.yaml").read_text())["appVersion"]

    assert {container_of(render("minimal"), name)["image"] for name in COMPONENTS} == {f"meigara:{version}"}
    assert "@sha256:" in container_of(render("production"), "web")["image"]


def test_chart_compose_file_and_image_start_the_same_commands() -> None:
    services = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())["services"]
    values = {"secret": {"existingSecret": "one"}, "flower": {"enabled": True}}
    documents = documents_of(render_text(values))
    dockerfile = (PROJECT / "Dockerfile").read_text()
    [image_command] = re.findall(r"^CMD (\[.+\])$", dockerfile, re.MULTILINE)

    assert container_of(documents, "web")["command"] == json.loads(image_command)
    for name in ("worker", "beat", "flower", "migrate"):
        assert container_of(documents, name)["command"] == services[name]["command"]
    for name in ("worker", "beat"):
        check = container_of(documents, name)["livenessProbe"]["exec"]["command"]
        assert services[name]["healthcheck"]["test"] == ["CMD", *check]


def test_every_management_command_that_is_called_exists() -> None:
    texts = [(PROJECT / "docker-compose.yml").read_text(), *(path.read_text() for path in CHART.rglob("*.yaml"))]
    called = {name for text in texts for name in re.findall(r"manage\.py,? (\w+)", text)}

    assert called >= {"migrate", "create_data_source", "check_worker", "check_beat"}
    assert called - set(get_commands()) == set()


@every_value_set
def test_migrations_run_before_everything_else_with_what_is_there_by_then(name: str) -> None:
    documents = render(name)
    hooks = [document for document in documents if "helm.sh/hook" in document["metadata"].get("annotations", {})]
    [job] = [document for document in hooks if document["kind"] == "Job"]
    before = {
        document["metadata"]["name"]
        for document in hooks
        if int(document["metadata"]["annotations"]["helm.sh/hook-weight"])
        < int(job["metadata"]["annotations"]["helm.sh/hook-weight"])
    }
    read = set(re.findall(r'"(?:configMapRef|secretKeyRef)": {"name": "([\w-]+)"', json.dumps(job)))
    existing = {values_of(name)["secret"].get("existingSecret")} - {None}

    assert {document["metadata"]["annotations"]["helm.sh/hook"] for document in hooks} == {"pre-install,pre-upgrade"}
    assert read == before | existing
    assert pods_of(documents)["migrate"]["spec"]["serviceAccountName"] == "default"
    assert pods_of(documents)["migrate"]["spec"]["restartPolicy"] == "Never"


@every_value_set
def test_there_is_one_beat_and_never_two(name: str) -> None:
    spec = of_kind(render(name), "Deployment")["beat"]["spec"]

    assert (spec["replicas"], spec["strategy"]) == (1, {"type": "Recreate"})


@every_value_set
def test_web_is_alive_by_healthz_and_ready_as_the_values_say(name: str) -> None:
    web = container_of(render(name), "web")
    asked = {probe: web[f"{probe}Probe"]["httpGet"] for probe in ("startup", "liveness", "readiness")}
    readiness = values_of(name).get("web", {}).get("readinessPath", "/readyz")

    assert {probe: get["path"] for probe, get in asked.items()} == {
        "startup": "/healthz", "liveness": "/healthz", "readiness": readiness,
    }  # fmt: skip


def test_a_scaler_and_a_fixed_number_do_not_fight() -> None:
    fixed, scaled = (of_kind(render(name), "Deployment") for name in ("minimal", "production"))

    assert [fixed[name]["spec"]["replicas"] for name in ("web", "worker")] == [1, 1]
    assert ["replicas" in scaled[name]["spec"] for name in ("web", "worker")] == [False, False]


def test_workers_scale_by_the_queue_that_celery_fills() -> None:
    scaler = of_kind(render("production"), "ScaledObject")["worker"]

    assert scaler["apiVersion"] == "keda.sh/v1alpha1"
    assert scaler["spec"]["scaleTargetRef"] == {"name": "shop-meigara-worker"}
    # Without a worker nothing is ready.
    assert scaler["spec"]["minReplicaCount"] == 2
    [trigger] = scaler["spec"]["triggers"]
    assert trigger["metadata"]["listName"] == "celery"
    assert all(isinstance(value, str) for value in trigger["metadata"].values())


def test_the_scraper_brings_the_token() -> None:
    monitor = of_kind(render("production"), "ServiceMonitor")[""]["spec"]
    token = {"type": "Bearer", "credentials": {"name": "meigara-production", "key": "METRICS_TOKEN"}}

    assert monitor["selector"]["matchExpressions"][0]["values"] == ["web", "worker"]
    assert monitor["endpoints"] == [
        {"port": port, "path": "/metrics", "interval": "30s", "authorization": token} for port in ("http", "metrics")
    ]
    services = of_kind(render("production"), "Service")
    assert [services[name]["spec"]["ports"][0]["name"] for name in ("web", "worker")] == ["http", "metrics"]
    assert container_of(render("production"), "worker")["ports"] == [{"name": "metrics", "containerPort": 8001}]


@every_value_set
def test_the_ingress_serves_every_host_with_tls_unless_told_otherwise(name: str) -> None:
    [ingress] = of_kind(render(name), "Ingress").values()
    hosts = values_of(name)["hosts"]

    assert [rule["host"] for rule in ingress["spec"]["rules"]] == hosts
    assert [entry["hosts"] for entry in ingress["spec"].get("tls", [])] == ([] if name == "minimal" else [hosts])


@every_value_set
def test_whatever_points_somewhere_points_at_something(name: str) -> None:
    documents = render(name)
    pods = {component: pod["metadata"]["labels"] for component, pod in pods_of(documents).items()}
    deployments = of_kind(documents, "Deployment")

    for deployment in deployments.values():
        assert reached(deployment["spec"]["selector"]["matchLabels"], pods) == component_of(deployment)
    for kind in ("Service", "PodDisruptionBudget"):
        for document in of_kind(documents, kind).values():
            selector = document["spec"]["selector"]
            assert reached(selector.get("matchLabels", selector), pods) == component_of(document)
    for service in of_kind(documents, "Service").values():
        container = container_of(documents, service["metadata"]["labels"]["app.kubernetes.io/component"])
        assert service["spec"]["ports"][0]["targetPort"] in {port["name"] for port in container["ports"]}
    for scaler in of_kind(documents, "HorizontalPodAutoscaler").values():
        assert scaler["spec"]["scaleTargetRef"]["name"] == deployments["web"]["metadata"]["name"]


def reached(selector: dict[str, str], pods: dict[str, dict[str, str]]) -> set[str]:
    return {component for component, labels in pods.items() if selector.items() <= labels.items()}


def component_of(document: Document) -> set[str]:
    return {document["metadata"]["labels"]["app.kubernetes.io/component"]}
