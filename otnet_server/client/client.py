"""A client of the partner surface, or of the public one without a key: lists with automatic paging, records, actions
and uploads.

    with Client("https://studio.example.org", "otk_…") as otnet:
        for content in otnet.list("content", kind="film", sort="-created_at"):
            print(content["title"])

Error responses are raised as `Problem`. Temporary failures are retried: 429 and 503 after Retry-After, and connection
errors. Reading, updating and deleting are idempotent; every `create` sends an Idempotency-Key; actions are only
retried after 429 and 503, when the server has done nothing.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote

import httpx

from otnet_server.errors import OtnetError
from otnet_server.ingest import tus_client

Record = dict[str, Any]
Records = list[Record]
Ids = list[str]
Progress = Callable[[int, int], None]
RETRYABLE_STATUSES = (429, 503)
MAX_RETRY_AFTER_S = 60.0


class Problem(OtnetError):
    """An error response. `status` is the HTTP status (0 without a response), `errors` are the field errors, `document`
    are the problem details (RFC 9457)."""

    def __init__(self, status: int, document: Mapping[str, Any]) -> None:
        code, title = (
            str(document.get("code", f"http_{status}")),
            str(document.get("title", f"The server responded with status {status}.")),
        )
        super().__init__(code, title, str(document.get("remedy", "")))
        self.status, self.document = status, dict(document)
        self.errors: list[dict[str, str]] = list(document.get("errors", []))


class Client:
    """`url` is the server's URL; `key` an API key, or empty for the public surface. `timeout` is in seconds; `attempts`
    is the maximum number of attempts for one request. Every method raises Problem."""

    def __init__(
        self,
        url: str,
        key: str = "",
        *,
        timeout: float = 30,
        attempts: int = 5,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._url, self._attempts, self._sleep = url.rstrip("/"), attempts, sleep
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._base = f"{self._url}/api/v1/{'partner' if key else 'public'}"
        self._http = httpx.Client(headers=self._headers, timeout=timeout, transport=transport)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, kind: type[BaseException] | None, e: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    # --- records ---

    def list(self, plural: str, /, **query: Any) -> Iterator[Record]:
        """Every matching record, page by page. `query` are filters and parameters; write `created_at__gte` for
        `created_at.gte`. A list of values matches any of them. `limit` is the page size."""
        params = {name.replace("__", "."): _text(value) for name, value in query.items()}
        params.setdefault("limit", "200")
        while True:
            page = self._json("GET", plural, params=params)
            yield from page["items"]
            if page["next"] is None:
                return
            params["cursor"] = page["next"]

    def get(self, plural: str, id: str, /, **query: Any) -> Record:
        """One record. `query` may contain `fields` and `expand`."""
        return self._json("GET", plural, id, params={n: _text(v) for n, v in query.items()})

    def create(self, plural: str, /, **values: Any) -> Record:
        return self._json("POST", plural, json=values, headers={"Idempotency-Key": str(uuid.uuid4())})

    def upsert(self, plural: str, external_id: str, /, **values: Any) -> Record:
        """Create a record with an external id, or change these fields of the one that has it. Required fields have to
        be given in both cases."""
        return self._json("PUT", plural, "by-external-id", external_id, json=values)

    def update(self, plural: str, id: str, /, *, etag: str | None = None, **values: Any) -> Record:
        """Change fields of a record. With `etag`, raises Problem (412) if the record has changed since."""
        return self._json("PATCH", plural, id, json=values, headers={"If-Match": etag} if etag else {})

    def delete(self, plural: str, id: str, /, *, etag: str | None = None, cascade: bool = False) -> Record:
        """Delete a record. Raises Problem (409) while others refer to it. With `cascade` they are deleted too, or lose
        the reference: returns the numbers of `deleted` and `cleared` records by resource."""
        headers, params = {"If-Match": etag} if etag else {}, {"cascade": "true"} if cascade else {}
        response = self._request("DELETE", plural, id, headers=headers, params=params)
        return dict(response.json()) if cascade else {}

    def act(self, plural: str, id: str, action: str, /, **values: Any) -> Record:
        return self._json("POST", plural, id, action, json=values)

    def bulk(self, plural: str, action: str, ids: Ids, /, **values: Any) -> Records:
        """One result for each id, in order: `{"id", "status", "record" or "problem"}`."""
        body = {"action": action, "ids": ids, "values": values}
        results: Records = self._json("POST", plural, "bulk", json=body)["results"]
        return results

    def etag(self, plural: str, id: str, /) -> str:
        """The ETag of a record, for `update` and `delete`."""
        return self._request("GET", plural, id, params={"fields": "id"}).headers["etag"]

    def events(self, *, after: str = "", types: Sequence[str] = ()) -> Record:
        """A page of events: `{"items", "next", "more"}`. `after` is the `next` of the former page, `latest` to begin
        now, or empty to begin with the oldest event."""
        query = {"after": after, "type": ",".join(types)}
        return self._json("GET", "events", params={"limit": "500"} | {n: v for n, v in query.items() if v})

    # --- files ---

    def upload(self, path: Path, library: str, *, content: str = "", progress: Progress | None = None) -> str:
        """Upload a file into a library (its id); resumes an interrupted upload, also of an earlier process. `content`
        is the id of the content whose main file it is. `progress(bytes sent, total bytes)`. Returns the URL of the
        upload. Raises UploadFailed."""
        return asyncio.run(self.uploading(path, library, content=content, progress=progress))

    async def uploading(self, path: Path, library: str, *, content: str = "", progress: Progress | None = None) -> str:
        """The asynchronous version of `upload`."""
        async with httpx.AsyncClient(headers=self._headers, timeout=120) as http:
            metadata = {"filename": path.name, "library": library} | ({"content": content} if content else {})
            return await tus_client.upload(http, f"{self._base}/uploads", path, metadata, progress=progress)

    def import_metadata(self, path: Path, *, dry_run: bool = False, create: bool = False) -> Record:
        """Import metadata from a table (CSV or JSON lines) in the background, or with `dry_run` return what that would
        do. `create`: also genres, categories, people and series that do not exist."""
        params = {"dry_run": _text(dry_run), "create": _text(create)}
        headers = {"Content-Type": "text/csv"}
        return self._json("POST", "imports", "metadata", params=params, headers=headers, content=path.read_bytes())

    def metadata_import(self, id: str, /) -> Record:
        """The state of an import of metadata, with its progress and failures."""
        return self._json("GET", "imports", "metadata", id)

    # --- requests ---

    def _json(self, method: str, *path: str, **options: Any) -> Record:
        record: Record = self._request(method, *path, **options).json()
        return record

    def _request(self, method: str, *path: str, **options: Any) -> httpx.Response:
        url = "/".join([self._base, *(quote(part, safe="") for part in path)])
        repeatable = method != "POST" or "Idempotency-Key" in options.get("headers", {})
        for attempt in range(1, self._attempts + 1):
            last = attempt == self._attempts
            try:
                response = self._http.request(method, url, **options)
            except httpx.TransportError as e:
                if last or not repeatable:
                    title = f"The connection failed: {str(e) or type(e).__name__}."
                    raise Problem(0, {"code": "connection", "title": title, "remedy": "Check the URL."}) from e
                self._sleep(_backoff_s(attempt))
                continue
            if response.status_code not in RETRYABLE_STATUSES or last:
                break
            self._sleep(_retry_after_s(response) or _backoff_s(attempt))
        if response.is_success:
            return response
        raise Problem(response.status_code, _document(response))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(map(_text, value)) if isinstance(value, tuple | list) else str(value)


def _backoff_s(attempt: int) -> float:
    return min(8.0, 0.25 * 2.0**attempt)


def _retry_after_s(response: httpx.Response) -> float:
    """The seconds of Retry-After, at most MAX_RETRY_AFTER_S; 0 without the header."""
    retry_after = response.headers.get("retry-after", "")
    return min(float(retry_after), MAX_RETRY_AFTER_S) if retry_after.isascii() and retry_after.isdigit() else 0.0


def _document(response: httpx.Response) -> Mapping[str, Any]:
    try:
        document = response.json()
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
