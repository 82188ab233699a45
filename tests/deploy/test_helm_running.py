"""How the parts of the Helm chart run, and that it says the same as the image and the compose file."""

import json
import re

import yaml
from django.core.management import get_commands

from tests.deploy.chart import (
    COMPONENTS,
    Document,
    container_of,
    documents_of,
    every_value_set,
    of_kind,
    pods_of,
    render,
    render_text,
    values_of,
)
from tests.deploy.places import CHART, PROJECT


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
    readiness = values_of(name).get("web", {}).get("readinessPath", "/healthz")

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
