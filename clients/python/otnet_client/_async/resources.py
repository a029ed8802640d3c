# Generated from /api/v1/partner/openapi.json by scripts/client_types.py. Do not edit.
"""The methods of each resource."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal, Unpack

from otnet_client._async._resource import AsyncResource
from otnet_client._async._transport import AsyncTransport
from otnet_client._async.paginator import AsyncPaginator
from otnet_client._record import BulkResult, Deletion
from otnet_client.models import (
    AccessCode,
    AccessCodeExpand,
    AccessCodeFields,
    ApiKey,
    ApiKeyFields,
    Artwork,
    ArtworkExpand,
    ArtworkFields,
    Category,
    CategoryExpand,
    CategoryFields,
    Channel,
    ChannelExpand,
    ChannelFields,
    Content,
    ContentExpand,
    ContentFields,
    Credit,
    CreditExpand,
    CreditFields,
    Genre,
    GenreFields,
    Grant,
    GrantExpand,
    GrantFields,
    Library,
    LibraryFields,
    Media,
    MediaExpand,
    MediaFields,
    Organization,
    OrganizationFields,
    Person,
    PersonFields,
    Policy,
    PolicyExpand,
    PolicyFields,
    Program,
    ProgramExpand,
    ProgramFields,
    Season,
    SeasonExpand,
    SeasonFields,
    Series,
    SeriesExpand,
    SeriesFields,
    SimulcastTarget,
    SimulcastTargetExpand,
    SimulcastTargetFields,
    UploadLink,
    UploadLinkExpand,
    UploadLinkFields,
    ViewerGroup,
    ViewerGroupFields,
    Webhook,
    WebhookDelivery,
    WebhookDeliveryExpand,
    WebhookDeliveryFields,
    WebhookFields,
)
from otnet_client.params import (
    AccessCodeCreate,
    AccessCodeList,
    ApiKeyList,
    ApiKeyRotate,
    ArtworkCreate,
    ArtworkList,
    ArtworkUpdate,
    ArtworkUpsert,
    CategoryCreate,
    CategoryList,
    CategoryUpdate,
    CategoryUpsert,
    ChannelCreate,
    ChannelList,
    ChannelUpdate,
    ChannelUpsert,
    ContentCreate,
    ContentList,
    ContentSchedule,
    ContentUpdate,
    ContentUpsert,
    CreditCreate,
    CreditList,
    CreditUpdate,
    CreditUpsert,
    GenreCreate,
    GenreList,
    GenreUpdate,
    GenreUpsert,
    GrantCreate,
    GrantList,
    GrantUpdate,
    GrantUpsert,
    LibraryList,
    MediaList,
    MediaUpdate,
    OrganizationList,
    PersonCreate,
    PersonList,
    PersonUpdate,
    PersonUpsert,
    PolicyCreate,
    PolicyList,
    PolicyRollback,
    PolicyUpdate,
    PolicyUpsert,
    ProgramCreate,
    ProgramList,
    ProgramUpdate,
    ProgramUpsert,
    SeasonCreate,
    SeasonList,
    SeasonUpdate,
    SeasonUpsert,
    SeriesCreate,
    SeriesList,
    SeriesOrderEpisodes,
    SeriesUpdate,
    SeriesUpsert,
    SimulcastTargetCreate,
    SimulcastTargetList,
    SimulcastTargetUpdate,
    SimulcastTargetUpsert,
    UploadLinkCreate,
    UploadLinkList,
    ViewerGroupCreate,
    ViewerGroupList,
    ViewerGroupUpdate,
    ViewerGroupUpsert,
    WebhookCreate,
    WebhookDeliveryList,
    WebhookList,
    WebhookRotateSecret,
    WebhookUpdate,
    WebhookUpsert,
)


class AsyncContentResource(AsyncResource[Content]):
    """A work in the catalogue: a film, an episode, a clip or a podcast episode. Its media are the files that
    play; programs schedule it on channels. The public surface returns content that is published, inside its
    publishing window and visible to everybody."""

    _plural: ClassVar[str] = "content"
    _model: ClassVar[type] = Content

    def list(self, **query: Unpack[ContentList]) -> AsyncPaginator[Content]:
        """List content: `async for` goes through all pages."""
        return self._list(query)

    async def create(self, *, idempotency_key: str | None = None, **values: Unpack[ContentCreate]) -> Content:
        """Create a piece of content."""
        return await self._create(values, idempotency_key)

    async def retrieve(
        self,
        id: str,
        *,
        fields: ContentFields | Sequence[ContentFields] | None = None,
        expand: ContentExpand | Sequence[ContentExpand] | None = None,
    ) -> Content:
        """Read a piece of content."""
        return await self._retrieve(id, {"fields": fields, "expand": expand})

    async def update(self, id: str, *, etag: str | None = None, **values: Unpack[ContentUpdate]) -> Content:
        """Change a piece of content."""
        return await self._update(id, values, etag)

    async def delete(
        self, id: str, *, etag: str | None = None, cascade: bool = False, permanently: bool = False
    ) -> Deletion:
        """Delete a piece of content."""
        return await self._delete(id, {"cascade": cascade, "permanently": permanently}, etag)

    async def publish(self, id: str) -> Content:
        """Publish: piece of content. Make it visible to its audience, now or inside its publishing window."""
        return await self._act(id, "publish", {})

    async def unpublish(self, id: str) -> Content:
        """Unpublish: piece of content. Make it a draft again. Nothing is deleted."""
        return await self._act(id, "unpublish", {})

    async def schedule(self, id: str, **values: Unpack[ContentSchedule]) -> Content:
        """Schedule: piece of content. Publish it for a period of time."""
        return await self._act(id, "schedule", values)

    async def bulk(
        self,
        action: Literal["publish", "unpublish", "schedule", "update", "delete"],
        ids: Sequence[str],
        values: Mapping[str, Any] | None = None,
        *,
        cascade: bool = False,
    ) -> Sequence[BulkResult]:
        """Change many content. Each record is processed independently: an error in one does not affect the others."""
        return await self._bulk(action, ids, values, cascade)

    async def upsert(self, external_id: str, **values: Unpack[ContentUpsert]) -> Content:
        """Create or change a piece of content by its external id. Creates the record, or changes the one that has
        this external id; fields that are left out stay as they are."""
        return await self._upsert(external_id, values)


class AsyncSeriesResource(AsyncResource[Series]):
    """A series of episodes, or a podcast; optionally divided into seasons. The public surface returns it while
    one of its episodes is published and visible to everybody."""

    _plural: ClassVar[str] = "series"
    _model: ClassVar[type] = Series

    def list(self, **query: Unpack[SeriesList]) -> AsyncPaginator[Series]:
        """List series: `async for` goes through all pages."""
        return self._list(query)

    async def create(self, *, idempotency_key: str | None = None, **values: Unpack[SeriesCreate]) -> Series:
        """Create a series."""
        return await self._create(values, idempotency_key)

    async def retrieve(
        self,
        id: str,
        *,
        fields: SeriesFields | Sequence[SeriesFields] | None = None,
        expand: SeriesExpand | Sequence[SeriesExpand] | None = None,
    ) -> Series:
        """Read a series."""
        return await self._retrieve(id, {"fields": fields, "expand": expand})

    async def update(self, id: str, *, etag: str | None = None, **values: Unpack[SeriesUpdate]) -> Series:
        """Change a series."""
        return await self._update(id, values, etag)

    async def delete(
        self, id: str, *, etag: str | None = None, cascade: bool = False, permanently: bool = False
    ) -> Deletion:
        """Delete a series."""
        return await self._delete(id, {"cascade": cascade, "permanently": permanently}, etag)

    async def order_episodes(self, id: str, **values: Unpack[SeriesOrderEpisodes]) -> Series:
        """Order the episodes: series. Number the episodes of a season, or those without a season, in the given
        order. The numbers that they have are given to them anew; episodes without a number get the following
        ones."""
        return await self._act(id, "order_episodes", values)

    async def bulk(
        self,
        action: Literal["update", "delete"],
        ids: Sequence[str],
        values: Mapping[str, Any] | None = None,
        *,
        cascade: bool = False,
    ) -> Sequence[BulkResult]:
        """Change many series. Each record is processed independently: an error in one does not affect the others."""
        return await self._bulk(action, ids, values, cascade)

    async def upsert(self, external_id: str, **values: Unpack[SeriesUpsert]) -> Series:
        """Create or change a series by its external id. Creates the record, or changes the one that has this
        external id; fields that are left out stay as they are."""
        return await self._upsert(external_id, values)


class AsyncSeasonResource(AsyncResource[Season]):
    """A season of a series. The public surface returns it while one of its episodes is published and visible to
    everybody."""

    _plural: ClassVar[str] = "seasons"
    _model: ClassVar[type] = Season

    def list(self, **query: Unpack[SeasonList]) -> AsyncPaginator[Season]:
        """List seasons: `async for` goes through all pages."""
        return self._list(query)

    async def create(self, *, idempotency_key: str | None = None, **values: Unpack[SeasonCreate]) -> Season:
        """Create a season."""
        return await self._create(values, idempotency_key)

    async def retrieve(
        self,
        id: str,
        *,
        fields: SeasonFields | Sequence[SeasonFields] | None = None,
        expand: SeasonExpand | Sequence[SeasonExpand] | None = None,
    ) -> Season:
        """Read a season."""
        return await self._retrieve(id, {"fields": fields, "expand": expand})

    async def update(self, id: str, *, etag: str | None = None, **values: Unpack[SeasonUpdate]) -> Season:
        """Change a season."""
        return await self._update(id, values, etag)

    async def delete(
        self, id: str, *, etag: str | None = None, cascade: bool = False, permanently: bool = False
    ) -> Deletion:
        """Delete a season."""
        return await self._delete(id, {"cascade": cascade, "permanently": permanently}, etag)

    async def bulk(
        self,
        action: Literal["update", "delete"],
        ids: Sequence[str],
        values: Mapping[str, Any] | None = None,
        *,
        cascade: bool = False,
    ) -> Sequence[BulkResult]:
        """Change many seasons. Each record is processed independently: an error in one does not affect the others."""
        return await self._bulk(action, ids, values, cascade)

    async def upsert(self, external_id: str, **values: Unpack[SeasonUpsert]) -> Season:
        """Create or change a season by its external id. Creates the record, or changes the one that has this
        external id; fields that are left out stay as they are."""
        return await self._upsert(external_id, values)


class AsyncCategoryResource(AsyncResource[Category]):
    """A category of the organization's own, by which viewers browse. Categories can be nested."""

    _plural: ClassVar[str] = "categories"
    _model: ClassVar[type] = Category

    def list(self, **query: Unpack[CategoryList]) -> AsyncPaginator[Category]:
        """List categories: `async for` goes through all pages."""
        return self._list(query)

    async def create(self, *, idempotency_key: str | None = None, **values: Unpack[CategoryCreate]) -> Category:
        """Create a category."""
        return await self._create(values, idempotency_key)

    async def retrieve(
        self,
        id: str,
        *,
        fields: CategoryFields | Sequence[CategoryFields] | None = None,
        expand: CategoryExpand | Sequence[CategoryExpand] | None = None,
    ) -> Category:
        """Read a category."""
        return await self._retrieve(id, {"fields": fields, "expand": expand})

    async def update(self, id: str, *, etag: str | None = None, **values: Unpack[CategoryUpdate]) -> Category:
        """Change a category."""
        return await self._update(id, values, etag)

    async def delete(
        self, id: str, *, etag: str | None = None, cascade: bool = False, permanently: bool = False
    ) -> Deletion:
        """Delete a category."""
        return await self._delete(id, {"cascade": cascade, "permanently": permanently}, etag)

    async def bulk(
        self,
        action: Literal["update", "delete"],
        ids: Sequence[str],
        values: Mapping[str, Any] | None = None,
        *,
        cascade: bool = False,
    ) -> Sequence[BulkResult]:
        """Change many categories. Each record is processed independently: an error in one does not affect the
        others."""
        return await self._bulk(action, ids, values, cascade)

    async def upsert(self, external_id: str, **values: Unpack[CategoryUpsert]) -> Category:
        """Create or change a category by its external id. Creates the record, or changes the one that has this
        external id; fields that are left out stay as they are."""
        return await self._upsert(external_id, values)


class AsyncGenreResource(AsyncResource[Genre]):
    """A genre such as drama, science or comedy. Content can have any number of genres."""

    _plural: ClassVar[str] = "genres"
    _model: ClassVar[type] = Genre

    def list(self, **query: Unpack[GenreList]) -> AsyncPaginator[Genre]:
        """List genres: `async for` goes through all pages."""
        return self._list(query)

    async def create(self, *, idempotency_key: str | None = None, **values: Unpack[GenreCreate]) -> Genre:
        """Create a genre."""
        return await self._create(values, idempotency_key)

    async def retrieve(self, id: str, *, fields: GenreFields | Sequence[GenreFields] | None = None) -> Genre:
        """Read a genre."""
        return await self._retrieve(id, {"fields": fields})

    async def update(self, id: str, *, etag: str | None = None, **values: Unpack[GenreUpdate]) -> Genre:
        """Change a genre."""
        return await self._update(id, values, etag)

    async def delete(
        self, id: str, *, etag: str | None = None, cascade: bool = False, permanently: bool = False
    ) -> Deletion:
        """Delete a genre."""
        return await self._delete(id, {"cascade": cascade, "permanently": permanently}, etag)

    async def bulk(
        self,
        action: Literal["update", "delete"],
        ids: Sequence[str],
        values: Mapping[str, Any] | None = None,
        *,
        cascade: bool = False,
    ) -> Sequence[BulkResult]:
        """Change many genres. Each record is processed independently: an error in one does not affect the others."""
        return await self._bulk(action, ids, values, cascade)

    async def upsert(self, external_id: str, **values: Unpack[GenreUpsert]) -> Genre:
        """Create or change a genre by its external id. Creates the record, or changes the one that has this external
        id; fields that are left out stay as they are."""
        return await self._upsert(external_id, values)


class AsyncPersonResource(AsyncResource[Person]):
    """Somebody who made or appears in content. Credits link people to content. The public surface returns a
    person who is credited in content that is published and visible to everybody, or in a series with such an
    episode."""

    _plural: ClassVar[str] = "people"
    _model: ClassVar[type] = Person

    def list(self, **query: Unpack[PersonList]) -> AsyncPaginator[Person]:
        """List people: `async for` goes through all pages."""
        return self._list(query)

    async def create(self, *, idempotency_key: str | None = None, **values: Unpack[PersonCreate]) -> Person:
        """Create a person."""
        return await self._create(values, idempotency_key)

    async def retrieve(self, id: str, *, fields: PersonFields | Sequence[PersonFields] | None = None) -> Person:
        """Read a person."""
        return await self._retrieve(id, {"fields": fields})

    async def update(self, id: str, *, etag: str | None = None, **values: Unpack[PersonUpdate]) -> Person:
        """Change a person."""
        return await self._update(id, values, etag)

    async def delete(
        self, id: str, *, etag: str | None = None, cascade: bool = False, permanently: bool = False
    ) -> Deletion:
        """Delete a person."""
        return await self._delete(id, {"cascade": cascade, "permanently": permanently}, etag)

    async def bulk(
        self,
        action: Literal["update", "delete"],
        ids: Sequence[str],
        values: Mapping[str, Any] | None = None,
        *,
        cascade: bool = False,
    ) -> Sequence[BulkResult]:
        """Change many people. Each record is processed independently: an error in one does not affect the others."""
        return await self._bulk(action, ids, values, cascade)

    async def upsert(self, external_id: str, **values: Unpack[PersonUpsert]) -> Person:
        """Create or change a person by its external id. Creates the record, or changes the one that has this
        external id; fields that are left out stay as they are."""
        return await self._upsert(external_id, values)


class AsyncCreditResource(AsyncResource[Credit]):
    """The role of a person in content or in a series: one of both is set. The credits of a series are of all its
    episodes."""

    _plural: ClassVar[str] = "credits"
    _model: ClassVar[type] = Credit

    def list(self, **query: Unpack[CreditList]) -> AsyncPaginator[Credit]:
        """List credits: `async for` goes through all pages."""
        return self._list(query)

    async def create(self, *, idempotency_key: str | None = None, **values: Unpack[CreditCreate]) -> Credit:
        """Create a credit."""
        return await self._create(values, idempotency_key)

    async def retrieve(
        self,
        id: str,
        *,
        fields: CreditFields | Sequence[CreditFields] | None = None,
        expand: CreditExpand | Sequence[CreditExpand] | None = None,
    ) -> Credit:
        """Read a credit."""
        return await self._retrieve(id, {"fields": fields, "expand": expand})

    async def update(self, id: str, *, etag: str | None = None, **values: Unpack[CreditUpdate]) -> Credit:
        """Change a credit."""
        return await self._update(id, values, etag)

    async def delete(self, id: str, *, etag: str | None = None, cascade: bool = False) -> Deletion:
        """Delete a credit."""
        return await self._delete(id, {"cascade": cascade}, etag)

    async def bulk(
        self,
        action: Literal["update", "delete"],
        ids: Sequence[str],
        values: Mapping[str, Any] | None = None,
        *,
        cascade: bool = False,
    ) -> Sequence[BulkResult]:
        """Change many credits. Each record is processed independently: an error in one does not affect the others."""
        return await self._bulk(action, ids, values, cascade)

    async def upsert(self, external_id: str, **values: Unpack[CreditUpsert]) -> Credit:
        """Create or change a credit by its external id. Creates the record, or changes the one that has this
        external id; fields that are left out stay as they are."""
        return await self._upsert(external_id, values)


class AsyncArtworkResource(AsyncResource[Artwork]):
    """A picture of content, a series, a person or a channel. A logo or square without any of these belongs to
    the organization itself. Create the record, then PUT the picture (JPEG, PNG, WebP or AVIF) to
    `…/artwork/{id}/file`."""

    _plural: ClassVar[str] = "artwork"
    _model: ClassVar[type] = Artwork

    def list(self, **query: Unpack[ArtworkList]) -> AsyncPaginator[Artwork]:
        """List artwork: `async for` goes through all pages."""
        return self._list(query)

    async def create(self, *, idempotency_key: str | None = None, **values: Unpack[ArtworkCreate]) -> Artwork:
        """Create a piece of artwork."""
        return await self._create(values, idempotency_key)

    async def retrieve(
        self,
        id: str,
        *,
        fields: ArtworkFields | Sequence[ArtworkFields] | None = None,
        expand: ArtworkExpand | Sequence[ArtworkExpand] | None = None,
    ) -> Artwork:
        """Read a piece of artwork."""
        return await self._retrieve(id, {"fields": fields, "expand": expand})

    async def update(self, id: str, *, etag: str | None = None, **values: Unpack[ArtworkUpdate]) -> Artwork:
        """Change a piece of artwork."""
        return await self._update(id, values, etag)

    async def delete(self, id: str, *, etag: str | None = None, cascade: bool = False) -> Deletion:
        """Delete a piece of artwork."""
        return await self._delete(id, {"cascade": cascade}, etag)

    async def bulk(
        self,
        action: Literal["update", "delete"],
        ids: Sequence[str],
        values: Mapping[str, Any] | None = None,
        *,
        cascade: bool = False,
    ) -> Sequence[BulkResult]:
        """Change many artwork. Each record is processed independently: an error in one does not affect the others."""
        return await self._bulk(action, ids, values, cascade)

    async def upsert(self, external_id: str, **values: Unpack[ArtworkUpsert]) -> Artwork:
        """Create or change a piece of artwork by its external id. Creates the record, or changes the one that has
        this external id; fields that are left out stay as they are."""
        return await self._upsert(external_id, values)


class AsyncChannelResource(AsyncResource[Channel]):
    """A linear channel: programs one after the other, around the clock."""

    _plural: ClassVar[str] = "channels"
    _model: ClassVar[type] = Channel

    def list(self, **query: Unpack[ChannelList]) -> AsyncPaginator[Channel]:
        """List channels: `async for` goes through all pages."""
        return self._list(query)

    async def create(self, *, idempotency_key: str | None = None, **values: Unpack[ChannelCreate]) -> Channel:
        """Create a channel."""
        return await self._create(values, idempotency_key)

    async def retrieve(
        self,
        id: str,
        *,
        fields: ChannelFields | Sequence[ChannelFields] | None = None,
        expand: ChannelExpand | Sequence[ChannelExpand] | None = None,
    ) -> Channel:
        """Read a channel."""
        return await self._retrieve(id, {"fields": fields, "expand": expand})

    async def update(self, id: str, *, etag: str | None = None, **values: Unpack[ChannelUpdate]) -> Channel:
        """Change a channel."""
        return await self._update(id, values, etag)

    async def delete(
        self, id: str, *, etag: str | None = None, cascade: bool = False, permanently: bool = False
    ) -> Deletion:
        """Delete a channel."""
        return await self._delete(id, {"cascade": cascade, "permanently": permanently}, etag)

    async def bulk(
        self,
        action: Literal["update", "delete"],
        ids: Sequence[str],
        values: Mapping[str, Any] | None = None,
        *,
        cascade: bool = False,
    ) -> Sequence[BulkResult]:
        """Change many channels. Each record is processed independently: an error in one does not affect the others."""
        return await self._bulk(action, ids, values, cascade)

    async def upsert(self, external_id: str, **values: Unpack[ChannelUpsert]) -> Channel:
        """Create or change a channel by its external id. Creates the record, or changes the one that has this
        external id; fields that are left out stay as they are."""
        return await self._upsert(external_id, values)


class AsyncProgramResource(AsyncResource[Program]):
    """One airing of content on a channel, with a start time and a duration. To create one, send the ids of the
    channel and the content and the start time; the duration defaults to that of the content's media. The
    programs of a channel must not overlap, and begin in the future. One that was aired, or is about to be, is
    not moved, shortened or deleted."""

    _plural: ClassVar[str] = "programs"
    _model: ClassVar[type] = Program

    def list(self, **query: Unpack[ProgramList]) -> AsyncPaginator[Program]:
        """List programs: `async for` goes through all pages."""
        return self._list(query)

    async def create(self, *, idempotency_key: str | None = None, **values: Unpack[ProgramCreate]) -> Program:
        """Create a program."""
        return await self._create(values, idempotency_key)

    async def retrieve(
        self,
        id: str,
        *,
        fields: ProgramFields | Sequence[ProgramFields] | None = None,
        expand: ProgramExpand | Sequence[ProgramExpand] | None = None,
    ) -> Program:
        """Read a program."""
        return await self._retrieve(id, {"fields": fields, "expand": expand})

    async def update(self, id: str, *, etag: str | None = None, **values: Unpack[ProgramUpdate]) -> Program:
        """Change a program."""
        return await self._update(id, values, etag)

    async def delete(
        self, id: str, *, etag: str | None = None, cascade: bool = False, permanently: bool = False
    ) -> Deletion:
        """Delete a program."""
        return await self._delete(id, {"cascade": cascade, "permanently": permanently}, etag)

    async def bulk(
        self,
        action: Literal["update", "delete"],
        ids: Sequence[str],
        values: Mapping[str, Any] | None = None,
        *,
        cascade: bool = False,
    ) -> Sequence[BulkResult]:
        """Change many programs. Each record is processed independently: an error in one does not affect the others."""
        return await self._bulk(action, ids, values, cascade)

    async def upsert(self, external_id: str, **values: Unpack[ProgramUpsert]) -> Program:
        """Create or change a program by its external id. Creates the record, or changes the one that has this
        external id; fields that are left out stay as they are."""
        return await self._upsert(external_id, values)


class AsyncSimulcastTargetResource(AsyncResource[SimulcastTarget]):
    """A server to which the live streams of a channel are sent on while they last, by RTMP or RTMPS, such as
    that of a social network. The stream key is stored encrypted and never returned."""

    _plural: ClassVar[str] = "simulcast_targets"
    _model: ClassVar[type] = SimulcastTarget

    def list(self, **query: Unpack[SimulcastTargetList]) -> AsyncPaginator[SimulcastTarget]:
        """List simulcast targets: `async for` goes through all pages."""
        return self._list(query)

    async def create(
        self, *, idempotency_key: str | None = None, **values: Unpack[SimulcastTargetCreate]
    ) -> SimulcastTarget:
        """Create a simulcast target."""
        return await self._create(values, idempotency_key)

    async def retrieve(
        self,
        id: str,
        *,
        fields: SimulcastTargetFields | Sequence[SimulcastTargetFields] | None = None,
        expand: SimulcastTargetExpand | Sequence[SimulcastTargetExpand] | None = None,
    ) -> SimulcastTarget:
        """Read a simulcast target."""
        return await self._retrieve(id, {"fields": fields, "expand": expand})

    async def update(
        self, id: str, *, etag: str | None = None, **values: Unpack[SimulcastTargetUpdate]
    ) -> SimulcastTarget:
        """Change a simulcast target."""
        return await self._update(id, values, etag)

    async def delete(self, id: str, *, etag: str | None = None, cascade: bool = False) -> Deletion:
        """Delete a simulcast target."""
        return await self._delete(id, {"cascade": cascade}, etag)

    async def bulk(
        self,
        action: Literal["update", "delete"],
        ids: Sequence[str],
        values: Mapping[str, Any] | None = None,
        *,
        cascade: bool = False,
    ) -> Sequence[BulkResult]:
        """Change many simulcast targets. Each record is processed independently: an error in one does not affect the
        others."""
        return await self._bulk(action, ids, values, cascade)

    async def upsert(self, external_id: str, **values: Unpack[SimulcastTargetUpsert]) -> SimulcastTarget:
        """Create or change a simulcast target by its external id. Creates the record, or changes the one that has
        this external id; fields that are left out stay as they are."""
        return await self._upsert(external_id, values)


class AsyncLibraryResource(AsyncResource[Library]):
    """A folder that the server watches for media files. Libraries are configured in the configuration file; here
    they get a label, and they are the targets of uploads."""

    _plural: ClassVar[str] = "libraries"
    _model: ClassVar[type] = Library

    def list(self, **query: Unpack[LibraryList]) -> AsyncPaginator[Library]:
        """List libraries: `async for` goes through all pages."""
        return self._list(query)

    async def retrieve(self, id: str, *, fields: LibraryFields | Sequence[LibraryFields] | None = None) -> Library:
        """Read a library."""
        return await self._retrieve(id, {"fields": fields})


class AsyncMediaResource(AsyncResource[Media]):
    """A file of a library and everything encoded from it: renditions, subtitles and thumbnails. It is playable
    as soon as its first segments are published. Media are linked to content automatically; the link can be
    changed. A deletion includes everything that was encoded."""

    _plural: ClassVar[str] = "media"
    _model: ClassVar[type] = Media

    def list(self, **query: Unpack[MediaList]) -> AsyncPaginator[Media]:
        """List media: `async for` goes through all pages."""
        return self._list(query)

    async def retrieve(
        self,
        id: str,
        *,
        fields: MediaFields | Sequence[MediaFields] | None = None,
        expand: MediaExpand | Sequence[MediaExpand] | None = None,
    ) -> Media:
        """Read a piece of media."""
        return await self._retrieve(id, {"fields": fields, "expand": expand})

    async def update(self, id: str, *, etag: str | None = None, **values: Unpack[MediaUpdate]) -> Media:
        """Change a piece of media."""
        return await self._update(id, values, etag)

    async def delete(self, id: str, *, etag: str | None = None, cascade: bool = False, file: bool = False) -> Deletion:
        """Delete a piece of media."""
        return await self._delete(id, {"cascade": cascade, "file": file}, etag)

    async def retry(self, id: str) -> Media:
        """Try again: piece of media. Try to encode failed media again."""
        return await self._act(id, "retry", {})

    async def rekey(self, id: str) -> Media:
        """New keys: piece of media. Encrypt with new content keys, without encoding. The title plays as before until
        that is done."""
        return await self._act(id, "rekey", {})

    async def reencode(self, id: str) -> Media:
        """Encode again: piece of media. Encode the file again as a new revision. The current revision plays until
        the new one is playable."""
        return await self._act(id, "reencode", {})

    async def bulk(
        self,
        action: Literal["retry", "rekey", "reencode", "update", "delete"],
        ids: Sequence[str],
        values: Mapping[str, Any] | None = None,
        *,
        cascade: bool = False,
    ) -> Sequence[BulkResult]:
        """Change many media. Each record is processed independently: an error in one does not affect the others."""
        return await self._bulk(action, ids, values, cascade)


class AsyncViewerGroupResource(AsyncResource[ViewerGroup]):
    """A group of viewers, such as a class, a company or the crew of a film. A grant to the group applies to each
    of its members."""

    _plural: ClassVar[str] = "viewer_groups"
    _model: ClassVar[type] = ViewerGroup

    def list(self, **query: Unpack[ViewerGroupList]) -> AsyncPaginator[ViewerGroup]:
        """List viewer groups: `async for` goes through all pages."""
        return self._list(query)

    async def create(self, *, idempotency_key: str | None = None, **values: Unpack[ViewerGroupCreate]) -> ViewerGroup:
        """Create a viewer group."""
        return await self._create(values, idempotency_key)

    async def retrieve(
        self, id: str, *, fields: ViewerGroupFields | Sequence[ViewerGroupFields] | None = None
    ) -> ViewerGroup:
        """Read a viewer group."""
        return await self._retrieve(id, {"fields": fields})

    async def update(self, id: str, *, etag: str | None = None, **values: Unpack[ViewerGroupUpdate]) -> ViewerGroup:
        """Change a viewer group."""
        return await self._update(id, values, etag)

    async def delete(self, id: str, *, etag: str | None = None, cascade: bool = False) -> Deletion:
        """Delete a viewer group."""
        return await self._delete(id, {"cascade": cascade}, etag)

    async def bulk(
        self,
        action: Literal["update", "delete"],
        ids: Sequence[str],
        values: Mapping[str, Any] | None = None,
        *,
        cascade: bool = False,
    ) -> Sequence[BulkResult]:
        """Change many viewer groups. Each record is processed independently: an error in one does not affect the
        others."""
        return await self._bulk(action, ids, values, cascade)

    async def upsert(self, external_id: str, **values: Unpack[ViewerGroupUpsert]) -> ViewerGroup:
        """Create or change a viewer group by its external id. Creates the record, or changes the one that has this
        external id; fields that are left out stay as they are."""
        return await self._upsert(external_id, values)


class AsyncGrantResource(AsyncResource[Grant]):
    """The right of a viewer, or of each member of a viewer group, to watch a title, a series, a category or
    everything, for a time or for ever. It applies to titles whose visibility is “entitled”. A grant with the
    effect “deny” refuses titles for members too, and is stronger than any other grant. Public titles play for
    everybody. To revoke a grant, delete it."""

    _plural: ClassVar[str] = "grants"
    _model: ClassVar[type] = Grant

    def list(self, **query: Unpack[GrantList]) -> AsyncPaginator[Grant]:
        """List grants: `async for` goes through all pages."""
        return self._list(query)

    async def create(self, *, idempotency_key: str | None = None, **values: Unpack[GrantCreate]) -> Grant:
        """Create a grant."""
        return await self._create(values, idempotency_key)

    async def retrieve(
        self,
        id: str,
        *,
        fields: GrantFields | Sequence[GrantFields] | None = None,
        expand: GrantExpand | Sequence[GrantExpand] | None = None,
    ) -> Grant:
        """Read a grant."""
        return await self._retrieve(id, {"fields": fields, "expand": expand})

    async def update(self, id: str, *, etag: str | None = None, **values: Unpack[GrantUpdate]) -> Grant:
        """Change a grant."""
        return await self._update(id, values, etag)

    async def delete(self, id: str, *, etag: str | None = None, cascade: bool = False) -> Deletion:
        """Delete a grant."""
        return await self._delete(id, {"cascade": cascade}, etag)

    async def bulk(
        self,
        action: Literal["update", "delete"],
        ids: Sequence[str],
        values: Mapping[str, Any] | None = None,
        *,
        cascade: bool = False,
    ) -> Sequence[BulkResult]:
        """Change many grants. Each record is processed independently: an error in one does not affect the others."""
        return await self._bulk(action, ids, values, cascade)

    async def upsert(self, external_id: str, **values: Unpack[GrantUpsert]) -> Grant:
        """Create or change a grant by its external id. Creates the record, or changes the one that has this external
        id; fields that are left out stay as they are."""
        return await self._upsert(external_id, values)


class AsyncAccessCodeResource(AsyncResource[AccessCode]):
    """Codes with the same terms, for viewers who redeem them on the site. Each gives the viewer a grant. The
    codes are generated when the record is created, and returned once, one a line; only their hashes are
    stored. When the record is deleted its codes can no longer be redeemed; grants that they have given stay."""

    _plural: ClassVar[str] = "access_codes"
    _model: ClassVar[type] = AccessCode

    def list(self, **query: Unpack[AccessCodeList]) -> AsyncPaginator[AccessCode]:
        """List access codes: `async for` goes through all pages."""
        return self._list(query)

    async def create(self, *, idempotency_key: str | None = None, **values: Unpack[AccessCodeCreate]) -> AccessCode:
        """Create an access code."""
        return await self._create(values, idempotency_key)

    async def retrieve(
        self,
        id: str,
        *,
        fields: AccessCodeFields | Sequence[AccessCodeFields] | None = None,
        expand: AccessCodeExpand | Sequence[AccessCodeExpand] | None = None,
    ) -> AccessCode:
        """Read an access code."""
        return await self._retrieve(id, {"fields": fields, "expand": expand})

    async def delete(self, id: str, *, etag: str | None = None, cascade: bool = False) -> Deletion:
        """Delete an access code."""
        return await self._delete(id, {"cascade": cascade}, etag)

    async def bulk(
        self,
        action: Literal["delete"],
        ids: Sequence[str],
        values: Mapping[str, Any] | None = None,
        *,
        cascade: bool = False,
    ) -> Sequence[BulkResult]:
        """Change many access codes. Each record is processed independently: an error in one does not affect the
        others."""
        return await self._bulk(action, ids, values, cascade)


class AsyncOrganizationResource(AsyncResource[Organization]):
    """A studio, broadcaster or network on this server. Other organizations cannot see its records."""

    _plural: ClassVar[str] = "organizations"
    _model: ClassVar[type] = Organization

    def list(self, **query: Unpack[OrganizationList]) -> AsyncPaginator[Organization]:
        """List organizations: `async for` goes through all pages."""
        return self._list(query)

    async def retrieve(
        self, id: str, *, fields: OrganizationFields | Sequence[OrganizationFields] | None = None
    ) -> Organization:
        """Read an organization."""
        return await self._retrieve(id, {"fields": fields})


class AsyncUploadLinkResource(AsyncResource[UploadLink]):
    """A URL with which one file can be uploaded once, without any other credential, such as by a browser on your
    site. The response to its creation contains `url`, once: a tus 1.0 endpoint that also accepts the file as
    the body of a PUT. The file enters the library, and the content if one is named; its media gets the
    external id and the metadata of the link. Delete a link to revoke it."""

    _plural: ClassVar[str] = "upload_links"
    _model: ClassVar[type] = UploadLink

    def list(self, **query: Unpack[UploadLinkList]) -> AsyncPaginator[UploadLink]:
        """List upload links: `async for` goes through all pages."""
        return self._list(query)

    async def create(self, *, idempotency_key: str | None = None, **values: Unpack[UploadLinkCreate]) -> UploadLink:
        """Create a upload link."""
        return await self._create(values, idempotency_key)

    async def retrieve(
        self,
        id: str,
        *,
        fields: UploadLinkFields | Sequence[UploadLinkFields] | None = None,
        expand: UploadLinkExpand | Sequence[UploadLinkExpand] | None = None,
    ) -> UploadLink:
        """Read a upload link."""
        return await self._retrieve(id, {"fields": fields, "expand": expand})

    async def delete(self, id: str, *, etag: str | None = None, cascade: bool = False) -> Deletion:
        """Delete a upload link."""
        return await self._delete(id, {"cascade": cascade}, etag)

    async def bulk(
        self,
        action: Literal["delete"],
        ids: Sequence[str],
        values: Mapping[str, Any] | None = None,
        *,
        cascade: bool = False,
    ) -> Sequence[BulkResult]:
        """Change many upload links. Each record is processed independently: an error in one does not affect the
        others."""
        return await self._bulk(action, ids, values, cascade)


class AsyncPolicyResource(AsyncResource[Policy]):
    """A rule about requests for media of this organization and for its player configurations. When its
    expression (CEL) is true, its action happens. Every process follows a change within a second. Policies are
    evaluated after the access decision and can only restrict it."""

    _plural: ClassVar[str] = "policies"
    _model: ClassVar[type] = Policy

    def list(self, **query: Unpack[PolicyList]) -> AsyncPaginator[Policy]:
        """List edge policies: `async for` goes through all pages."""
        return self._list(query)

    async def create(self, *, idempotency_key: str | None = None, **values: Unpack[PolicyCreate]) -> Policy:
        """Create an edge policy."""
        return await self._create(values, idempotency_key)

    async def retrieve(
        self,
        id: str,
        *,
        fields: PolicyFields | Sequence[PolicyFields] | None = None,
        expand: PolicyExpand | Sequence[PolicyExpand] | None = None,
    ) -> Policy:
        """Read an edge policy."""
        return await self._retrieve(id, {"fields": fields, "expand": expand})

    async def update(self, id: str, *, etag: str | None = None, **values: Unpack[PolicyUpdate]) -> Policy:
        """Change an edge policy."""
        return await self._update(id, values, etag)

    async def delete(self, id: str, *, etag: str | None = None, cascade: bool = False) -> Deletion:
        """Delete an edge policy."""
        return await self._delete(id, {"cascade": cascade}, etag)

    async def rollback(self, id: str, **values: Unpack[PolicyRollback]) -> Policy:
        """Roll back: edge policy. Restore the values of an earlier version of the policy. The restored values become
        a new version."""
        return await self._act(id, "rollback", values)

    async def bulk(
        self,
        action: Literal["update", "delete"],
        ids: Sequence[str],
        values: Mapping[str, Any] | None = None,
        *,
        cascade: bool = False,
    ) -> Sequence[BulkResult]:
        """Change many edge policies. Each record is processed independently: an error in one does not affect the
        others."""
        return await self._bulk(action, ids, values, cascade)

    async def upsert(self, external_id: str, **values: Unpack[PolicyUpsert]) -> Policy:
        """Create or change an edge policy by its external id. Creates the record, or changes the one that has this
        external id; fields that are left out stay as they are."""
        return await self._upsert(external_id, values)


class AsyncApiKeyResource(AsyncResource[ApiKey]):
    """Gives another program access to the partner surface. The key is returned once, when it is created or
    rotated; only its hash is stored. After a rotation the old key stays valid for the chosen overlap.
    Programs cannot create keys or change their scopes. They rotate and revoke their own (as the id
    `current`), and keys that have no other scopes and expire no later."""

    _plural: ClassVar[str] = "api_keys"
    _model: ClassVar[type] = ApiKey

    def list(self, **query: Unpack[ApiKeyList]) -> AsyncPaginator[ApiKey]:
        """List API keys: `async for` goes through all pages."""
        return self._list(query)

    async def retrieve(self, id: str, *, fields: ApiKeyFields | Sequence[ApiKeyFields] | None = None) -> ApiKey:
        """Read an API key."""
        return await self._retrieve(id, {"fields": fields})

    async def rotate(self, id: str, **values: Unpack[ApiKeyRotate]) -> ApiKey:
        """Rotate: API key. Create a new key. The old key stays valid for the overlap, then expires."""
        return await self._act(id, "rotate", values)

    async def revoke(self, id: str) -> ApiKey:
        """Revoke: API key. Invalidate the key immediately, including the old key of a rotation."""
        return await self._act(id, "revoke", {})


class AsyncWebhookResource(AsyncResource[Webhook]):
    """A URL that receives events as HTTP requests, signed as in the Standard Webhooks specification and retried
    until it responds with a 2xx status. The secret is returned once, when it is created or rotated. A webhook
    stays when the key that created it is revoked."""

    _plural: ClassVar[str] = "webhooks"
    _model: ClassVar[type] = Webhook

    def list(self, **query: Unpack[WebhookList]) -> AsyncPaginator[Webhook]:
        """List webhooks: `async for` goes through all pages."""
        return self._list(query)

    async def create(self, *, idempotency_key: str | None = None, **values: Unpack[WebhookCreate]) -> Webhook:
        """Create a webhook."""
        return await self._create(values, idempotency_key)

    async def retrieve(self, id: str, *, fields: WebhookFields | Sequence[WebhookFields] | None = None) -> Webhook:
        """Read a webhook."""
        return await self._retrieve(id, {"fields": fields})

    async def update(self, id: str, *, etag: str | None = None, **values: Unpack[WebhookUpdate]) -> Webhook:
        """Change a webhook."""
        return await self._update(id, values, etag)

    async def delete(self, id: str, *, etag: str | None = None, cascade: bool = False) -> Deletion:
        """Delete a webhook."""
        return await self._delete(id, {"cascade": cascade}, etag)

    async def test(self, id: str) -> Webhook:
        """Send a test: webhook. Send an event of the type “test” now."""
        return await self._act(id, "test", {})

    async def rotate_secret(self, id: str, **values: Unpack[WebhookRotateSecret]) -> Webhook:
        """Rotate secret: webhook. Create a new secret. Both secrets sign for the overlap."""
        return await self._act(id, "rotate_secret", values)

    async def bulk(
        self,
        action: Literal["update", "delete"],
        ids: Sequence[str],
        values: Mapping[str, Any] | None = None,
        *,
        cascade: bool = False,
    ) -> Sequence[BulkResult]:
        """Change many webhooks. Each record is processed independently: an error in one does not affect the others."""
        return await self._bulk(action, ids, values, cascade)

    async def upsert(self, external_id: str, **values: Unpack[WebhookUpsert]) -> Webhook:
        """Create or change a webhook by its external id. Creates the record, or changes the one that has this
        external id; fields that are left out stay as they are."""
        return await self._upsert(external_id, values)


class AsyncWebhookDeliveryResource(AsyncResource[WebhookDelivery]):
    """The delivery of one event to one webhook, with every attempt and its response."""

    _plural: ClassVar[str] = "webhook_deliveries"
    _model: ClassVar[type] = WebhookDelivery

    def list(self, **query: Unpack[WebhookDeliveryList]) -> AsyncPaginator[WebhookDelivery]:
        """List deliveries: `async for` goes through all pages."""
        return self._list(query)

    async def retrieve(
        self,
        id: str,
        *,
        fields: WebhookDeliveryFields | Sequence[WebhookDeliveryFields] | None = None,
        expand: WebhookDeliveryExpand | Sequence[WebhookDeliveryExpand] | None = None,
    ) -> WebhookDelivery:
        """Read a delivery."""
        return await self._retrieve(id, {"fields": fields, "expand": expand})

    async def replay(self, id: str) -> WebhookDelivery:
        """Send again: delivery. Deliver the same event again now, with the same webhook-id."""
        return await self._act(id, "replay", {})


class AsyncResources:
    """The resources of a client."""

    def __init__(self, transport: AsyncTransport) -> None:
        self.content = AsyncContentResource(transport)
        self.series = AsyncSeriesResource(transport)
        self.seasons = AsyncSeasonResource(transport)
        self.categories = AsyncCategoryResource(transport)
        self.genres = AsyncGenreResource(transport)
        self.people = AsyncPersonResource(transport)
        self.credits = AsyncCreditResource(transport)
        self.artwork = AsyncArtworkResource(transport)
        self.channels = AsyncChannelResource(transport)
        self.programs = AsyncProgramResource(transport)
        self.simulcast_targets = AsyncSimulcastTargetResource(transport)
        self.libraries = AsyncLibraryResource(transport)
        self.media = AsyncMediaResource(transport)
        self.viewer_groups = AsyncViewerGroupResource(transport)
        self.grants = AsyncGrantResource(transport)
        self.access_codes = AsyncAccessCodeResource(transport)
        self.organizations = AsyncOrganizationResource(transport)
        self.upload_links = AsyncUploadLinkResource(transport)
        self.policies = AsyncPolicyResource(transport)
        self.api_keys = AsyncApiKeyResource(transport)
        self.webhooks = AsyncWebhookResource(transport)
        self.webhook_deliveries = AsyncWebhookDeliveryResource(transport)
