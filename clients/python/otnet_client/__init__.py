"""Client of the API of OTNet, a self-hosted OTT platform.

    from otnet_client import Client

    with Client("https://studio.example.org", "otk_…") as otnet:
        for film in otnet.content.list(kind="film", sort="-created_at"):
            print(film.title)

`AsyncClient` has the same methods as coroutines. `otnet_client.webhooks.verify` verifies webhooks.
"""

from otnet_client import errors, events, models, webhooks
from otnet_client._async.client import AsyncClient
from otnet_client._async.paginator import AsyncPaginator
from otnet_client._record import (
    BulkResult,
    ChannelAiring,
    ChannelLive,
    ChannelPull,
    Clip,
    Deletion,
    Import,
    MetadataImport,
    Page,
    Record,
    StreamKey,
    Subtitles,
)
from otnet_client._sync.client import Client
from otnet_client._sync.paginator import Paginator
from otnet_client._version import __version__
from otnet_client.errors import (
    APIError,
    AuthenticationError,
    BadRequest,
    ChangedMeanwhile,
    Conflict,
    ConnectionFailed,
    FieldError,
    Gone,
    ImportFailed,
    MediaFailed,
    NotFound,
    OTNetError,
    PermissionDenied,
    RateLimited,
    RequestTimeout,
    ServerError,
    UploadFailed,
    ValidationError,
    WaitTimeout,
    WebhookVerificationError,
)

__all__ = [
    "APIError", "AsyncClient", "AsyncPaginator", "AuthenticationError", "BadRequest", "BulkResult",
    "ChangedMeanwhile", "ChannelAiring", "ChannelLive", "ChannelPull",
    "Client", "Clip", "Conflict", "ConnectionFailed", "Deletion", "FieldError", "Gone",
    "Import", "ImportFailed", "MediaFailed", "MetadataImport", "NotFound", "OTNetError", "Page", "Paginator",
    "PermissionDenied", "RateLimited", "Record", "RequestTimeout", "ServerError", "StreamKey", "Subtitles",
    "UploadFailed", "ValidationError", "WaitTimeout", "WebhookVerificationError", "__version__", "errors", "events",
    "models", "webhooks",
]  # fmt: skip
