"""Prometheus metrics: media by state, running jobs, the API's requests, and edge policies."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, SummaryMetricFamily
from prometheus_client.registry import Collector
from starlette.types import Scope

from otnet_server.media.states import State
from otnet_server.pipeline.media_queries import MediaQueries
from otnet_server.pipeline.pipeline import Pipeline
from otnet_server.playback.edge_policies import EdgePolicies


class Metrics:
    def __init__(self, media_queries: MediaQueries, pipeline: Pipeline, policies: EdgePolicies) -> None:
        self._media_queries, self._pipeline = media_queries, pipeline
        self._registry = CollectorRegistry()
        self._titles = Gauge("otnet_titles", "Titles by state.", ["state"], registry=self._registry)
        self._active = Gauge("otnet_titles_active", "Titles being worked on.", registry=self._registry)
        self._requests = Counter("otnet_requests", "Requests, media excepted.", ["status"], registry=self._registry)
        self._seconds = Histogram("otnet_request_seconds", "Time to the first byte.", registry=self._registry)
        self._registry.register(_PolicyCollector(policies))

    def observe(self, scope: Scope, status: int, seconds: float) -> None:
        self._requests.labels(str(status)).inc()
        self._seconds.observe(seconds)

    async def text(self) -> bytes:
        counts = await self._media_queries.counts()
        for state in State:
            self._titles.labels(state).set(counts.get(state, 0))
        self._active.set(len(self._pipeline.active()))
        return generate_latest(self._registry)


class _PolicyCollector(Collector):
    """What the policies that are in force did in this process since it loaded their present version."""

    def __init__(self, policies: EdgePolicies) -> None:
        self._policies = policies

    def collect(self) -> Iterator[CounterMetricFamily | SummaryMetricFamily]:
        evaluations = CounterMetricFamily(
            "otnet_policy_evaluations", "Evaluations of edge policies.", labels=["policy", "result"]
        )
        times = SummaryMetricFamily(
            "otnet_policy_response_seconds", "Responses that timing policies measured.", labels=["policy"]
        )
        for id, counts in self._policies.counts():
            passed = counts.evaluated - counts.matched - counts.failed
            for result, count in (("matched", counts.matched), ("passed", passed), ("failed", counts.failed)):
                evaluations.add_metric([id, result], count)
            if counts.timed:
                times.add_metric([id], counts.timed, counts.seconds)
        yield evaluations
        yield times
