"""Expressions: what they can say, where an error is, and that hostile ones can't hang or fill the process."""

from __future__ import annotations

import resource
import time
from contextlib import suppress
from dataclasses import replace

import pytest

from otnet_server.policies.expressions import (
    CONTEXT,
    Context,
    activation,
    compile_expression,
    make_token,
    position,
)
from otnet_server.policies.limits import ExpressionError
from otnet_server.policies.policy import MAX_QUERY_PARAMETERS, MAX_TEXT, Facts, Session, Title

NOW = 1_800_000_000
SECRET = "a secret of the site"
FACTS = Facts(
    title=Title("org1", "m1", "c1", "public"),
    kind="manifest",
    path="/media/m1/main.m3u8",
    method="GET",
    address="203.0.113.9",
    country="DE",
    referer_host="www.example.org",
    headers={"referer": "https://www.example.org/watch", "user-agent": "Player/1.0"},
    query={"t": "1"},
    time_s=NOW,
    session=Session("s1", "viewer", NOW - 30),
)
LONG = "a" * MAX_TEXT
LONGEST = replace(
    FACTS,
    path=LONG,
    referer_host=LONG,
    headers=dict.fromkeys(("referer", "user-agent", "accept"), LONG),
    query={f"{n:02}{LONG}"[:MAX_TEXT]: LONG for n in range(MAX_QUERY_PARAMETERS)},
)


def evaluate(text: str, facts: Facts = FACTS, token: str = "", response: dict[str, int] | None = None) -> bool:
    CONTEXT.set(Context({60: 12}, {60: 3}, facts.title.content, token, facts.time_s))
    variables = {**facts.variables(), **(response or {})}
    in_response = response is not None
    return compile_expression(text, response=in_response).matches(activation(variables, response=in_response))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("request.ip == '203.0.113.9'", True),
        ("ip_in(request.ip, ['203.0.113.0/24', '2001:db8::/32'])", True),
        ("ip_in(request.ip, ['203.0.112.0/24'])", False),
        ("request.country in ['DE', 'AT']", True),
        ("host_in(request.referer_host, ['example.org'])", False),
        ("host_in(request.referer_host, ['*.example.org'])", True),
        ("host_in(request.referer_host, ['www.EXAMPLE.org'])", True),
        ("host_in('badexample.org', ['*.example.org'])", False),
        ("host_in('example.org.evil.test', ['example.org', '*.example.org'])", False),
        ("host_in('', ['*.example.org'])", False),
        ("'origin' in request.headers", False),
        ("request.headers['user-agent'].startsWith('Player/')", True),
        ("request.query.t == '1' && request.kind == 'manifest'", True),
        ("session.age_s == 30 && session.kind == 'viewer'", True),
        ("title.id == 'c1' && title.visibility == 'public'", True),
        ("counters.address(60) > 10", True),
        ("counters.session(60) > 10", False),
        ("request.path.matches('^/media/[a-z0-9]+/main[.](m3u8|mpd)$')", True),
        ("['curl', 'Wget'].exists(word, request.user_agent.contains(word))", False),
        ("request.time - 10 < 1800000000 && session.age_s + 1 > 30", True),
    ],
)
def test_expression_reads_facts(text: str, expected: bool) -> None:
    assert evaluate(text) is expected


def test_expression_of_response_reads_status_and_time() -> None:
    assert evaluate(
        "response.status == 200 && response.time_ms > 5", response={"response.status": 200, "response.time_ms": 9}
    )
    with pytest.raises(ExpressionError, match=r"undeclared reference to 'response.status'"):
        compile_expression("response.status == 200")


@pytest.mark.parametrize(
    ("text", "line", "column", "reason"),
    [
        ("request.path ==", 1, 16, "mismatched input"),
        ("request.ip == '1' &&\n  request.nope == 'a'", 2, 10, "undeclared reference to 'request.nope'"),
        ("request.path == 3", 1, 14, "no matching overload"),
        ("'ab", 1, 1, "token recognition error"),
        ("request.path", 1, 1, "must be true or false"),
        ("", 1, 1, "mismatched input"),
        ("ip_in(request.ip, ['10.0.0.0/8', '10.0.0.0/33'])", 1, 34, "“10.0.0.0/33”, which is not an address"),
        ("request.path.matches('(')", 1, 22, "not valid (RE2)"),
        ("counters.address(request.time) > 1", 1, 17, "a window of 1 to 3600 seconds"),
        ("counters.address(0) > 1", 1, 17, "a window of 1 to 3600 seconds"),
        ("has_token('short')", 1, 10, "at least 16 characters"),
        ("'ü' == 'ü' && nope", 1, 15, "undeclared reference to 'nope'"),
        ("request.path.matches(request.path)", 1, 29, "constant text"),
    ],
)
def test_error_has_reason_and_position(text: str, line: int, column: int, reason: str) -> None:
    with pytest.raises(ExpressionError) as raised:
        compile_expression(text)
    assert reason in raised.value.reason
    assert position(text, raised.value.offset) == (line, column)


def numbers(count: int) -> str:
    return f"[{','.join('1' for _ in range(count))}]"


HOSTILE = {
    "nested loops": f"{numbers(100)}.all(a, {numbers(100)}.all(b, {numbers(100)}.all(c, a + b + c > 0)))",
    "loop in range of loop": "[[1].all(a, [1].all(b, true))].all(c, c)",
    "long loop with long body": f"{numbers(500)}.all(a, {' && '.join(['request.path.size() > a'] * 30)})",
    "doubling by map": "[request.path]" + ".map(y, y + y)" * 25 + "[0] == 'x'",
    "doubling in loop": "[request.path].exists(a, a + a == a)",
    "concatenation": " + ".join(["request.path"] * 100) + " == ''",
    "concatenation of unknown types": "[1, request.path][1] + [1, request.path][1] == ''",
    "concatenation by dyn": "dyn(request.path) + dyn(request.path) == dyn('')",
    "concatenation of lists": "([1] + [1]).all(a, a == 1)",
    "concatenation by a condition": "(true ? [1, 'a'][1] : [1][0]) + [1, 'a'][1] == ''",
    "filter": f"{numbers(500)}.filter(a, a > 0).size() > 0",
    "catastrophic pattern": "request.path.matches('(a+)+b$')",
    "alternations": "request.path.matches('(a|a)*(a|a)*(a|a)*(a|a)*(a|a)*b$')",
    "huge pattern": "request.path.matches('((a{10}){10}){10}')",
    "unicode classes": r"request.path.matches('(\\pL{1,30}){1,30}x')",
    "many patterns": " || ".join([r"request.path.matches('[a-q][^u-z]{13}x')"] * 40),
    "pattern in loop": f"{numbers(300)}.all(a, !request.path.matches('[a-q][^u-z]{{13}}x'))",
    "pattern of facts": "request.path.matches(request.query.t)",
    "deep parentheses": "(" * 900 + "true" + ")" * 900,
    "deep negation": "!" * 1990 + "true",
    "deep minus": "-" * 1900 + "1 < 2",
    "deep members": "request.headers" + ".a" * 900 + " == ''",
    "deep index": "request.query" + "['a']" * 380 + " == ''",
    "deep calls": "size(" * 390 + "''" + ")" * 390 + " > 0",
    "deep methods": "request.path" + ".size()" * 260 + " > 0",
    "deep maps": "{1:" * 600 + "1" + "}" * 600 + " == {}",
    "alternating operators": " && ".join(["(true || false)"] * 110),
    "many lists": "[" + ",".join(["[1]"] * 450) + "].size() > 0",
    "comparison of long lists": f"{numbers(450)} == {numbers(450)}",
    "membership in loop": f"{numbers(200)}.all(a, a in {numbers(700)})",
    "deep lists": "[" * 900 + "]" * 900 + " == []",
    "deep conditions": "true ? " * 150 + "true" + " : false" * 150,
    "long sum": "+".join(["1"] * 999) + " > 0",
    "long text": f"request.path == '{'x' * 3000}'",
    "huge number": f"{'9' * 1900} > 1",
    "search for a long text": f"request.path.contains('{'a' * 1900}b')",
    "many searches": " || ".join([f"request.path.contains('{'a' * 20}b')"] * 38),
    "search for facts": "request.query.all(k, request.path.contains(request.query[k]))",
    "search for long words": f"['{'a' * 900}b', '{'a' * 900}c'].exists(w, request.path.contains(w))",
    "search for many words": f"[{','.join([chr(39) + 'aab' + chr(39)] * 300)}].exists(w, request.path.contains(w))",
    "search in loop": f"{numbers(800)}.exists(a, request.path.contains('{'a' * 190}b'))",
    "query in loop": "request.query.all(k, request.query.all(j, k == j))",
    "every parameter": "request.query.all(k, request.query[k].endsWith('a') && k.size() > 1)",
    "message": "google.protobuf.Struct{fields: {'a': google.protobuf.Value{}}} == null",
    "time zone file": "timestamp('2026-01-01T00:00:00Z').getHours('../../etc/passwd') > 1",
    "null character": "request.path == 'a\0b'",
    "surrogate": "request.path == '\\ud800'",
    "comparison of maps": " && ".join(["request.query == request.query"] * 50),
    "membership in long list": f"request.path in [{','.join([chr(39) + 'x' + chr(39)] * 450)}]",
    "many networks": f"ip_in(request.ip, [{','.join([chr(39) + '10.0.0.0/8' + chr(39)] * 140)}])",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_expression_is_refused_or_ends_soon(name: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    with suppress(ExpressionError, RuntimeError):
        evaluate(HOSTILE[name], LONGEST)
    assert time.process_time() - started < 0.1  # 5 ms by design; machines differ
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 32_000  # KiB


def test_token_is_valid_for_its_title_until_it_expires() -> None:
    expression = f"has_token('{SECRET}')"
    valid = make_token(SECRET, "c1", NOW + 60)
    assert evaluate(expression, token=valid)
    assert not evaluate(expression, token=make_token(SECRET, "c1", NOW))
    assert not evaluate(expression, token=make_token(SECRET, "c2", NOW + 60))
    assert not evaluate(expression, token=make_token("another secret here", "c1", NOW + 60))
    later = f"{NOW + 120}.{valid.partition('.')[2]}"
    for token in ("", ".", "x.y", later, valid + "0", valid.upper() + "Ü", "9" * 5000):
        assert not evaluate(expression, token=token)
