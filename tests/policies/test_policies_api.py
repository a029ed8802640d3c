"""Edge policies in the API: what can be saved, who may, versions, templates, and other organizations."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from otnet_server.policies.expressions import compile_expression
from otnet_server.policies.templates import TEMPLATES, quoted
from otnet_server.resources.policies import MAX_POLICIES
from tests.control.services import ControlPlane, Person

REFUSE = {"name": "One", "expression": "request.ip == '192.0.2.1'", "action": "refuse"}


@pytest.fixture
def beta(studio: ControlPlane) -> Person:
    """The owner of an organization of their own."""
    return studio.organization("Beta of policies", f"{secrets.token_hex(4)}@policies.example")


@pytest.mark.parametrize(
    ("values", "field", "reason"),
    [
        ({"expression": "request.ip ==\n  nope('x')"}, "expression", "(line 2, column 7)"),
        ({"expression": "request.path"}, "expression", "must be true or false (line 1, column 1)"),
        ({"expression": "response.status == 200"}, "expression", "undeclared reference"),
        ({"expression": "[1].all(a, [1].all(b, true))"}, "expression", "a loop inside a loop"),
        ({"expression": ""}, "expression", "too short"),
        ({"expression": "x" * 2001}, "expression", "too long"),
        ({"action": "header"}, "header", "required"),
        ({"action": "redirect"}, "location", "required"),
        ({"action": "redirect", "location": "javascript:alert(1)"}, "location", "URL"),
        ({"action": "slow_down"}, "delay_ms", "required"),
        ({"action": "slow_down", "delay_ms": 5001}, "delay_ms", "5000"),
        ({"action": "slow_down", "delay_ms": 5, "phase": "response"}, "phase", "must be “Request”"),
        ({"action": "manifest_tag", "value": "#X"}, "phase", "must be “Manifest”"),
        ({"action": "manifest_tag", "phase": "manifest", "value": "EXT"}, "value", "begin with #"),
        ({"action": "manifest_tag", "phase": "manifest", "value": "#EXT-X-ENDLIST"}, "value", "what is played"),
        ({"action": "manifest_tag", "phase": "manifest", "value": "#A\n#EXT-X-ENDLIST"}, "value", "one line"),
        ({"action": "header", "header": "Set-Cookie", "value": "a=b"}, "header", "can't set"),
        ({"action": "header", "header": "access-control-allow-origin", "value": "*"}, "header", "can't set"),
        ({"action": "header", "header": "X y", "value": "a"}, "header", "hyphens"),
        ({"action": "header", "header": "X-A", "value": "ä"}, "value", "ASCII"),
        ({"path": "media/*"}, "path", "begin with /"),
        ({"percentage": 101}, "percentage", "100"),
        ({"content": "0123456789ab"}, "content", "does not exist"),
    ],
)
def test_policy_that_could_not_be_in_force_is_refused_with_the_reason(
    owner: Person, values: dict[str, Any], field: str, reason: str
) -> None:
    answer = owner.post("policies", json={**REFUSE, **values})
    assert answer.status_code in (409, 422), answer.text
    (error,) = [e for e in answer.json()["errors"] if e["field"] == field]
    assert reason in error["reason"]


def test_expression_is_checked_without_saving(owner: Person) -> None:
    good = owner.post("policy_check", json={"expression": "response.status == 200", "phase": "response"})
    assert good.json() == {"valid": True, "reason": "", "line": 0, "column": 0}
    bad = owner.post("policy_check", json={"expression": "true &&\n(request.ip"}).json()
    assert (bad["valid"], bad["line"], bad["column"]) == (False, 2, 12)


def test_versions_have_their_author_and_can_be_restored(owner: Person) -> None:
    made = owner.make("policies", **REFUSE, description="First.")
    admin = owner.colleague("admin")
    changed = admin.patch(f"policies/{made['id']}", json={"expression": "false", "position": 4, "description": None})
    assert changed.status_code == 200, changed.text
    owner.patch(f"policies/{made['id']}", json={"name": "Two"})
    versions = owner.items(f"policies/{made['id']}/versions")
    assert [v["version"] for v in versions] == [3, 2, 1]
    assert [v["values"]["name"] for v in versions] == ["Two", "One", "One"]
    assert [v["values"]["expression"] for v in versions] == ["false", "false", REFUSE["expression"]]
    assert versions[1]["actor"] != versions[0]["actor"] == versions[2]["actor"]
    restored = owner.post(f"policies/{made['id']}/rollback", json={"to_version": 1})
    assert restored.status_code == 200, restored.text
    document = restored.json()
    assert {n: document[n] for n in ("name", "expression", "position", "description")} == {
        "name": "One", "expression": REFUSE["expression"], "position": 0, "description": "First.",
    }  # fmt: skip
    assert owner.items(f"policies/{made['id']}/versions")[0]["version"] == 4
    assert owner.post(f"policies/{made['id']}/rollback", json={"to_version": 9}).status_code == 409


def test_versions_of_a_policy_that_was_in_the_trash_with_its_title(owner: Person) -> None:
    title = owner.make("content", title="A title with a policy")
    made = owner.make("policies", **REFUSE, content=title["id"])
    owner.patch(f"policies/{made['id']}", json={"name": "Two"})
    assert owner.delete(f"content/{title['id']}").status_code == 204
    assert owner.get(f"policies/{made['id']}").status_code == 404
    (entry,) = [e for e in owner.items("trash") if e["record"] == title["id"]]
    assert owner.post(f"trash/{entry['id']}/restore").status_code == 200
    versions = owner.items(f"policies/{made['id']}/versions")
    assert [(v["version"], v["values"]["name"]) for v in versions] == [(3, "Two"), (2, "Two"), (1, "One")]


def test_only_administrators_and_keys_with_the_scope_see_policies(owner: Person) -> None:
    made = owner.make("policies", **REFUSE)
    requests = [
        ("GET", "policies", None),
        ("GET", f"policies/{made['id']}", None),
        ("GET", f"policies/{made['id']}/versions", None),
        ("GET", "policy_templates", None),
        ("POST", "policy_check", {"expression": "true"}),
        ("POST", "policy_templates/timing", {"parameters": {}}),
        ("POST", "policies", REFUSE),
        ("POST", f"policies/{made['id']}/rollback", {"to_version": 1}),
        ("DELETE", f"policies/{made['id']}", None),
    ]
    for role in ("editor", "audience"):
        person = owner.colleague(role)
        assert {person.request(method, path, json=body).status_code for method, path, body in requests} == {403}
    key, other = owner.key("policy:read"), owner.key("content:write")
    assert key.get(f"policies/{made['id']}").json()["expression"] == REFUSE["expression"]
    assert key.post("policies", json=REFUSE).status_code == other.get("policies").status_code == 403


def test_organizations_do_not_see_each_others_policies(owner: Person, beta: Person) -> None:
    made = owner.make("policies", **REFUSE)
    statuses = [
        beta.get(f"policies/{made['id']}").status_code,
        beta.get(f"policies/{made['id']}/versions").status_code,
        beta.post(f"policies/{made['id']}/rollback", json={"to_version": 1}).status_code,
        beta.delete(f"policies/{made['id']}").status_code,
    ]
    assert statuses == [404] * 4 and beta.items("policies") == []


def test_number_of_policies_is_limited(studio: ControlPlane, beta: Person) -> None:
    for n in range(MAX_POLICIES):
        studio.put("policy", organization=beta.organization, name=str(n), expression="true", action="refuse",
                   enabled=False)  # fmt: skip
    assert beta.post("policies", json=REFUSE).json()["code"] == "too_many_policies"


def test_policies_that_take_too_long_together_are_refused(beta: Person) -> None:
    expensive = " || ".join(f"request.path.matches('(a|b)*a(a|b){{13}}{n}')" for n in range(4))
    made = [beta.make("policies", **REFUSE | {"expression": expensive}) for _ in range(4)]
    refused = beta.post("policies", json={**REFUSE, "expression": expensive})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (409, "too_expensive")
    off = beta.make("policies", **REFUSE | {"expression": expensive}, enabled=False)
    assert beta.patch(f"policies/{off['id']}", json={"enabled": True}).status_code == 409
    assert beta.patch(f"policies/{made[0]['id']}", json={"expression": expensive + " "}).status_code == 200


def test_policies_use_a_limited_number_of_windows(beta: Person) -> None:
    for n in range(8):
        beta.make("policies", **REFUSE | {"expression": f"counters.address({n + 1}) > 5"})
    beta.make("policies", **REFUSE | {"expression": "counters.address(8) > 9"})
    refused = beta.post("policies", json={**REFUSE, "expression": "counters.session(9) > 9"})
    assert refused.json()["errors"][0]["code"] == "too_many_windows", refused.text


PARAMETERS: dict[str, dict[str, Any]] = {
    "token": {"secret": "a secret of 20 chars"},
    "networks": {"mode": "allow", "networks": ["10.0.0.0/8", "2001:db8::/32"]},
    "referers": {"hosts": ["example.org", "*.example.org"]},
    "tag": {"tag": "#EXT-X-EXAMPLE:1"},
    "timing": {},
    "rate": {"requests": 100, "window_s": 60},
}


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_makes_a_policy_that_can_be_saved(owner: Person, name: str) -> None:
    draft = owner.post(f"policy_templates/{name}", json={"parameters": PARAMETERS[name]})
    assert draft.status_code == 200, draft.text
    assert owner.make("policies", **draft.json(), enabled=False)["action"] == draft.json()["action"]
    assert name in [t["name"] for t in owner.items("policy_templates")]


@pytest.mark.parametrize(
    ("name", "parameters", "field"),
    [
        ("token", {"secret": "short"}, "parameters.secret"),
        ("token", {}, "parameters.secret"),
        ("networks", {"mode": "deny", "networks": ["10.0.0.0/33"]}, "parameters"),
        ("networks", {"mode": "both", "networks": ["10.0.0.0/8"]}, "parameters.mode"),
        ("networks", {"mode": ["deny"], "networks": ["10.0.0.0/8"]}, "parameters.mode"),
        ("networks", {"mode": "deny", "networks": []}, "parameters.networks"),
        ("networks", {"mode": "deny", "networks": [["10.0.0.0/8"]]}, "parameters.networks"),
        ("networks", {"mode": "deny", "networks": {"a": 1}}, "parameters.networks"),
        ("rate", {"requests": True}, "parameters.requests"),
        ("rate", {"window_s": 4000}, "parameters.window_s"),
        ("tag", {"tag": "#EXT-X-ENDLIST"}, "parameters"),
        ("timing", {"x": 1}, "parameters.x"),
    ],
)
def test_template_refuses_bad_parameters(owner: Person, name: str, parameters: dict[str, Any], field: str) -> None:
    answer = owner.post(f"policy_templates/{name}", json={"parameters": parameters})
    assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == field, answer.text


@pytest.mark.parametrize("text", ['a"]) || true || ("', "\\", 'a\\"', "ü\u2028😀", "'", "{x}", "\x7f"])
def test_parameter_can_not_leave_its_text(text: str) -> None:
    compile_expression(f"request.path == {quoted(text)}")
    compile_expression(f"host_in(request.referer_host, {quoted([text])})")
