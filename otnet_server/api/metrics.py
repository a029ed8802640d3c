"""Prometheus metrics: media by state, running jobs, and the API's requests."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import Scope

from otnet_server.media.states import State
from otnet_server.pipeline.media_queries import MediaQueries
from otnet_server.pipeline.pipeline import Pipeline


class Metrics:
    def __init__(self, media_queries: MediaQueries, pipeline: Pipeline) -> None:
        self._media_queries, self._pipeline = media_queries, pipeline
        self._registry = CollectorRegistry()
        self._titles = Gauge("otnet_titles", "Titles by state.", ["state"], registry=self._registry)
        self._active = Gauge("otnet_titles_active", "Titles being worked on.", registry=self._registry)
        self._requests = Counter("otnet_requests", "Requests, media excepted.", ["status"], registry=self._registry)
        self._seconds = Histogram("otnet_request_seconds", "Time to the first byte.", registry=self._registry)

    def observe(self, scope: Scope, status: int, seconds: float) -> None:
        self._requests.labels(str(status)).inc()
        self._seconds.observe(seconds)

    async def text(self) -> bytes:
        counts = await self._media_queries.counts()
        for state in State:
            self._titles.labels(state).set(counts.get(state, 0))
        self._active.set(len(self._pipeline.active()))
        return generate_latest(self._registry)
