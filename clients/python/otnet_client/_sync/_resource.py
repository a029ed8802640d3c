# Generated from _async/_resource.py by scripts/client_types.py. Do not edit.
"""The operations that resources have in common."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar

import httpx

from otnet_client._record import BulkResult, Deletion, Page, Record
from otnet_client._requests import IDEMPOTENCY_KEY, body_of, json_object, query_of
from otnet_client._sync._transport import Transport
from otnet_client._sync.paginator import Paginator

R = TypeVar("R", bound=Record)


class Resource(Generic[R]):
    _plural: ClassVar[str]
    _model: ClassVar[Any]

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def _list(self, query: Mapping[str, Any]) -> Paginator[R]:
        params = query_of(query)

        def read(cursor: str | None) -> Page[R]:
            sent = {**params, **({"cursor": cursor} if cursor else {})}
            page = self._transport.json("GET", self._plural, params=sent)
            return Page([self._model.from_json(r) for r in page["items"]], page["next"], page.get("total"))

        return Paginator(read)

    def _retrieve(self, id: str, query: Mapping[str, Any]) -> R:
        return self._record(self._transport.request("GET", self._plural, id, params=query_of(query)))

    def _create(self, values: Mapping[str, Any], idempotency_key: str | None) -> R:
        headers = {IDEMPOTENCY_KEY: idempotency_key or str(uuid.uuid4())}
        return self._record(self._transport.request("POST", self._plural, json=body_of(values), headers=headers))

    def _update(self, id: str, values: Mapping[str, Any], etag: str | None) -> R:
        headers = {"If-Match": etag} if etag else {}
        return self._record(self._transport.request("PATCH", self._plural, id, json=body_of(values), headers=headers))

    def _upsert(self, external_id: str, values: Mapping[str, Any]) -> R:
        path = (self._plural, "by-external-id", external_id)
        return self._record(self._transport.request("PUT", *path, json=body_of(values)))

    def _delete(self, id: str, options: Mapping[str, bool], etag: str | None) -> Deletion:
        params = {name: "true" for name, chosen in options.items() if chosen}
        headers = {"If-Match": etag} if etag else {}
        response = self._transport.request("DELETE", self._plural, id, params=params, headers=headers)
        counts = json_object(response) if response.content else {}
        return Deletion(counts.get("deleted", {}), counts.get("cleared", {}))

    def _act(self, id: str, action: str, values: Mapping[str, Any]) -> R:
        return self._record(self._transport.request("POST", self._plural, id, action, json=body_of(values)))

    def _bulk(
        self, action: str, ids: Sequence[str], values: Mapping[str, Any] | None, cascade: bool
    ) -> Sequence[BulkResult]:
        body = {"action": action, "ids": list(ids), **({"cascade": True} if cascade else {})}
        body |= {"values": body_of(values)} if values is not None else {}
        answer = self._transport.json("POST", self._plural, "bulk", json=body)
        return [BulkResult.from_json(r) for r in answer["results"]]

    def _record(self, response: httpx.Response) -> R:
        record: R = self._model.from_json(json_object(response), response.headers.get("etag"))
        return record
