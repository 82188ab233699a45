"""What the pods of the Helm chart may do."""

import re

from tests.deploy.chart import (
    container_of,
    every_value_set,
    of_kind,
    pods_of,
    render,
)
from tests.deploy.places import PROJECT

LABELS = {"app.kubernetes.io/name": "meigara", "app.kubernetes.io/instance": "shop"}


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
    assert base["egress"][0]["to"] == [
        {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}}}
    ]
    assert set(policies) == {"", "web", "worker", "sources", "receivers", "mail", "flower"}
    assert policies["sources"]["spec"]["podSelector"]["matchExpressions"][0]["values"] == ["web", "worker"]
    assert policies["worker"]["spec"]["podSelector"]["matchExpressions"][0]["values"] == ["worker", "notifier"]
    assert len(policies["web"]["spec"]["ingress"][0]["from"]) == 2


def test_only_the_notifier_reaches_receivers() -> None:
    production, usual = (
        of_kind(render(name), "NetworkPolicy")["receivers"]["spec"] for name in ("production", "external-services")
    )

    assert production["podSelector"]["matchLabels"] == {**LABELS, "app.kubernetes.io/component": "notifier"}
    assert production["policyTypes"] == ["Egress"]
    assert [[port["port"] for port in one["egress"][0]["ports"]] for one in (production, usual)] == [[443, 8443], [443]]
    assert "10.0.0.0/8" in production["egress"][0]["to"][0]["ipBlock"]["except"]


def test_web_and_the_notifier_reach_the_mail_server() -> None:
    production, usual = (
        of_kind(render(name), "NetworkPolicy")["mail"]["spec"] for name in ("production", "external-services")
    )

    assert production["podSelector"]["matchExpressions"][0]["values"] == ["web", "notifier"]
    assert [[port["port"] for port in one["egress"][0]["ports"]] for one in (production, usual)] == [
        [587],
        [25, 465, 587],
    ]
    assert production["egress"][0]["to"] == [{"ipBlock": {"cidr": "203.0.113.32/32"}}]


def test_names_may_be_asked_for_where_the_server_of_names_has_another_port() -> None:
    names = of_kind(render("external-services"), "NetworkPolicy")[""]["spec"]["egress"][0]

    assert [(port["port"], port["protocol"]) for port in names["ports"]] == [
        (53, "UDP"), (53, "TCP"), (5353, "UDP"), (5353, "TCP"),
    ]  # fmt: skip
    assert "to" not in names
