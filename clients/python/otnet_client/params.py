# Generated from /api/v1/partner/openapi.json by scripts/client_types.py. Do not edit.
"""The arguments of the methods of resources: values that are left out are not sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Required, TypedDict

from otnet_client.models import (
    AccessCodeExpand,
    AccessCodeFields,
    AccessCodeMaxQuality,
    AccessCodeScope,
    AccessCodeSort,
    ApiKeyFields,
    ApiKeySort,
    ArtworkExpand,
    ArtworkFields,
    ArtworkKind,
    ArtworkSort,
    CategoryExpand,
    CategoryFields,
    CategorySort,
    ChannelAds,
    ChannelExpand,
    ChannelFields,
    ChannelLiveTakeover,
    ChannelSort,
    ChannelStatus,
    ChannelVisibility,
    ContentExpand,
    ContentFields,
    ContentKind,
    ContentSort,
    ContentStatus,
    ContentVisibility,
    CreditExpand,
    CreditFields,
    CreditRole,
    CreditSort,
    GenreFields,
    GenreSort,
    GrantEffect,
    GrantExpand,
    GrantFields,
    GrantMaxQuality,
    GrantScope,
    GrantSort,
    GrantSource,
    LibraryFields,
    LibrarySort,
    MediaExpand,
    MediaFields,
    MediaProtection,
    MediaRole,
    MediaSort,
    MediaState,
    OrganizationFields,
    OrganizationSort,
    PersonFields,
    PersonSort,
    PolicyAction,
    PolicyExpand,
    PolicyFields,
    PolicyOnError,
    PolicyPhase,
    PolicySort,
    ProgramAds,
    ProgramExpand,
    ProgramFields,
    ProgramSort,
    SeasonExpand,
    SeasonFields,
    SeasonSort,
    SeriesExpand,
    SeriesFields,
    SeriesKind,
    SeriesSort,
    SimulcastTargetExpand,
    SimulcastTargetFields,
    SimulcastTargetSort,
    UploadLinkExpand,
    UploadLinkFields,
    UploadLinkRole,
    UploadLinkSort,
    ViewerGroupFields,
    ViewerGroupSort,
    WebhookDeliveryExpand,
    WebhookDeliveryFields,
    WebhookDeliverySort,
    WebhookDeliveryState,
    WebhookEvents,
    WebhookFields,
    WebhookSort,
)


class ContentList(TypedDict, total=False):
    # Maximum number of records in the page.
    limit: int
    # The “next” of the previous page of the query.
    # Fields to sort by; “-” for descending.
    sort: ContentSort | Sequence[ContentSort]
    # Return only these fields.
    fields: ContentFields | Sequence[ContentFields]
    # Also return the number of matching records.
    total: bool
    # Include the records that these fields reference, as `expanded`; `a.b`: also those that they reference.
    expand: ContentExpand | Sequence[ContentExpand]
    # Full-text search; the best matches come first.
    q: str
    # Id is one of these values.
    id: str | Sequence[str]
    # Id is none of these values.
    id__not: str | Sequence[str]
    # Id contains this text.
    id__contains: str
    # Id is empty.
    id__null: bool
    # Title is one of these values.
    title: str | Sequence[str]
    # Title is none of these values.
    title__not: str | Sequence[str]
    # Title contains this text.
    title__contains: str
    # Slug is one of these values.
    slug: str | Sequence[str]
    # Slug is none of these values.
    slug__not: str | Sequence[str]
    # Kind is one of these values.
    kind: ContentKind | Sequence[ContentKind]
    # Kind is none of these values.
    kind__not: ContentKind | Sequence[ContentKind]
    # Kind is empty.
    kind__null: bool
    # Original language is one of these values.
    original_language: str | Sequence[str]
    # Original language is none of these values.
    original_language__not: str | Sequence[str]
    # Original language is empty.
    original_language__null: bool
    # Release date is one of these values.
    release_date: date | str | Sequence[date | str]
    # Release date is at least this value.
    release_date__gte: date | str
    # Release date is at most this value.
    release_date__lte: date | str
    # Release date is empty.
    release_date__null: bool
    # Age rating is one of these values.
    age_rating: int | Sequence[int]
    # Age rating is none of these values.
    age_rating__not: int | Sequence[int]
    # Age rating is at least this value.
    age_rating__gte: int
    # Age rating is at most this value.
    age_rating__lte: int
    # Age rating is empty.
    age_rating__null: bool
    # Categories is one of these values.
    categories: str | Sequence[str]
    # Genres is one of these values.
    genres: str | Sequence[str]
    # Series is one of these values.
    series: str | Sequence[str]
    # Series is none of these values.
    series__not: str | Sequence[str]
    # Series is empty.
    series__null: bool
    # Season is one of these values.
    season: str | Sequence[str]
    # Season is none of these values.
    season__not: str | Sequence[str]
    # Season is empty.
    season__null: bool
    # Episode is one of these values.
    episode_number: int | Sequence[int]
    # Episode is none of these values.
    episode_number__not: int | Sequence[int]
    # Episode is at least this value.
    episode_number__gte: int
    # Episode is at most this value.
    episode_number__lte: int
    # Episode is empty.
    episode_number__null: bool
    # Trailer of is one of these values.
    trailer_of: str | Sequence[str]
    # Trailer of is none of these values.
    trailer_of__not: str | Sequence[str]
    # Trailer of is empty.
    trailer_of__null: bool
    # Status is one of these values.
    status: ContentStatus | Sequence[ContentStatus]
    # Status is none of these values.
    status__not: ContentStatus | Sequence[ContentStatus]
    # Status is empty.
    status__null: bool
    # Visibility is one of these values.
    visibility: ContentVisibility | Sequence[ContentVisibility]
    # Visibility is none of these values.
    visibility__not: ContentVisibility | Sequence[ContentVisibility]
    # Visibility is empty.
    visibility__null: bool
    # From is at least this value.
    published_from__gte: datetime | str
    # From is at most this value.
    published_from__lte: datetime | str
    # From is empty.
    published_from__null: bool
    # Until is at least this value.
    published_until__gte: datetime | str
    # Until is at most this value.
    published_until__lte: datetime | str
    # Until is empty.
    published_until__null: bool
    # External id is one of these values.
    external_id: str | Sequence[str]
    # External id is none of these values.
    external_id__not: str | Sequence[str]
    # External id is empty.
    external_id__null: bool
    # Created is at least this value.
    created_at__gte: datetime | str
    # Created is at most this value.
    created_at__lte: datetime | str
    # Created is empty.
    created_at__null: bool
    # Changed is at least this value.
    updated_at__gte: datetime | str
    # Changed is at most this value.
    updated_at__lte: datetime | str
    # Changed is empty.
    updated_at__null: bool


class ContentCreate(TypedDict, total=False):
    title: Required[str]
    # Part of its URL; generated from the title when left out.
    slug: str | None
    kind: ContentKind | None
    synopsis: str | None
    # One line for posters and previews.
    tagline: str | None
    # A language tag such as de or pt-BR.
    original_language: str | None
    release_date: date | str | None
    # Minimum age of viewers in years.
    age_rating: int | None
    categories: Sequence[str]
    genres: Sequence[str]
    series: str | None
    season: str | None
    episode_number: int | None
    trailer_of: str | None
    translations: Mapping[str, Any] | None
    # Who may watch it while it is published.
    visibility: ContentVisibility | None
    # Not visible before this time.
    published_from: datetime | str | None
    # Not visible after this time.
    published_until: datetime | str | None
    # Countries in which it is, or is not, available.
    regions: Mapping[str, Any] | None
    # Its id in another system; unique in the organization for each resource.
    external_id: str | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class ContentUpdate(TypedDict, total=False):
    title: str
    # Part of its URL; generated from the title when left out.
    slug: str | None
    kind: ContentKind | None
    synopsis: str | None
    # One line for posters and previews.
    tagline: str | None
    # A language tag such as de or pt-BR.
    original_language: str | None
    release_date: date | str | None
    # Minimum age of viewers in years.
    age_rating: int | None
    categories: Sequence[str]
    genres: Sequence[str]
    series: str | None
    season: str | None
    episode_number: int | None
    trailer_of: str | None
    translations: Mapping[str, Any] | None
    # Who may watch it while it is published.
    visibility: ContentVisibility | None
    # Not visible before this time.
    published_from: datetime | str | None
    # Not visible after this time.
    published_until: datetime | str | None
    # Countries in which it is, or is not, available.
    regions: Mapping[str, Any] | None
    # Its id in another system; unique in the organization for each resource.
    external_id: str | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class ContentSchedule(TypedDict, total=False):
    published_from: Required[datetime | str]
    published_until: datetime | str | None


class ContentUpsert(TypedDict, total=False):
    title: Required[str]
    # Part of its URL; generated from the title when left out.
    slug: str | None
    kind: ContentKind | None
    synopsis: str | None
    # One line for posters and previews.
    tagline: str | None
    # A language tag such as de or pt-BR.
    original_language: str | None
    release_date: date | str | None
    # Minimum age of viewers in years.
    age_rating: int | None
    categories: Sequence[str]
    genres: Sequence[str]
    series: str | None
    season: str | None
    episode_number: int | None
    trailer_of: str | None
    translations: Mapping[str, Any] | None
    # Who may watch it while it is published.
    visibility: ContentVisibility | None
    # Not visible before this time.
    published_from: datetime | str | None
    # Not visible after this time.
    published_until: datetime | str | None
    # Countries in which it is, or is not, available.
    regions: Mapping[str, Any] | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class SeriesList(TypedDict, total=False):
    # Maximum number of records in the page.
    limit: int
    # The “next” of the previous page of the query.
    # Fields to sort by; “-” for descending.
    sort: SeriesSort | Sequence[SeriesSort]
    # Return only these fields.
    fields: SeriesFields | Sequence[SeriesFields]
    # Also return the number of matching records.
    total: bool
    # Include the records that these fields reference, as `expanded`; `a.b`: also those that they reference.
    expand: SeriesExpand | Sequence[SeriesExpand]
    # Full-text search; the best matches come first.
    q: str
    # Id is one of these values.
    id: str | Sequence[str]
    # Id is none of these values.
    id__not: str | Sequence[str]
    # Id contains this text.
    id__contains: str
    # Id is empty.
    id__null: bool
    # Title is one of these values.
    title: str | Sequence[str]
    # Title is none of these values.
    title__not: str | Sequence[str]
    # Title contains this text.
    title__contains: str
    # Slug is one of these values.
    slug: str | Sequence[str]
    # Slug is none of these values.
    slug__not: str | Sequence[str]
    # Kind is one of these values.
    kind: SeriesKind | Sequence[SeriesKind]
    # Kind is none of these values.
    kind__not: SeriesKind | Sequence[SeriesKind]
    # Kind is empty.
    kind__null: bool
    # Original language is one of these values.
    original_language: str | Sequence[str]
    # Original language is none of these values.
    original_language__not: str | Sequence[str]
    # Original language is empty.
    original_language__null: bool
    # Categories is one of these values.
    categories: str | Sequence[str]
    # Genres is one of these values.
    genres: str | Sequence[str]
    # External id is one of these values.
    external_id: str | Sequence[str]
    # External id is none of these values.
    external_id__not: str | Sequence[str]
    # External id is empty.
    external_id__null: bool
    # Created is at least this value.
    created_at__gte: datetime | str
    # Created is at most this value.
    created_at__lte: datetime | str
    # Created is empty.
    created_at__null: bool
    # Changed is at least this value.
    updated_at__gte: datetime | str
    # Changed is at most this value.
    updated_at__lte: datetime | str
    # Changed is empty.
    updated_at__null: bool


class SeriesCreate(TypedDict, total=False):
    title: Required[str]
    slug: str | None
    kind: SeriesKind | None
    synopsis: str | None
    original_language: str | None
    categories: Sequence[str]
    genres: Sequence[str]
    website: str | None
    translations: Mapping[str, Any] | None
    # Its id in another system; unique in the organization for each resource.
    external_id: str | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class SeriesUpdate(TypedDict, total=False):
    title: str
    slug: str | None
    kind: SeriesKind | None
    synopsis: str | None
    original_language: str | None
    categories: Sequence[str]
    genres: Sequence[str]
    website: str | None
    translations: Mapping[str, Any] | None
    # Its id in another system; unique in the organization for each resource.
    external_id: str | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class SeriesOrderEpisodes(TypedDict, total=False):
    episodes: Sequence[str]
    season: str | None


class SeriesUpsert(TypedDict, total=False):
    title: Required[str]
    slug: str | None
    kind: SeriesKind | None
    synopsis: str | None
    original_language: str | None
    categories: Sequence[str]
    genres: Sequence[str]
    website: str | None
    translations: Mapping[str, Any] | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class SeasonList(TypedDict, total=False):
    # Maximum number of records in the page.
    limit: int
    # The “next” of the previous page of the query.
    # Fields to sort by; “-” for descending.
    sort: SeasonSort | Sequence[SeasonSort]
    # Return only these fields.
    fields: SeasonFields | Sequence[SeasonFields]
    # Also return the number of matching records.
    total: bool
    # Include the records that these fields reference, as `expanded`; `a.b`: also those that they reference.
    expand: SeasonExpand | Sequence[SeasonExpand]
    # Id is one of these values.
    id: str | Sequence[str]
    # Id is none of these values.
    id__not: str | Sequence[str]
    # Id contains this text.
    id__contains: str
    # Id is empty.
    id__null: bool
    # Series is one of these values.
    series: str | Sequence[str]
    # Series is none of these values.
    series__not: str | Sequence[str]
    # External id is one of these values.
    external_id: str | Sequence[str]
    # External id is none of these values.
    external_id__not: str | Sequence[str]
    # External id is empty.
    external_id__null: bool
    # Created is at least this value.
    created_at__gte: datetime | str
    # Created is at most this value.
    created_at__lte: datetime | str
    # Created is empty.
    created_at__null: bool
    # Changed is at least this value.
    updated_at__gte: datetime | str
    # Changed is at most this value.
    updated_at__lte: datetime | str
    # Changed is empty.
    updated_at__null: bool


class SeasonCreate(TypedDict, total=False):
    series: Required[str]
    number: Required[int]
    title: str | None
    synopsis: str | None
    translations: Mapping[str, Any] | None
    # Its id in another system; unique in the organization for each resource.
    external_id: str | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class SeasonUpdate(TypedDict, total=False):
    series: str
    number: int
    title: str | None
    synopsis: str | None
    translations: Mapping[str, Any] | None
    # Its id in another system; unique in the organization for each resource.
    external_id: str | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class SeasonUpsert(TypedDict, total=False):
    series: Required[str]
    number: Required[int]
    title: str | None
    synopsis: str | None
    translations: Mapping[str, Any] | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class CategoryList(TypedDict, total=False):
    # Maximum number of records in the page.
    limit: int
    # The “next” of the previous page of the query.
    # Fields to sort by; “-” for descending.
    sort: CategorySort | Sequence[CategorySort]
    # Return only these fields.
    fields: CategoryFields | Sequence[CategoryFields]
    # Also return the number of matching records.
    total: bool
    # Include the records that these fields reference, as `expanded`; `a.b`: also those that they reference.
    expand: CategoryExpand | Sequence[CategoryExpand]
    # Full-text search; the best matches come first.
    q: str
    # Id is one of these values.
    id: str | Sequence[str]
    # Id is none of these values.
    id__not: str | Sequence[str]
    # Id contains this text.
    id__contains: str
    # Id is empty.
    id__null: bool
    # Name is one of these values.
    name: str | Sequence[str]
    # Name is none of these values.
    name__not: str | Sequence[str]
    # Name contains this text.
    name__contains: str
    # Slug is one of these values.
    slug: str | Sequence[str]
    # Slug is none of these values.
    slug__not: str | Sequence[str]
    # Parent category is one of these values.
    parent: str | Sequence[str]
    # Parent category is none of these values.
    parent__not: str | Sequence[str]
    # Parent category is empty.
    parent__null: bool
    # External id is one of these values.
    external_id: str | Sequence[str]
    # External id is none of these values.
    external_id__not: str | Sequence[str]
    # External id is empty.
    external_id__null: bool
    # Created is at least this value.
    created_at__gte: datetime | str
    # Created is at most this value.
    created_at__lte: datetime | str
    # Created is empty.
    created_at__null: bool
    # Changed is at least this value.
    updated_at__gte: datetime | str
    # Changed is at most this value.
    updated_at__lte: datetime | str
    # Changed is empty.
    updated_at__null: bool


class CategoryCreate(TypedDict, total=False):
    name: Required[str]
    slug: str | None
    description: str | None
    parent: str | None
    # Lower comes first.
    position: int | None
    translations: Mapping[str, Any] | None
    # Its id in another system; unique in the organization for each resource.
    external_id: str | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class CategoryUpdate(TypedDict, total=False):
    name: str
    slug: str | None
    description: str | None
    parent: str | None
    # Lower comes first.
    position: int | None
    translations: Mapping[str, Any] | None
    # Its id in another system; unique in the organization for each resource.
    external_id: str | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class CategoryUpsert(TypedDict, total=False):
    name: Required[str]
    slug: str | None
    description: str | None
    parent: str | None
    # Lower comes first.
    position: int | None
    translations: Mapping[str, Any] | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class GenreList(TypedDict, total=False):
    # Maximum number of records in the page.
    limit: int
    # The “next” of the previous page of the query.
    # Fields to sort by; “-” for descending.
    sort: GenreSort | Sequence[GenreSort]
    # Return only these fields.
    fields: GenreFields | Sequence[GenreFields]
    # Also return the number of matching records.
    total: bool
    # Full-text search; the best matches come first.
    q: str
    # Id is one of these values.
    id: str | Sequence[str]
    # Id is none of these values.
    id__not: str | Sequence[str]
    # Id contains this text.
    id__contains: str
    # Id is empty.
    id__null: bool
    # Name is one of these values.
    name: str | Sequence[str]
    # Name is none of these values.
    name__not: str | Sequence[str]
    # Name contains this text.
    name__contains: str
    # Slug is one of these values.
    slug: str | Sequence[str]
    # Slug is none of these values.
    slug__not: str | Sequence[str]
    # External id is one of these values.
    external_id: str | Sequence[str]
    # External id is none of these values.
    external_id__not: str | Sequence[str]
    # External id is empty.
    external_id__null: bool
    # Created is at least this value.
    created_at__gte: datetime | str
    # Created is at most this value.
    created_at__lte: datetime | str
    # Created is empty.
    created_at__null: bool
    # Changed is at least this value.
    updated_at__gte: datetime | str
    # Changed is at most this value.
    updated_at__lte: datetime | str
    # Changed is empty.
    updated_at__null: bool


class GenreCreate(TypedDict, total=False):
    name: Required[str]
    slug: str | None
    translations: Mapping[str, Any] | None
    # Its id in another system; unique in the organization for each resource.
    external_id: str | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class GenreUpdate(TypedDict, total=False):
    name: str
    slug: str | None
    translations: Mapping[str, Any] | None
    # Its id in another system; unique in the organization for each resource.
    external_id: str | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class GenreUpsert(TypedDict, total=False):
    name: Required[str]
    slug: str | None
    translations: Mapping[str, Any] | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class PersonList(TypedDict, total=False):
    # Maximum number of records in the page.
    limit: int
    # The “next” of the previous page of the query.
    # Fields to sort by; “-” for descending.
    sort: PersonSort | Sequence[PersonSort]
    # Return only these fields.
    fields: PersonFields | Sequence[PersonFields]
    # Also return the number of matching records.
    total: bool
    # Full-text search; the best matches come first.
    q: str
    # Id is one of these values.
    id: str | Sequence[str]
    # Id is none of these values.
    id__not: str | Sequence[str]
    # Id contains this text.
    id__contains: str
    # Id is empty.
    id__null: bool
    # Name is one of these values.
    name: str | Sequence[str]
    # Name is none of these values.
    name__not: str | Sequence[str]
    # Name contains this text.
    name__contains: str
    # Slug is one of these values.
    slug: str | Sequence[str]
    # Slug is none of these values.
    slug__not: str | Sequence[str]
    # Born is one of these values.
    born: date | str | Sequence[date | str]
    # Born is at least this value.
    born__gte: date | str
    # Born is at most this value.
    born__lte: date | str
    # Born is empty.
    born__null: bool
    # Died is one of these values.
    died: date | str | Sequence[date | str]
    # Died is at least this value.
    died__gte: date | str
    # Died is at most this value.
    died__lte: date | str
    # Died is empty.
    died__null: bool
    # External id is one of these values.
    external_id: str | Sequence[str]
    # External id is none of these values.
    external_id__not: str | Sequence[str]
    # External id is empty.
    external_id__null: bool
    # Created is at least this value.
    created_at__gte: datetime | str
    # Created is at most this value.
    created_at__lte: datetime | str
    # Created is empty.
    created_at__null: bool
    # Changed is at least this value.
    updated_at__gte: datetime | str
    # Changed is at most this value.
    updated_at__lte: datetime | str
    # Changed is empty.
    updated_at__null: bool


class PersonCreate(TypedDict, total=False):
    name: Required[str]
    # Such as “Varda, Agnès”.
    sort_name: str | None
    slug: str | None
    biography: str | None
    born: date | str | None
    died: date | str | None
    website: str | None
    translations: Mapping[str, Any] | None
    # Its id in another system; unique in the organization for each resource.
    external_id: str | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class PersonUpdate(TypedDict, total=False):
    name: str
    # Such as “Varda, Agnès”.
    sort_name: str | None
    slug: str | None
    biography: str | None
    born: date | str | None
    died: date | str | None
    website: str | None
    translations: Mapping[str, Any] | None
    # Its id in another system; unique in the organization for each resource.
    external_id: str | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class PersonUpsert(TypedDict, total=False):
    name: Required[str]
    # Such as “Varda, Agnès”.
    sort_name: str | None
    slug: str | None
    biography: str | None
    born: date | str | None
    died: date | str | None
    website: str | None
    translations: Mapping[str, Any] | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class CreditList(TypedDict, total=False):
    # Maximum number of records in the page.
    limit: int
    # The “next” of the previous page of the query.
    # Fields to sort by; “-” for descending.
    sort: CreditSort | Sequence[CreditSort]
    # Return only these fields.
    fields: CreditFields | Sequence[CreditFields]
    # Also return the number of matching records.
    total: bool
    # Include the records that these fields reference, as `expanded`; `a.b`: also those that they reference.
    expand: CreditExpand | Sequence[CreditExpand]
    # Id is one of these values.
    id: str | Sequence[str]
    # Id is none of these values.
    id__not: str | Sequence[str]
    # Id contains this text.
    id__contains: str
    # Id is empty.
    id__null: bool
    # Content is one of these values.
    content: str | Sequence[str]
    # Content is none of these values.
    content__not: str | Sequence[str]
    # Content is empty.
    content__null: bool
    # Series is one of these values.
    series: str | Sequence[str]
    # Series is none of these values.
    series__not: str | Sequence[str]
    # Series is empty.
    series__null: bool
    # Person is one of these values.
    person: str | Sequence[str]
    # Person is none of these values.
    person__not: str | Sequence[str]
    # Role is one of these values.
    role: CreditRole | Sequence[CreditRole]
    # Role is none of these values.
    role__not: CreditRole | Sequence[CreditRole]
    # External id is one of these values.
    external_id: str | Sequence[str]
    # External id is none of these values.
    external_id__not: str | Sequence[str]
    # External id is empty.
    external_id__null: bool
    # Created is at least this value.
    created_at__gte: datetime | str
    # Created is at most this value.
    created_at__lte: datetime | str
    # Created is empty.
    created_at__null: bool
    # Changed is at least this value.
    updated_at__gte: datetime | str
    # Changed is at most this value.
    updated_at__lte: datetime | str
    # Changed is empty.
    updated_at__null: bool


class CreditCreate(TypedDict, total=False):
    content: str | None
    series: str | None
    person: Required[str]
    role: Required[CreditRole]
    # The character that an actor plays.
    character: str | None
    # Lower comes first.
    position: int | None
    # Its id in another system; unique in the organization for each resource.
    external_id: str | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class CreditUpdate(TypedDict, total=False):
    content: str | None
    series: str | None
    person: str
    role: CreditRole
    # The character that an actor plays.
    character: str | None
    # Lower comes first.
    position: int | None
    # Its id in another system; unique in the organization for each resource.
    external_id: str | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class CreditUpsert(TypedDict, total=False):
    content: str | None
    series: str | None
    person: Required[str]
    role: Required[CreditRole]
    # The character that an actor plays.
    character: str | None
    # Lower comes first.
    position: int | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class ArtworkList(TypedDict, total=False):
    # Maximum number of records in the page.
    limit: int
    # The “next” of the previous page of the query.
    # Fields to sort by; “-” for descending.
    sort: ArtworkSort | Sequence[ArtworkSort]
    # Return only these fields.
    fields: ArtworkFields | Sequence[ArtworkFields]
    # Also return the number of matching records.
    total: bool
    # Include the records that these fields reference, as `expanded`; `a.b`: also those that they reference.
    expand: ArtworkExpand | Sequence[ArtworkExpand]
    # Id is one of these values.
    id: str | Sequence[str]
    # Id is none of these values.
    id__not: str | Sequence[str]
    # Id contains this text.
    id__contains: str
    # Id is empty.
    id__null: bool
    # Kind is one of these values.
    kind: ArtworkKind | Sequence[ArtworkKind]
    # Kind is none of these values.
    kind__not: ArtworkKind | Sequence[ArtworkKind]
    # Content is one of these values.
    content: str | Sequence[str]
    # Content is none of these values.
    content__not: str | Sequence[str]
    # Content is empty.
    content__null: bool
    # Series is one of these values.
    series: str | Sequence[str]
    # Series is none of these values.
    series__not: str | Sequence[str]
    # Series is empty.
    series__null: bool
    # Person is one of these values.
    person: str | Sequence[str]
    # Person is none of these values.
    person__not: str | Sequence[str]
    # Person is empty.
    person__null: bool
    # Channel is one of these values.
    channel: str | Sequence[str]
    # Channel is none of these values.
    channel__not: str | Sequence[str]
    # Channel is empty.
    channel__null: bool
    # External id is one of these values.
    external_id: str | Sequence[str]
    # External id is none of these values.
    external_id__not: str | Sequence[str]
    # External id is empty.
    external_id__null: bool
    # Created is at least this value.
    created_at__gte: datetime | str
    # Created is at most this value.
    created_at__lte: datetime | str
    # Created is empty.
    created_at__null: bool
    # Changed is at least this value.
    updated_at__gte: datetime | str
    # Changed is at most this value.
    updated_at__lte: datetime | str
    # Changed is empty.
    updated_at__null: bool


class ArtworkCreate(TypedDict, total=False):
    kind: Required[ArtworkKind]
    content: str | None
    series: str | None
    person: str | None
    channel: str | None
    # Describes the picture for people who cannot see it.
    alternative: str | None
    # Its id in another system; unique in the organization for each resource.
    external_id: str | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class ArtworkUpdate(TypedDict, total=False):
    kind: ArtworkKind
    content: str | None
    series: str | None
    person: str | None
    channel: str | None
    # Describes the picture for people who cannot see it.
    alternative: str | None
    # Its id in another system; unique in the organization for each resource.
    external_id: str | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class ArtworkUpsert(TypedDict, total=False):
    kind: Required[ArtworkKind]
    content: str | None
    series: str | None
    person: str | None
    channel: str | None
    # Describes the picture for people who cannot see it.
    alternative: str | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class ChannelList(TypedDict, total=False):
    # Maximum number of records in the page.
    limit: int
    # The “next” of the previous page of the query.
    # Fields to sort by; “-” for descending.
    sort: ChannelSort | Sequence[ChannelSort]
    # Return only these fields.
    fields: ChannelFields | Sequence[ChannelFields]
    # Also return the number of matching records.
    total: bool
    # Include the records that these fields reference, as `expanded`; `a.b`: also those that they reference.
    expand: ChannelExpand | Sequence[ChannelExpand]
    # Full-text search; the best matches come first.
    q: str
    # Id is one of these values.
    id: str | Sequence[str]
    # Id is none of these values.
    id__not: str | Sequence[str]
    # Id contains this text.
    id__contains: str
    # Id is empty.
    id__null: bool
    # Name is one of these values.
    name: str | Sequence[str]
    # Name is none of these values.
    name__not: str | Sequence[str]
    # Name contains this text.
    name__contains: str
    # Slug is one of these values.
    slug: str | Sequence[str]
    # Slug is none of these values.
    slug__not: str | Sequence[str]
    # Status is one of these values.
    status: ChannelStatus | Sequence[ChannelStatus]
    # Status is none of these values.
    status__not: ChannelStatus | Sequence[ChannelStatus]
    # Status is empty.
    status__null: bool
    # Delayed copy of is one of these values.
    delayed_from: str | Sequence[str]
    # Delayed copy of is none of these values.
    delayed_from__not: str | Sequence[str]
    # Delayed copy of is empty.
    delayed_from__null: bool
    # Titles is one of these values.
    titles: str | Sequence[str]
    # Fillers is one of these values.
    fillers: str | Sequence[str]
    # Ads is one of these values.
    ad_titles: str | Sequence[str]
    # External id is one of these values.
    external_id: str | Sequence[str]
    # External id is none of these values.
    external_id__not: str | Sequence[str]
    # External id is empty.
    external_id__null: bool
    # Created is at least this value.
    created_at__gte: datetime | str
    # Created is at most this value.
    created_at__lte: datetime | str
    # Created is empty.
    created_at__null: bool
    # Changed is at least this value.
    updated_at__gte: datetime | str
    # Changed is at most this value.
    updated_at__lte: datetime | str
    # Changed is empty.
    updated_at__null: bool


class ChannelCreate(TypedDict, total=False):
    name: Required[str]
    slug: str | None
    description: str | None
    language: str | None
    # IANA name such as Europe/Berlin, in which the schedule is shown.
    time_zone: str | None
    color: str | None
    # Only channels that are on are on the public surface.
    status: ChannelStatus | None
    # public: for everybody. members: for people with an account.
    visibility: ChannelVisibility | None
    # grid plays programs alone; loop, shuffle, episodes, rotation and day_templates also the titles below.
    scheduler: str | None
    # A JSON object such as {"no_repeat": 20} for shuffle; see plugins/schedulers/README.md.
    scheduler_settings: Mapping[str, Any] | None
    # When the live stream of the channel replaces what the schedule plays.
    live_takeover: ChannelLiveTakeover | None
    # On the page of the channel, viewers see how many watch at the moment.
    show_viewers: bool | None
    # The channel plays what that channel played before, such as an hour ago (“+1”). It has no programs of its own.
    delayed_from: str | None
    # In minutes.
    delay_minutes: int | None
    # What a scheduler other than grid plays.
    titles: Sequence[str]
    # Short titles that play between programs. Without any, a slate is shown.
    fillers: Sequence[str]
    # How far viewers can go back, in seconds.
    window_s: int | None
    # Language tags, separated by commas; the first is the default. Empty: the language of the channel.
    audio_languages: str | None
    # Language tags, separated by commas.
    caption_languages: str | None
    # signal: breaks have fillers and cues (SCTE 35). insert: also ads. interstitials: HLS players add the ads.
    ads: ChannelAds | None
    # Who decides which ads play. library: among the ads below.
    ad_provider: str | None
    # A JSON object; for library see plugins/ads_library/README.md.
    ad_settings: Mapping[str, Any] | None
    # Titles that may play in breaks.
    ad_titles: Sequence[str]
    # In seconds, at most: breaks make no program late.
    ad_break_s: int | None
    # In seconds, in titles without markers. Empty: such titles have no breaks.
    ad_every_s: int | None
    # Into how many groups viewers are divided, each with its own ads; only with HLS interstitials.
    ad_cohorts: int | None
    translations: Mapping[str, Any] | None
    # Its id in another system; unique in the organization for each resource.
    external_id: str | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class ChannelUpdate(TypedDict, total=False):
    name: str
    slug: str | None
    description: str | None
    language: str | None
    # IANA name such as Europe/Berlin, in which the schedule is shown.
    time_zone: str | None
    color: str | None
    # Only channels that are on are on the public surface.
    status: ChannelStatus | None
    # public: for everybody. members: for people with an account.
    visibility: ChannelVisibility | None
    # grid plays programs alone; loop, shuffle, episodes, rotation and day_templates also the titles below.
    scheduler: str | None
    # A JSON object such as {"no_repeat": 20} for shuffle; see plugins/schedulers/README.md.
    scheduler_settings: Mapping[str, Any] | None
    # When the live stream of the channel replaces what the schedule plays.
    live_takeover: ChannelLiveTakeover | None
    # On the page of the channel, viewers see how many watch at the moment.
    show_viewers: bool | None
    # The channel plays what that channel played before, such as an hour ago (“+1”). It has no programs of its own.
    delayed_from: str | None
    # In minutes.
    delay_minutes: int | None
    # What a scheduler other than grid plays.
    titles: Sequence[str]
    # Short titles that play between programs. Without any, a slate is shown.
    fillers: Sequence[str]
    # How far viewers can go back, in seconds.
    window_s: int | None
    # Language tags, separated by commas; the first is the default. Empty: the language of the channel.
    audio_languages: str | None
    # Language tags, separated by commas.
    caption_languages: str | None
    # signal: breaks have fillers and cues (SCTE 35). insert: also ads. interstitials: HLS players add the ads.
    ads: ChannelAds | None
    # Who decides which ads play. library: among the ads below.
    ad_provider: str | None
    # A JSON object; for library see plugins/ads_library/README.md.
    ad_settings: Mapping[str, Any] | None
    # Titles that may play in breaks.
    ad_titles: Sequence[str]
    # In seconds, at most: breaks make no program late.
    ad_break_s: int | None
    # In seconds, in titles without markers. Empty: such titles have no breaks.
    ad_every_s: int | None
    # Into how many groups viewers are divided, each with its own ads; only with HLS interstitials.
    ad_cohorts: int | None
    translations: Mapping[str, Any] | None
    # Its id in another system; unique in the organization for each resource.
    external_id: str | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class ChannelUpsert(TypedDict, total=False):
    name: Required[str]
    slug: str | None
    description: str | None
    language: str | None
    # IANA name such as Europe/Berlin, in which the schedule is shown.
    time_zone: str | None
    color: str | None
    # Only channels that are on are on the public surface.
    status: ChannelStatus | None
    # public: for everybody. members: for people with an account.
    visibility: ChannelVisibility | None
    # grid plays programs alone; loop, shuffle, episodes, rotation and day_templates also the titles below.
    scheduler: str | None
    # A JSON object such as {"no_repeat": 20} for shuffle; see plugins/schedulers/README.md.
    scheduler_settings: Mapping[str, Any] | None
    # When the live stream of the channel replaces what the schedule plays.
    live_takeover: ChannelLiveTakeover | None
    # On the page of the channel, viewers see how many watch at the moment.
    show_viewers: bool | None
    # The channel plays what that channel played before, such as an hour ago (“+1”). It has no programs of its own.
    delayed_from: str | None
    # In minutes.
    delay_minutes: int | None
    # What a scheduler other than grid plays.
    titles: Sequence[str]
    # Short titles that play between programs. Without any, a slate is shown.
    fillers: Sequence[str]
    # How far viewers can go back, in seconds.
    window_s: int | None
    # Language tags, separated by commas; the first is the default. Empty: the language of the channel.
    audio_languages: str | None
    # Language tags, separated by commas.
    caption_languages: str | None
    # signal: breaks have fillers and cues (SCTE 35). insert: also ads. interstitials: HLS players add the ads.
    ads: ChannelAds | None
    # Who decides which ads play. library: among the ads below.
    ad_provider: str | None
    # A JSON object; for library see plugins/ads_library/README.md.
    ad_settings: Mapping[str, Any] | None
    # Titles that may play in breaks.
    ad_titles: Sequence[str]
    # In seconds, at most: breaks make no program late.
    ad_break_s: int | None
    # In seconds, in titles without markers. Empty: such titles have no breaks.
    ad_every_s: int | None
    # Into how many groups viewers are divided, each with its own ads; only with HLS interstitials.
    ad_cohorts: int | None
    translations: Mapping[str, Any] | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class ProgramList(TypedDict, total=False):
    # Maximum number of records in the page.
    limit: int
    # The “next” of the previous page of the query.
    # Fields to sort by; “-” for descending.
    sort: ProgramSort | Sequence[ProgramSort]
    # Return only these fields.
    fields: ProgramFields | Sequence[ProgramFields]
    # Also return the number of matching records.
    total: bool
    # Include the records that these fields reference, as `expanded`; `a.b`: also those that they reference.
    expand: ProgramExpand | Sequence[ProgramExpand]
    # Id is one of these values.
    id: str | Sequence[str]
    # Id is none of these values.
    id__not: str | Sequence[str]
    # Id contains this text.
    id__contains: str
    # Id is empty.
    id__null: bool
    # Channel is one of these values.
    channel: str | Sequence[str]
    # Channel is none of these values.
    channel__not: str | Sequence[str]
    # Content is one of these values.
    content: str | Sequence[str]
    # Content is none of these values.
    content__not: str | Sequence[str]
    # Starts is at least this value.
    starts_at__gte: datetime | str
    # Starts is at most this value.
    starts_at__lte: datetime | str
    # External id is one of these values.
    external_id: str | Sequence[str]
    # External id is none of these values.
    external_id__not: str | Sequence[str]
    # External id is empty.
    external_id__null: bool
    # Created is at least this value.
    created_at__gte: datetime | str
    # Created is at most this value.
    created_at__lte: datetime | str
    # Created is empty.
    created_at__null: bool
    # Changed is at least this value.
    updated_at__gte: datetime | str
    # Changed is at most this value.
    updated_at__lte: datetime | str
    # Changed is empty.
    updated_at__null: bool


class ProgramCreate(TypedDict, total=False):
    channel: Required[str]
    content: Required[str]
    # Only when it is announced under another title than the content's.
    title: str | None
    starts_at: Required[datetime | str]
    # Whole seconds; defaults to the duration of the content's media.
    duration_s: int | None
    # While the channel has a live stream, that is on instead of the content.
    live: bool | None
    # off: the program is shown without breaks.
    ads: ProgramAds | None
    # The program is a repeat.
    replay: bool | None
    # Days for which it can be watched after the airing.
    catch_up_days: int | None
    notes: str | None
    # Its id in another system; unique in the organization for each resource.
    external_id: str | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class ProgramUpdate(TypedDict, total=False):
    channel: str
    content: str
    # Only when it is announced under another title than the content's.
    title: str | None
    starts_at: datetime | str
    # Whole seconds; defaults to the duration of the content's media.
    duration_s: int | None
    # While the channel has a live stream, that is on instead of the content.
    live: bool | None
    # off: the program is shown without breaks.
    ads: ProgramAds | None
    # The program is a repeat.
    replay: bool | None
    # Days for which it can be watched after the airing.
    catch_up_days: int | None
    notes: str | None
    # Its id in another system; unique in the organization for each resource.
    external_id: str | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class ProgramUpsert(TypedDict, total=False):
    channel: Required[str]
    content: Required[str]
    # Only when it is announced under another title than the content's.
    title: str | None
    starts_at: Required[datetime | str]
    # Whole seconds; defaults to the duration of the content's media.
    duration_s: int | None
    # While the channel has a live stream, that is on instead of the content.
    live: bool | None
    # off: the program is shown without breaks.
    ads: ProgramAds | None
    # The program is a repeat.
    replay: bool | None
    # Days for which it can be watched after the airing.
    catch_up_days: int | None
    notes: str | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class SimulcastTargetList(TypedDict, total=False):
    # Maximum number of records in the page.
    limit: int
    # The “next” of the previous page of the query.
    # Fields to sort by; “-” for descending.
    sort: SimulcastTargetSort | Sequence[SimulcastTargetSort]
    # Return only these fields.
    fields: SimulcastTargetFields | Sequence[SimulcastTargetFields]
    # Also return the number of matching records.
    total: bool
    # Include the records that these fields reference, as `expanded`; `a.b`: also those that they reference.
    expand: SimulcastTargetExpand | Sequence[SimulcastTargetExpand]
    # Id is one of these values.
    id: str | Sequence[str]
    # Id is none of these values.
    id__not: str | Sequence[str]
    # Id contains this text.
    id__contains: str
    # Id is empty.
    id__null: bool
    # Channel is one of these values.
    channel: str | Sequence[str]
    # Channel is none of these values.
    channel__not: str | Sequence[str]
    # Enabled is one of these values.
    enabled: bool | Sequence[bool]
    # External id is one of these values.
    external_id: str | Sequence[str]
    # External id is none of these values.
    external_id__not: str | Sequence[str]
    # External id is empty.
    external_id__null: bool
    # Created is at least this value.
    created_at__gte: datetime | str
    # Created is at most this value.
    created_at__lte: datetime | str
    # Created is empty.
    created_at__null: bool
    # Changed is at least this value.
    updated_at__gte: datetime | str
    # Changed is at most this value.
    updated_at__lte: datetime | str
    # Changed is empty.
    updated_at__null: bool


class SimulcastTargetCreate(TypedDict, total=False):
    channel: Required[str]
    name: Required[str]
    # Server of the target without the stream key, such as rtmps://live.example.org/app.
    url: Required[str]
    # The stream key of the target. Empty: the stored one stays.
    key: Required[str]
    enabled: bool | None
    # Its id in another system; unique in the organization for each resource.
    external_id: str | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class SimulcastTargetUpdate(TypedDict, total=False):
    channel: str
    name: str
    # Server of the target without the stream key, such as rtmps://live.example.org/app.
    url: str
    # The stream key of the target. Empty: the stored one stays.
    key: str
    enabled: bool | None
    # Its id in another system; unique in the organization for each resource.
    external_id: str | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class SimulcastTargetUpsert(TypedDict, total=False):
    channel: Required[str]
    name: Required[str]
    # Server of the target without the stream key, such as rtmps://live.example.org/app.
    url: Required[str]
    # The stream key of the target. Empty: the stored one stays.
    key: Required[str]
    enabled: bool | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class LibraryList(TypedDict, total=False):
    # Maximum number of records in the page.
    limit: int
    # The “next” of the previous page of the query.
    # Fields to sort by; “-” for descending.
    sort: LibrarySort | Sequence[LibrarySort]
    # Return only these fields.
    fields: LibraryFields | Sequence[LibraryFields]
    # Also return the number of matching records.
    total: bool
    # Id is one of these values.
    id: str | Sequence[str]
    # Id is none of these values.
    id__not: str | Sequence[str]
    # Id contains this text.
    id__contains: str
    # Id is empty.
    id__null: bool
    # Name is one of these values.
    name: str | Sequence[str]
    # Name is none of these values.
    name__not: str | Sequence[str]
    # Name contains this text.
    name__contains: str
    # External id is one of these values.
    external_id: str | Sequence[str]
    # External id is none of these values.
    external_id__not: str | Sequence[str]
    # External id is empty.
    external_id__null: bool
    # Created is at least this value.
    created_at__gte: datetime | str
    # Created is at most this value.
    created_at__lte: datetime | str
    # Created is empty.
    created_at__null: bool
    # Changed is at least this value.
    updated_at__gte: datetime | str
    # Changed is at most this value.
    updated_at__lte: datetime | str
    # Changed is empty.
    updated_at__null: bool


class MediaList(TypedDict, total=False):
    # Maximum number of records in the page.
    limit: int
    # The “next” of the previous page of the query.
    # Fields to sort by; “-” for descending.
    sort: MediaSort | Sequence[MediaSort]
    # Return only these fields.
    fields: MediaFields | Sequence[MediaFields]
    # Also return the number of matching records.
    total: bool
    # Include the records that these fields reference, as `expanded`; `a.b`: also those that they reference.
    expand: MediaExpand | Sequence[MediaExpand]
    # Full-text search; the best matches come first.
    q: str
    # Id is one of these values.
    id: str | Sequence[str]
    # Id is none of these values.
    id__not: str | Sequence[str]
    # Id contains this text.
    id__contains: str
    # Id is empty.
    id__null: bool
    # Title is one of these values.
    title: str | Sequence[str]
    # Title is none of these values.
    title__not: str | Sequence[str]
    # Title contains this text.
    title__contains: str
    # Content is one of these values.
    content: str | Sequence[str]
    # Content is none of these values.
    content__not: str | Sequence[str]
    # Content is empty.
    content__null: bool
    # Role is one of these values.
    role: MediaRole | Sequence[MediaRole]
    # Role is none of these values.
    role__not: MediaRole | Sequence[MediaRole]
    # Role is empty.
    role__null: bool
    # State is one of these values.
    state: MediaState | Sequence[MediaState]
    # State is none of these values.
    state__not: MediaState | Sequence[MediaState]
    # State is empty.
    state__null: bool
    # Library is one of these values.
    library: str | Sequence[str]
    # Library is none of these values.
    library__not: str | Sequence[str]
    # Library contains this text.
    library__contains: str
    # Library is empty.
    library__null: bool
    # Protection is one of these values.
    protection: MediaProtection | Sequence[MediaProtection]
    # Protection is none of these values.
    protection__not: MediaProtection | Sequence[MediaProtection]
    # Protection is empty.
    protection__null: bool
    # External id is one of these values.
    external_id: str | Sequence[str]
    # External id is none of these values.
    external_id__not: str | Sequence[str]
    # External id is empty.
    external_id__null: bool
    # Created is at least this value.
    created_at__gte: datetime | str
    # Created is at most this value.
    created_at__lte: datetime | str
    # Created is empty.
    created_at__null: bool
    # Changed is at least this value.
    updated_at__gte: datetime | str
    # Changed is at most this value.
    updated_at__lte: datetime | str
    # Changed is empty.
    updated_at__null: bool


class MediaUpdate(TypedDict, total=False):
    title: str
    content: str | None
    # Main media of its content, a trailer or an extra.
    role: MediaRole | None
    # Seconds. Viewers can skip the intro.
    intro_start_s: float | None
    # Seconds.
    intro_end_s: float | None
    # Seconds. Players offer the next episode from then on.
    credits_start_s: float | None
    # Times in seconds, separated by commas, at which channels may interrupt for ads.
    ad_breaks: str | None
    # Encryption of the segments. A change repackages them, without encoding. Meanwhile the title plays as before.
    protection: MediaProtection | None
    # Its id in another system; unique in the organization for each resource.
    external_id: str | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class ViewerGroupList(TypedDict, total=False):
    # Maximum number of records in the page.
    limit: int
    # The “next” of the previous page of the query.
    # Fields to sort by; “-” for descending.
    sort: ViewerGroupSort | Sequence[ViewerGroupSort]
    # Return only these fields.
    fields: ViewerGroupFields | Sequence[ViewerGroupFields]
    # Also return the number of matching records.
    total: bool
    # Full-text search; the best matches come first.
    q: str
    # Id is one of these values.
    id: str | Sequence[str]
    # Id is none of these values.
    id__not: str | Sequence[str]
    # Id contains this text.
    id__contains: str
    # Id is empty.
    id__null: bool
    # Name is one of these values.
    name: str | Sequence[str]
    # Name is none of these values.
    name__not: str | Sequence[str]
    # Name contains this text.
    name__contains: str
    # Members is one of these values.
    members: str | Sequence[str]
    # External id is one of these values.
    external_id: str | Sequence[str]
    # External id is none of these values.
    external_id__not: str | Sequence[str]
    # External id is empty.
    external_id__null: bool
    # Created is at least this value.
    created_at__gte: datetime | str
    # Created is at most this value.
    created_at__lte: datetime | str
    # Created is empty.
    created_at__null: bool
    # Changed is at least this value.
    updated_at__gte: datetime | str
    # Changed is at most this value.
    updated_at__lte: datetime | str
    # Changed is empty.
    updated_at__null: bool


class ViewerGroupCreate(TypedDict, total=False):
    name: Required[str]
    members: Sequence[str]
    # Its id in another system; unique in the organization for each resource.
    external_id: str | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class ViewerGroupUpdate(TypedDict, total=False):
    name: str
    members: Sequence[str]
    # Its id in another system; unique in the organization for each resource.
    external_id: str | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class ViewerGroupUpsert(TypedDict, total=False):
    name: Required[str]
    members: Sequence[str]
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class GrantList(TypedDict, total=False):
    # Maximum number of records in the page.
    limit: int
    # The “next” of the previous page of the query.
    # Fields to sort by; “-” for descending.
    sort: GrantSort | Sequence[GrantSort]
    # Return only these fields.
    fields: GrantFields | Sequence[GrantFields]
    # Also return the number of matching records.
    total: bool
    # Include the records that these fields reference, as `expanded`; `a.b`: also those that they reference.
    expand: GrantExpand | Sequence[GrantExpand]
    # Id is one of these values.
    id: str | Sequence[str]
    # Id is none of these values.
    id__not: str | Sequence[str]
    # Id contains this text.
    id__contains: str
    # Id is empty.
    id__null: bool
    # Viewer is one of these values.
    user: str | Sequence[str]
    # Viewer is none of these values.
    user__not: str | Sequence[str]
    # Viewer is empty.
    user__null: bool
    # Group is one of these values.
    group: str | Sequence[str]
    # Group is none of these values.
    group__not: str | Sequence[str]
    # Group is empty.
    group__null: bool
    # Effect is one of these values.
    effect: GrantEffect | Sequence[GrantEffect]
    # Effect is none of these values.
    effect__not: GrantEffect | Sequence[GrantEffect]
    # Effect is empty.
    effect__null: bool
    # Covers is one of these values.
    scope: GrantScope | Sequence[GrantScope]
    # Covers is none of these values.
    scope__not: GrantScope | Sequence[GrantScope]
    # Title is one of these values.
    content: str | Sequence[str]
    # Title is none of these values.
    content__not: str | Sequence[str]
    # Title is empty.
    content__null: bool
    # Series is one of these values.
    series: str | Sequence[str]
    # Series is none of these values.
    series__not: str | Sequence[str]
    # Series is empty.
    series__null: bool
    # Category is one of these values.
    category: str | Sequence[str]
    # Category is none of these values.
    category__not: str | Sequence[str]
    # Category is empty.
    category__null: bool
    # Best quality is one of these values.
    max_quality: GrantMaxQuality | Sequence[GrantMaxQuality]
    # Best quality is none of these values.
    max_quality__not: GrantMaxQuality | Sequence[GrantMaxQuality]
    # Best quality is empty.
    max_quality__null: bool
    # Until is at least this value.
    ends_at__gte: datetime | str
    # Until is at most this value.
    ends_at__lte: datetime | str
    # Until is empty.
    ends_at__null: bool
    # Reason is one of these values.
    reason: str | Sequence[str]
    # Reason is none of these values.
    reason__not: str | Sequence[str]
    # Reason contains this text.
    reason__contains: str
    # Reason is empty.
    reason__null: bool
    # Given by is one of these values.
    source: GrantSource | Sequence[GrantSource]
    # Given by is none of these values.
    source__not: GrantSource | Sequence[GrantSource]
    # Given by is empty.
    source__null: bool
    # External id is one of these values.
    external_id: str | Sequence[str]
    # External id is none of these values.
    external_id__not: str | Sequence[str]
    # External id is empty.
    external_id__null: bool
    # Created is at least this value.
    created_at__gte: datetime | str
    # Created is at most this value.
    created_at__lte: datetime | str
    # Created is empty.
    created_at__null: bool
    # Changed is at least this value.
    updated_at__gte: datetime | str
    # Changed is at most this value.
    updated_at__lte: datetime | str
    # Changed is empty.
    updated_at__null: bool


class GrantCreate(TypedDict, total=False):
    # Either a viewer or a group.
    user: str | None
    group: str | None
    # The address of a member, instead of the id of the viewer.
    email: str | None
    effect: GrantEffect | None
    # A series covers its episodes, a category its titles, series and subcategories; also those that are added later.
    scope: Required[GrantScope]
    # With the scope “title” only.
    content: str | None
    # With the scope “series” only.
    series: str | None
    # With the scope “category” only.
    category: str | None
    # The best picture that it includes. Empty: every quality.
    max_quality: GrantMaxQuality | None
    # Empty: at once.
    starts_at: datetime | str | None
    # Empty: for ever.
    ends_at: datetime | str | None
    # Why it was given, such as “festival pass”. Viewers do not see it.
    reason: str | None
    # Its id in another system; unique in the organization for each resource.
    external_id: str | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class GrantUpdate(TypedDict, total=False):
    # Either a viewer or a group.
    user: str | None
    group: str | None
    # The address of a member, instead of the id of the viewer.
    email: str | None
    effect: GrantEffect | None
    # A series covers its episodes, a category its titles, series and subcategories; also those that are added later.
    scope: GrantScope
    # With the scope “title” only.
    content: str | None
    # With the scope “series” only.
    series: str | None
    # With the scope “category” only.
    category: str | None
    # The best picture that it includes. Empty: every quality.
    max_quality: GrantMaxQuality | None
    # Empty: at once.
    starts_at: datetime | str | None
    # Empty: for ever.
    ends_at: datetime | str | None
    # Why it was given, such as “festival pass”. Viewers do not see it.
    reason: str | None
    # Its id in another system; unique in the organization for each resource.
    external_id: str | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class GrantUpsert(TypedDict, total=False):
    # Either a viewer or a group.
    user: str | None
    group: str | None
    # The address of a member, instead of the id of the viewer.
    email: str | None
    effect: GrantEffect | None
    # A series covers its episodes, a category its titles, series and subcategories; also those that are added later.
    scope: Required[GrantScope]
    # With the scope “title” only.
    content: str | None
    # With the scope “series” only.
    series: str | None
    # With the scope “category” only.
    category: str | None
    # The best picture that it includes. Empty: every quality.
    max_quality: GrantMaxQuality | None
    # Empty: at once.
    starts_at: datetime | str | None
    # Empty: for ever.
    ends_at: datetime | str | None
    # Why it was given, such as “festival pass”. Viewers do not see it.
    reason: str | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class AccessCodeList(TypedDict, total=False):
    # Maximum number of records in the page.
    limit: int
    # The “next” of the previous page of the query.
    # Fields to sort by; “-” for descending.
    sort: AccessCodeSort | Sequence[AccessCodeSort]
    # Return only these fields.
    fields: AccessCodeFields | Sequence[AccessCodeFields]
    # Also return the number of matching records.
    total: bool
    # Include the records that these fields reference, as `expanded`; `a.b`: also those that they reference.
    expand: AccessCodeExpand | Sequence[AccessCodeExpand]
    # Id is one of these values.
    id: str | Sequence[str]
    # Id is none of these values.
    id__not: str | Sequence[str]
    # Id contains this text.
    id__contains: str
    # Id is empty.
    id__null: bool
    # Name is one of these values.
    name: str | Sequence[str]
    # Name is none of these values.
    name__not: str | Sequence[str]
    # Name contains this text.
    name__contains: str
    # Covers is one of these values.
    scope: AccessCodeScope | Sequence[AccessCodeScope]
    # Covers is none of these values.
    scope__not: AccessCodeScope | Sequence[AccessCodeScope]
    # Title is one of these values.
    content: str | Sequence[str]
    # Title is none of these values.
    content__not: str | Sequence[str]
    # Title is empty.
    content__null: bool
    # Series is one of these values.
    series: str | Sequence[str]
    # Series is none of these values.
    series__not: str | Sequence[str]
    # Series is empty.
    series__null: bool
    # Category is one of these values.
    category: str | Sequence[str]
    # Category is none of these values.
    category__not: str | Sequence[str]
    # Category is empty.
    category__null: bool
    # Best quality is one of these values.
    max_quality: AccessCodeMaxQuality | Sequence[AccessCodeMaxQuality]
    # Best quality is none of these values.
    max_quality__not: AccessCodeMaxQuality | Sequence[AccessCodeMaxQuality]
    # Best quality is empty.
    max_quality__null: bool
    # Redeemable until is at least this value.
    expires_at__gte: datetime | str
    # Redeemable until is at most this value.
    expires_at__lte: datetime | str
    # Redeemable until is empty.
    expires_at__null: bool
    # External id is one of these values.
    external_id: str | Sequence[str]
    # External id is none of these values.
    external_id__not: str | Sequence[str]
    # External id is empty.
    external_id__null: bool
    # Created is at least this value.
    created_at__gte: datetime | str
    # Created is at most this value.
    created_at__lte: datetime | str
    # Created is empty.
    created_at__null: bool
    # Changed is at least this value.
    updated_at__gte: datetime | str
    # Changed is at most this value.
    updated_at__lte: datetime | str
    # Changed is empty.
    updated_at__null: bool


class AccessCodeCreate(TypedDict, total=False):
    # What the codes are for. It becomes the reason of the grants.
    name: Required[str]
    # A series covers its episodes, a category its titles, series and subcategories; also those that are added later.
    scope: Required[AccessCodeScope]
    # With the scope “title” only.
    content: str | None
    # With the scope “series” only.
    series: str | None
    # With the scope “category” only.
    category: str | None
    # The best picture that it includes. Empty: every quality.
    max_quality: AccessCodeMaxQuality | None
    # How long viewers may watch after they have redeemed the code. Empty: for ever.
    days: int | None
    quantity: int | None
    # How many viewers may redeem each code.
    uses_per_code: int | None
    # Empty: for ever.
    expires_at: datetime | str | None
    # Its id in another system; unique in the organization for each resource.
    external_id: str | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class OrganizationList(TypedDict, total=False):
    # Maximum number of records in the page.
    limit: int
    # The “next” of the previous page of the query.
    # Fields to sort by; “-” for descending.
    sort: OrganizationSort | Sequence[OrganizationSort]
    # Return only these fields.
    fields: OrganizationFields | Sequence[OrganizationFields]
    # Also return the number of matching records.
    total: bool
    # Id is one of these values.
    id: str | Sequence[str]
    # Id is none of these values.
    id__not: str | Sequence[str]
    # Id contains this text.
    id__contains: str
    # Id is empty.
    id__null: bool
    # Name is one of these values.
    name: str | Sequence[str]
    # Name is none of these values.
    name__not: str | Sequence[str]
    # Name contains this text.
    name__contains: str
    # Slug is one of these values.
    slug: str | Sequence[str]
    # Slug is none of these values.
    slug__not: str | Sequence[str]
    # Created is at least this value.
    created_at__gte: datetime | str
    # Created is at most this value.
    created_at__lte: datetime | str
    # Created is empty.
    created_at__null: bool
    # Changed is at least this value.
    updated_at__gte: datetime | str
    # Changed is at most this value.
    updated_at__lte: datetime | str
    # Changed is empty.
    updated_at__null: bool


class UploadLinkList(TypedDict, total=False):
    # Maximum number of records in the page.
    limit: int
    # The “next” of the previous page of the query.
    # Fields to sort by; “-” for descending.
    sort: UploadLinkSort | Sequence[UploadLinkSort]
    # Return only these fields.
    fields: UploadLinkFields | Sequence[UploadLinkFields]
    # Also return the number of matching records.
    total: bool
    # Include the records that these fields reference, as `expanded`; `a.b`: also those that they reference.
    expand: UploadLinkExpand | Sequence[UploadLinkExpand]
    # Id is one of these values.
    id: str | Sequence[str]
    # Id is none of these values.
    id__not: str | Sequence[str]
    # Id contains this text.
    id__contains: str
    # Id is empty.
    id__null: bool
    # Library is one of these values.
    library: str | Sequence[str]
    # Library is none of these values.
    library__not: str | Sequence[str]
    # Content is one of these values.
    content: str | Sequence[str]
    # Content is none of these values.
    content__not: str | Sequence[str]
    # Content is empty.
    content__null: bool
    # Media is one of these values.
    media: str | Sequence[str]
    # Media is none of these values.
    media__not: str | Sequence[str]
    # Media is empty.
    media__null: bool
    # External id is one of these values.
    external_id: str | Sequence[str]
    # External id is none of these values.
    external_id__not: str | Sequence[str]
    # External id is empty.
    external_id__null: bool
    # Created is at least this value.
    created_at__gte: datetime | str
    # Created is at most this value.
    created_at__lte: datetime | str
    # Created is empty.
    created_at__null: bool
    # Changed is at least this value.
    updated_at__gte: datetime | str
    # Changed is at most this value.
    updated_at__lte: datetime | str
    # Changed is empty.
    updated_at__null: bool


class UploadLinkCreate(TypedDict, total=False):
    library: Required[str]
    # The content that the file is for.
    content: str | None
    # What it is for its content.
    role: UploadLinkRole | None
    # The name of the file in its library. Empty: the browser names it.
    filename: str | None
    # Sites whose pages may upload, such as https://app.example.org.
    origins: Sequence[str] | None
    # In MiB. Empty, or above it: the limit of the server.
    max_mb: int | None
    # In minutes, at most seven days.
    valid_minutes: int | None
    # Its id in another system; unique in the organization for each resource.
    external_id: str | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class PolicyList(TypedDict, total=False):
    # Maximum number of records in the page.
    limit: int
    # The “next” of the previous page of the query.
    # Fields to sort by; “-” for descending.
    sort: PolicySort | Sequence[PolicySort]
    # Return only these fields.
    fields: PolicyFields | Sequence[PolicyFields]
    # Also return the number of matching records.
    total: bool
    # Include the records that these fields reference, as `expanded`; `a.b`: also those that they reference.
    expand: PolicyExpand | Sequence[PolicyExpand]
    # Id is one of these values.
    id: str | Sequence[str]
    # Id is none of these values.
    id__not: str | Sequence[str]
    # Id contains this text.
    id__contains: str
    # Id is empty.
    id__null: bool
    # Name is one of these values.
    name: str | Sequence[str]
    # Name is none of these values.
    name__not: str | Sequence[str]
    # Name contains this text.
    name__contains: str
    # Action is one of these values.
    action: PolicyAction | Sequence[PolicyAction]
    # Action is none of these values.
    action__not: PolicyAction | Sequence[PolicyAction]
    # Phase is one of these values.
    phase: PolicyPhase | Sequence[PolicyPhase]
    # Phase is none of these values.
    phase__not: PolicyPhase | Sequence[PolicyPhase]
    # Phase is empty.
    phase__null: bool
    # Enabled is one of these values.
    enabled: bool | Sequence[bool]
    # Dry run is one of these values.
    dry_run: bool | Sequence[bool]
    # Title is one of these values.
    content: str | Sequence[str]
    # Title is none of these values.
    content__not: str | Sequence[str]
    # Title is empty.
    content__null: bool
    # External id is one of these values.
    external_id: str | Sequence[str]
    # External id is none of these values.
    external_id__not: str | Sequence[str]
    # External id is empty.
    external_id__null: bool
    # Created is at least this value.
    created_at__gte: datetime | str
    # Created is at most this value.
    created_at__lte: datetime | str
    # Created is empty.
    created_at__null: bool
    # Changed is at least this value.
    updated_at__gte: datetime | str
    # Changed is at most this value.
    updated_at__lte: datetime | str
    # Changed is empty.
    updated_at__null: bool


class PolicyCreate(TypedDict, total=False):
    name: Required[str]
    # In CEL, such as ip_in(request.ip, ["203.0.113.0/24"]).
    expression: Required[str]
    action: Required[PolicyAction]
    # Request: before it is answered. Manifest: when a playlist or MPD is sent. Response: when a response begins.
    phase: PolicyPhase | None
    # What a refused viewer is told, as plain text.
    message: str | None
    # On another host, so that it can't redirect to itself.
    location: str | None
    # The name of a response header.
    header: str | None
    # Of the header, or the manifest tag. Of responses, {time_ms}, {average_ms}, {requests}.
    value: str | None
    # In milliseconds, before the request is answered.
    delay_ms: int | None
    enabled: bool | None
    # Matches are counted, and nothing else happens.
    dry_run: bool | None
    description: str | None
    # The whole path, where * stands for any characters: /media/*/main.m3u8. Empty: every path.
    path: str | None
    # Empty: every title of the organization.
    content: str | None
    # Of the playback sessions, always the same ones; of the addresses without one.
    percentage: int | None
    # When the expression can't be evaluated, such as for a header that is missing.
    on_error: PolicyOnError | None
    # Policies with lower numbers are evaluated first.
    position: int | None
    # Its id in another system; unique in the organization for each resource.
    external_id: str | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class PolicyUpdate(TypedDict, total=False):
    name: str
    # In CEL, such as ip_in(request.ip, ["203.0.113.0/24"]).
    expression: str
    action: PolicyAction
    # Request: before it is answered. Manifest: when a playlist or MPD is sent. Response: when a response begins.
    phase: PolicyPhase | None
    # What a refused viewer is told, as plain text.
    message: str | None
    # On another host, so that it can't redirect to itself.
    location: str | None
    # The name of a response header.
    header: str | None
    # Of the header, or the manifest tag. Of responses, {time_ms}, {average_ms}, {requests}.
    value: str | None
    # In milliseconds, before the request is answered.
    delay_ms: int | None
    enabled: bool | None
    # Matches are counted, and nothing else happens.
    dry_run: bool | None
    description: str | None
    # The whole path, where * stands for any characters: /media/*/main.m3u8. Empty: every path.
    path: str | None
    # Empty: every title of the organization.
    content: str | None
    # Of the playback sessions, always the same ones; of the addresses without one.
    percentage: int | None
    # When the expression can't be evaluated, such as for a header that is missing.
    on_error: PolicyOnError | None
    # Policies with lower numbers are evaluated first.
    position: int | None
    # Its id in another system; unique in the organization for each resource.
    external_id: str | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class PolicyRollback(TypedDict, total=False):
    to_version: Required[int]


class PolicyUpsert(TypedDict, total=False):
    name: Required[str]
    # In CEL, such as ip_in(request.ip, ["203.0.113.0/24"]).
    expression: Required[str]
    action: Required[PolicyAction]
    # Request: before it is answered. Manifest: when a playlist or MPD is sent. Response: when a response begins.
    phase: PolicyPhase | None
    # What a refused viewer is told, as plain text.
    message: str | None
    # On another host, so that it can't redirect to itself.
    location: str | None
    # The name of a response header.
    header: str | None
    # Of the header, or the manifest tag. Of responses, {time_ms}, {average_ms}, {requests}.
    value: str | None
    # In milliseconds, before the request is answered.
    delay_ms: int | None
    enabled: bool | None
    # Matches are counted, and nothing else happens.
    dry_run: bool | None
    description: str | None
    # The whole path, where * stands for any characters: /media/*/main.m3u8. Empty: every path.
    path: str | None
    # Empty: every title of the organization.
    content: str | None
    # Of the playback sessions, always the same ones; of the addresses without one.
    percentage: int | None
    # When the expression can't be evaluated, such as for a header that is missing.
    on_error: PolicyOnError | None
    # Policies with lower numbers are evaluated first.
    position: int | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class ApiKeyList(TypedDict, total=False):
    # Maximum number of records in the page.
    limit: int
    # The “next” of the previous page of the query.
    # Fields to sort by; “-” for descending.
    sort: ApiKeySort | Sequence[ApiKeySort]
    # Return only these fields.
    fields: ApiKeyFields | Sequence[ApiKeyFields]
    # Also return the number of matching records.
    total: bool
    # Id is one of these values.
    id: str | Sequence[str]
    # Id is none of these values.
    id__not: str | Sequence[str]
    # Id contains this text.
    id__contains: str
    # Id is empty.
    id__null: bool
    # Name is one of these values.
    name: str | Sequence[str]
    # Name is none of these values.
    name__not: str | Sequence[str]
    # Name contains this text.
    name__contains: str
    # Created is at least this value.
    created_at__gte: datetime | str
    # Created is at most this value.
    created_at__lte: datetime | str
    # Created is empty.
    created_at__null: bool
    # Changed is at least this value.
    updated_at__gte: datetime | str
    # Changed is at most this value.
    updated_at__lte: datetime | str
    # Changed is empty.
    updated_at__null: bool


class ApiKeyRotate(TypedDict, total=False):
    # Hours for which the old key stays valid; 0: none.
    overlap_hours: Required[int]


class WebhookList(TypedDict, total=False):
    # Maximum number of records in the page.
    limit: int
    # The “next” of the previous page of the query.
    # Fields to sort by; “-” for descending.
    sort: WebhookSort | Sequence[WebhookSort]
    # Return only these fields.
    fields: WebhookFields | Sequence[WebhookFields]
    # Also return the number of matching records.
    total: bool
    # Id is one of these values.
    id: str | Sequence[str]
    # Id is none of these values.
    id__not: str | Sequence[str]
    # Id contains this text.
    id__contains: str
    # Id is empty.
    id__null: bool
    # Active is one of these values.
    active: bool | Sequence[bool]
    # External id is one of these values.
    external_id: str | Sequence[str]
    # External id is none of these values.
    external_id__not: str | Sequence[str]
    # External id is empty.
    external_id__null: bool
    # Created is at least this value.
    created_at__gte: datetime | str
    # Created is at most this value.
    created_at__lte: datetime | str
    # Created is empty.
    created_at__null: bool
    # Changed is at least this value.
    updated_at__gte: datetime | str
    # Changed is at most this value.
    updated_at__lte: datetime | str
    # Changed is empty.
    updated_at__null: bool


class WebhookCreate(TypedDict, total=False):
    url: Required[str]
    events: Required[Sequence[WebhookEvents]]
    active: bool | None
    description: str | None
    # Its id in another system; unique in the organization for each resource.
    external_id: str | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class WebhookUpdate(TypedDict, total=False):
    url: str
    events: Sequence[WebhookEvents]
    active: bool | None
    description: str | None
    # Its id in another system; unique in the organization for each resource.
    external_id: str | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class WebhookRotateSecret(TypedDict, total=False):
    overlap_hours: Required[int]


class WebhookUpsert(TypedDict, total=False):
    url: Required[str]
    events: Required[Sequence[WebhookEvents]]
    active: bool | None
    description: str | None
    # Values of your own, which OTNet does not interpret; public for public records.
    metadata: Mapping[str, str] | None


class WebhookDeliveryList(TypedDict, total=False):
    # Maximum number of records in the page.
    limit: int
    # The “next” of the previous page of the query.
    # Fields to sort by; “-” for descending.
    sort: WebhookDeliverySort | Sequence[WebhookDeliverySort]
    # Return only these fields.
    fields: WebhookDeliveryFields | Sequence[WebhookDeliveryFields]
    # Also return the number of matching records.
    total: bool
    # Include the records that these fields reference, as `expanded`; `a.b`: also those that they reference.
    expand: WebhookDeliveryExpand | Sequence[WebhookDeliveryExpand]
    # Id is one of these values.
    id: str | Sequence[str]
    # Id is none of these values.
    id__not: str | Sequence[str]
    # Id contains this text.
    id__contains: str
    # Id is empty.
    id__null: bool
    # Webhook is one of these values.
    webhook: str | Sequence[str]
    # Webhook is none of these values.
    webhook__not: str | Sequence[str]
    # Webhook is empty.
    webhook__null: bool
    # Event is one of these values.
    event_type: str | Sequence[str]
    # Event is none of these values.
    event_type__not: str | Sequence[str]
    # Event contains this text.
    event_type__contains: str
    # Event is empty.
    event_type__null: bool
    # State is one of these values.
    state: WebhookDeliveryState | Sequence[WebhookDeliveryState]
    # State is none of these values.
    state__not: WebhookDeliveryState | Sequence[WebhookDeliveryState]
    # State is empty.
    state__null: bool
    # Created is at least this value.
    created_at__gte: datetime | str
    # Created is at most this value.
    created_at__lte: datetime | str
    # Created is empty.
    created_at__null: bool
    # Changed is at least this value.
    updated_at__gte: datetime | str
    # Changed is at most this value.
    updated_at__lte: datetime | str
    # Changed is empty.
    updated_at__null: bool
