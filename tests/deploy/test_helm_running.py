"""How the parts of the Helm chart run, and that it says the same as the image and the compose file."""

import json
import os
import re
import subprocess
import time
from pathlib import Path

import yaml
from django.core.management import get_commands

from logs.liveness import LONGEST_SILENCE
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


def test_flower_runs_the_image_that_has_it() -> None:
    secret = {"existingSecret": "one"}
    with_flower = {"repository": "meigara-flower", "tag": "7.8.9", "digest": ""}
    one_for_all = documents_of(render_text({"secret": secret, "flower": {"enabled": True}, "image": {"tag": "1.2.3"}}))
    its_own = documents_of(render_text({"secret": secret, "flower": {"enabled": True, "image": with_flower}}))

    assert container_of(one_for_all, "flower")["image"] == "meigara:1.2.3"
    assert container_of(its_own, "flower")["image"] == "meigara-flower:7.8.9"
    assert container_of(its_own, "web")["image"] != "meigara-flower:7.8.9"
    assert container_of(render("production"), "flower")["image"].startswith(
        "registry.example.com/meigara-flower@sha256:fedc"
    )


def test_chart_compose_file_and_image_start_the_same_commands() -> None:
    services = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())["services"]
    values = {"secret": {"existingSecret": "one"}, "flower": {"enabled": True}}
    documents = documents_of(render_text(values))
    dockerfile = (PROJECT / "Dockerfile").read_text()
    [image_command] = re.findall(r"^CMD (\[.+\])$", dockerfile, re.MULTILINE)

    assert container_of(documents, "web")["command"] == json.loads(image_command)
    for name in ("worker", "notifier", "beat", "migrate"):
        assert container_of(documents, name)["command"] == services[name]["command"]
    # In the chart a password is demanded by the reference to its Secret.
    assert (
        " ".join(container_of(documents, "flower")["command"])
        == services["flower"]["command"][-1].rpartition("exec ")[2]
    )
    for name in ("worker", "notifier", "beat"):
        check = container_of(documents, name)["livenessProbe"]["exec"]["command"]
        # Compose has it by way of the script that ends what is unhealthy.
        assert services[name]["healthcheck"]["test"][-len(check) :] == check


def test_every_management_command_that_is_called_exists() -> None:
    texts = [(PROJECT / "docker-compose.yml").read_text(), *(path.read_text() for path in CHART.rglob("*.yaml"))]
    called = {name for text in texts for name in re.findall(r"manage\.py,? (\w+)", text)}

    assert called >= {"migrate", "create_data_source", "check_worker", "check_notifier", "check_beat"}
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

    assert monitor["selector"]["matchExpressions"][0]["values"] == ["web", "worker", "notifier"]
    assert monitor["endpoints"] == [
        {"port": port, "path": "/metrics", "interval": "30s", "authorization": token} for port in ("http", "metrics")
    ]
    services = of_kind(render("production"), "Service")
    named = {name: services[name]["spec"]["ports"][0]["name"] for name in ("web", "worker", "notifier")}
    assert named == {"web": "http", "worker": "metrics", "notifier": "metrics"}
    for name in ("worker", "notifier"):
        assert container_of(render("production"), name)["ports"] == [{"name": "metrics", "containerPort": 8001}]
        assert services[name]["spec"]["selector"]["app.kubernetes.io/component"] == name


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


def test_a_job_takes_backups_where_they_stay_and_another_waits_to_bring_one_back() -> None:
    documents = render("external-services")
    jobs = of_kind(documents, "CronJob")
    [claim] = of_kind(documents, "PersistentVolumeClaim").values()

    assert (jobs["backup"]["spec"]["schedule"], jobs["backup"]["spec"]["timeZone"]) == ("30 19 * * *", "Asia/Tokyo")
    assert jobs["backup"]["spec"].get("suspend", False) is False
    assert container_of(documents, "backup")["command"] == ["python", "manage.py", "keep_backups", "/backups", "--once"]
    # Only ever by a person.
    assert jobs["restore"]["spec"]["suspend"] is True
    assert jobs["restore"]["spec"]["jobTemplate"]["spec"]["backoffLimit"] == 0
    assert claim["metadata"]["annotations"] == {"helm.sh/resource-policy": "keep"}
    for component in ("backup", "restore"):
        assert {"name": "backups", "mountPath": "/backups"} in container_of(documents, component)["volumeMounts"]
        assert {
            "name": "backups", "persistentVolumeClaim": {"claimName": claim["metadata"]["name"]},
        } in pods_of(documents)[component]["spec"]["volumes"]  # fmt: skip
    assert of_kind(render("production"), "PersistentVolumeClaim") == {}


def test_the_job_that_restores_takes_the_newest_unless_a_file_is_named() -> None:
    [_, _, script] = container_of(render("production"), "restore")["command"]
    words = script.split(" && ")

    assert words[0].startswith("python manage.py restore --force")
    for told, path in (
        ("", "/backups/"),
        ("meigara-20261125T103000Z.backup", "/backups/meigara-20261125T103000Z.backup"),
    ):
        shown = subprocess.run(
            ["sh", "-c", f"echo {words[0].rpartition(' ')[2]}"],
            env={"BACKUP_NAME": told}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert shown.stdout.strip() == path
    assert words[1:] == ["python manage.py migrate --noinput", "python manage.py verify_history"]


def test_worker_notifier_and_beat_are_ready_while_their_signs_of_life_are_fresh(tmp_path: Path) -> None:
    for component in ("worker", "notifier", "beat"):
        [shell, option, script] = container_of(render("minimal"), component)["readinessProbe"]["exec"]["command"]
        file = tmp_path / f"{component}.alive"
        probe = [shell, option, script.replace("/tmp/runtime", str(tmp_path))]

        assert f"/tmp/runtime/{component}.alive" in script
        assert subprocess.run(probe, check=False, capture_output=True).returncode != 0
        file.touch()
        assert subprocess.run(probe, check=False).returncode == 0
        long_ago = time.time() - LONGEST_SILENCE[component] - 60
        os.utime(file, (long_ago, long_ago))
        assert subprocess.run(probe, check=False).returncode != 0


def test_every_pod_has_the_priority_and_the_place_that_the_cluster_was_told() -> None:
    for name, pod in pods_of(render("production")).items():
        assert pod["spec"]["priorityClassName"] == "business-critical", name
        assert "nodeAffinity" in pod["spec"]["affinity"], name
    assert not any({"priorityClassName", "affinity"} & set(pod["spec"]) for pod in pods_of(render("minimal")).values())


def test_no_container_is_held_back_by_a_limit_of_processors_unless_values_say_so() -> None:
    """Why, is said in values.yaml."""
    limits = {
        name: container_of(render("production"), name)["resources"]["limits"] for name in pods_of(render("production"))
    }

    assert {name for name, limit in limits.items() if "cpu" in limit} == set()
    assert "limits.cpu" in (CHART / "values.yaml").read_text()
