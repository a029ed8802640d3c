// Generated from /api/v1/partner/openapi.json by scripts/client_types.py. Do not edit.

import type { ApiRecord } from '../resource.js';

export type ContentKind =
  | 'film'
  | 'episode'
  | 'clip'
  | 'podcast_episode'
  | 'trailer'
  | 'short'
  | 'documentary'
  | 'concert'
  | 'talk'
  | 'other';

export type ContentStatus = 'draft' | 'published';

export type ContentVisibility = 'private' | 'members' | 'entitled' | 'public';

export type ContentSort =
  | 'title'
  | '-title'
  | 'kind'
  | '-kind'
  | 'release_date'
  | '-release_date'
  | 'episode_number'
  | '-episode_number'
  | 'published_from'
  | '-published_from'
  | 'created_at'
  | '-created_at'
  | 'updated_at'
  | '-updated_at';

export type ContentFields =
  | 'id'
  | 'title'
  | 'slug'
  | 'kind'
  | 'synopsis'
  | 'tagline'
  | 'original_language'
  | 'release_date'
  | 'age_rating'
  | 'categories'
  | 'genres'
  | 'series'
  | 'season'
  | 'episode_number'
  | 'trailer_of'
  | 'translations'
  | 'status'
  | 'visibility'
  | 'published_from'
  | 'published_until'
  | 'regions'
  | 'media'
  | 'artwork'
  | 'credits'
  | 'external_id'
  | 'metadata'
  | 'created_at'
  | 'updated_at';

export type ContentExpand =
  | 'categories'
  | 'categories.parent'
  | 'categories.parent.parent'
  | 'genres'
  | 'series'
  | 'series.categories'
  | 'series.categories.parent'
  | 'series.genres'
  | 'season'
  | 'season.series'
  | 'season.series.categories'
  | 'season.series.genres'
  | 'trailer_of'
  | 'trailer_of.categories'
  | 'trailer_of.categories.parent'
  | 'trailer_of.genres'
  | 'trailer_of.series'
  | 'trailer_of.series.categories'
  | 'trailer_of.series.genres'
  | 'trailer_of.season'
  | 'trailer_of.season.series'
  | 'trailer_of.trailer_of'
  | 'trailer_of.trailer_of.categories'
  | 'trailer_of.trailer_of.genres'
  | 'trailer_of.trailer_of.series'
  | 'trailer_of.trailer_of.season'
  | 'trailer_of.trailer_of.trailer_of';

/**
 * A work in the catalogue: a film, an episode, a clip or a podcast episode. Its media are the files that play;
 * programs schedule it on channels. The public surface returns content that is published, inside its publishing
 * window and visible to everybody.
 */
export interface Content extends ApiRecord {
  /** 12 hexadecimal characters. */
  id: string;
  title?: string | null;
  /** Part of its URL; generated from the title when left out. */
  slug?: string | null;
  kind?: ContentKind | null;
  synopsis?: string | null;
  /** One line for posters and previews. */
  tagline?: string | null;
  /** A language tag such as de or pt-BR. */
  original_language?: string | null;
  release_date?: string | null;
  /** Minimum age of viewers in years. */
  age_rating?: number | null;
  categories?: string[];
  genres?: string[];
  series?: string | null;
  season?: string | null;
  episode_number?: number | null;
  trailer_of?: string | null;
  translations?: Record<string, any> | null;
  /** Set by the actions publish, unpublish and schedule. */
  status?: ContentStatus | null;
  /** Who may watch it while it is published. */
  visibility?: ContentVisibility | null;
  /** Not visible before this time. */
  published_from?: string | null;
  /** Not visible after this time. */
  published_until?: string | null;
  /** Countries in which it is, or is not, available. */
  regions?: Record<string, any> | null;
  /** The media that play: main, trailers and extras. */
  media?: any;
  /** Poster, backdrop, logo and square, by kind. */
  artwork?: any;
  /** People, their roles and characters, in order. */
  credits?: any;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
  created_at?: string;
  updated_at?: string;
}

export interface ContentList {
  /** Maximum number of records in the page. */
  limit?: number;
  /** Fields to sort by; “-” for descending. */
  sort?: ContentSort | readonly ContentSort[];
  /** Return only these fields. */
  fields?: ContentFields | readonly ContentFields[];
  /** Also return the number of matching records. */
  total?: boolean;
  /** Include the records that these fields reference, as `expanded`; `a.b`: also those that they reference. */
  expand?: ContentExpand | readonly ContentExpand[];
  /** Full-text search; the best matches come first. */
  q?: string;
  /** Id is one of these values. */
  id?: string | readonly string[];
  /** Id is none of these values. */
  'id.not'?: string | readonly string[];
  /** Id contains this text. */
  'id.contains'?: string;
  /** Id is empty. */
  'id.null'?: boolean;
  /** Title is one of these values. */
  title?: string | readonly string[];
  /** Title is none of these values. */
  'title.not'?: string | readonly string[];
  /** Title contains this text. */
  'title.contains'?: string;
  /** Slug is one of these values. */
  slug?: string | readonly string[];
  /** Slug is none of these values. */
  'slug.not'?: string | readonly string[];
  /** Kind is one of these values. */
  kind?: ContentKind | readonly ContentKind[];
  /** Kind is none of these values. */
  'kind.not'?: ContentKind | readonly ContentKind[];
  /** Kind is empty. */
  'kind.null'?: boolean;
  /** Original language is one of these values. */
  original_language?: string | readonly string[];
  /** Original language is none of these values. */
  'original_language.not'?: string | readonly string[];
  /** Original language is empty. */
  'original_language.null'?: boolean;
  /** Release date is one of these values. */
  release_date?: string | Date | readonly (string | Date)[];
  /** Release date is at least this value. */
  'release_date.gte'?: string | Date;
  /** Release date is at most this value. */
  'release_date.lte'?: string | Date;
  /** Release date is empty. */
  'release_date.null'?: boolean;
  /** Age rating is one of these values. */
  age_rating?: number | readonly number[];
  /** Age rating is none of these values. */
  'age_rating.not'?: number | readonly number[];
  /** Age rating is at least this value. */
  'age_rating.gte'?: number;
  /** Age rating is at most this value. */
  'age_rating.lte'?: number;
  /** Age rating is empty. */
  'age_rating.null'?: boolean;
  /** Categories is one of these values. */
  categories?: string | readonly string[];
  /** Genres is one of these values. */
  genres?: string | readonly string[];
  /** Series is one of these values. */
  series?: string | readonly string[];
  /** Series is none of these values. */
  'series.not'?: string | readonly string[];
  /** Series is empty. */
  'series.null'?: boolean;
  /** Season is one of these values. */
  season?: string | readonly string[];
  /** Season is none of these values. */
  'season.not'?: string | readonly string[];
  /** Season is empty. */
  'season.null'?: boolean;
  /** Episode is one of these values. */
  episode_number?: number | readonly number[];
  /** Episode is none of these values. */
  'episode_number.not'?: number | readonly number[];
  /** Episode is at least this value. */
  'episode_number.gte'?: number;
  /** Episode is at most this value. */
  'episode_number.lte'?: number;
  /** Episode is empty. */
  'episode_number.null'?: boolean;
  /** Trailer of is one of these values. */
  trailer_of?: string | readonly string[];
  /** Trailer of is none of these values. */
  'trailer_of.not'?: string | readonly string[];
  /** Trailer of is empty. */
  'trailer_of.null'?: boolean;
  /** Status is one of these values. */
  status?: ContentStatus | readonly ContentStatus[];
  /** Status is none of these values. */
  'status.not'?: ContentStatus | readonly ContentStatus[];
  /** Status is empty. */
  'status.null'?: boolean;
  /** Visibility is one of these values. */
  visibility?: ContentVisibility | readonly ContentVisibility[];
  /** Visibility is none of these values. */
  'visibility.not'?: ContentVisibility | readonly ContentVisibility[];
  /** Visibility is empty. */
  'visibility.null'?: boolean;
  /** From is at least this value. */
  'published_from.gte'?: string | Date;
  /** From is at most this value. */
  'published_from.lte'?: string | Date;
  /** From is empty. */
  'published_from.null'?: boolean;
  /** Until is at least this value. */
  'published_until.gte'?: string | Date;
  /** Until is at most this value. */
  'published_until.lte'?: string | Date;
  /** Until is empty. */
  'published_until.null'?: boolean;
  /** External id is one of these values. */
  external_id?: string | readonly string[];
  /** External id is none of these values. */
  'external_id.not'?: string | readonly string[];
  /** External id is empty. */
  'external_id.null'?: boolean;
  /** Created is at least this value. */
  'created_at.gte'?: string | Date;
  /** Created is at most this value. */
  'created_at.lte'?: string | Date;
  /** Created is empty. */
  'created_at.null'?: boolean;
  /** Changed is at least this value. */
  'updated_at.gte'?: string | Date;
  /** Changed is at most this value. */
  'updated_at.lte'?: string | Date;
  /** Changed is empty. */
  'updated_at.null'?: boolean;
}

export interface ContentCreate {
  title: string;
  /** Part of its URL; generated from the title when left out. */
  slug?: string | null;
  kind?: ContentKind | null;
  synopsis?: string | null;
  /** One line for posters and previews. */
  tagline?: string | null;
  /** A language tag such as de or pt-BR. */
  original_language?: string | null;
  release_date?: string | Date | null;
  /** Minimum age of viewers in years. */
  age_rating?: number | null;
  categories?: readonly string[];
  genres?: readonly string[];
  series?: string | null;
  season?: string | null;
  episode_number?: number | null;
  trailer_of?: string | null;
  translations?: Record<string, any> | null;
  /** Who may watch it while it is published. */
  visibility?: ContentVisibility | null;
  /** Not visible before this time. */
  published_from?: string | Date | null;
  /** Not visible after this time. */
  published_until?: string | Date | null;
  /** Countries in which it is, or is not, available. */
  regions?: Record<string, any> | null;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export interface ContentUpdate {
  title?: string;
  /** Part of its URL; generated from the title when left out. */
  slug?: string | null;
  kind?: ContentKind | null;
  synopsis?: string | null;
  /** One line for posters and previews. */
  tagline?: string | null;
  /** A language tag such as de or pt-BR. */
  original_language?: string | null;
  release_date?: string | Date | null;
  /** Minimum age of viewers in years. */
  age_rating?: number | null;
  categories?: readonly string[];
  genres?: readonly string[];
  series?: string | null;
  season?: string | null;
  episode_number?: number | null;
  trailer_of?: string | null;
  translations?: Record<string, any> | null;
  /** Who may watch it while it is published. */
  visibility?: ContentVisibility | null;
  /** Not visible before this time. */
  published_from?: string | Date | null;
  /** Not visible after this time. */
  published_until?: string | Date | null;
  /** Countries in which it is, or is not, available. */
  regions?: Record<string, any> | null;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export interface ContentSchedule {
  published_from: string | Date;
  published_until?: string | Date | null;
}

export interface ContentUpsert {
  title: string;
  /** Part of its URL; generated from the title when left out. */
  slug?: string | null;
  kind?: ContentKind | null;
  synopsis?: string | null;
  /** One line for posters and previews. */
  tagline?: string | null;
  /** A language tag such as de or pt-BR. */
  original_language?: string | null;
  release_date?: string | Date | null;
  /** Minimum age of viewers in years. */
  age_rating?: number | null;
  categories?: readonly string[];
  genres?: readonly string[];
  series?: string | null;
  season?: string | null;
  episode_number?: number | null;
  trailer_of?: string | null;
  translations?: Record<string, any> | null;
  /** Who may watch it while it is published. */
  visibility?: ContentVisibility | null;
  /** Not visible before this time. */
  published_from?: string | Date | null;
  /** Not visible after this time. */
  published_until?: string | Date | null;
  /** Countries in which it is, or is not, available. */
  regions?: Record<string, any> | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export type SeriesKind = 'series' | 'podcast' | 'miniseries';

export type SeriesSort = 'title' | '-title' | 'created_at' | '-created_at' | 'updated_at' | '-updated_at';

export type SeriesFields =
  | 'id'
  | 'title'
  | 'slug'
  | 'kind'
  | 'synopsis'
  | 'original_language'
  | 'categories'
  | 'genres'
  | 'website'
  | 'translations'
  | 'artwork'
  | 'credits'
  | 'external_id'
  | 'metadata'
  | 'created_at'
  | 'updated_at';

export type SeriesExpand = 'categories' | 'categories.parent' | 'categories.parent.parent' | 'genres';

/**
 * A series of episodes, or a podcast; optionally divided into seasons. The public surface returns it while one of
 * its episodes is published and visible to everybody.
 */
export interface Series extends ApiRecord {
  /** 12 hexadecimal characters. */
  id: string;
  title?: string | null;
  slug?: string | null;
  kind?: SeriesKind | null;
  synopsis?: string | null;
  original_language?: string | null;
  categories?: string[];
  genres?: string[];
  website?: string | null;
  translations?: Record<string, any> | null;
  artwork?: any;
  /** People, their roles and characters, in order. */
  credits?: any;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
  created_at?: string;
  updated_at?: string;
}

export interface SeriesList {
  /** Maximum number of records in the page. */
  limit?: number;
  /** Fields to sort by; “-” for descending. */
  sort?: SeriesSort | readonly SeriesSort[];
  /** Return only these fields. */
  fields?: SeriesFields | readonly SeriesFields[];
  /** Also return the number of matching records. */
  total?: boolean;
  /** Include the records that these fields reference, as `expanded`; `a.b`: also those that they reference. */
  expand?: SeriesExpand | readonly SeriesExpand[];
  /** Full-text search; the best matches come first. */
  q?: string;
  /** Id is one of these values. */
  id?: string | readonly string[];
  /** Id is none of these values. */
  'id.not'?: string | readonly string[];
  /** Id contains this text. */
  'id.contains'?: string;
  /** Id is empty. */
  'id.null'?: boolean;
  /** Title is one of these values. */
  title?: string | readonly string[];
  /** Title is none of these values. */
  'title.not'?: string | readonly string[];
  /** Title contains this text. */
  'title.contains'?: string;
  /** Slug is one of these values. */
  slug?: string | readonly string[];
  /** Slug is none of these values. */
  'slug.not'?: string | readonly string[];
  /** Kind is one of these values. */
  kind?: SeriesKind | readonly SeriesKind[];
  /** Kind is none of these values. */
  'kind.not'?: SeriesKind | readonly SeriesKind[];
  /** Kind is empty. */
  'kind.null'?: boolean;
  /** Original language is one of these values. */
  original_language?: string | readonly string[];
  /** Original language is none of these values. */
  'original_language.not'?: string | readonly string[];
  /** Original language is empty. */
  'original_language.null'?: boolean;
  /** Categories is one of these values. */
  categories?: string | readonly string[];
  /** Genres is one of these values. */
  genres?: string | readonly string[];
  /** External id is one of these values. */
  external_id?: string | readonly string[];
  /** External id is none of these values. */
  'external_id.not'?: string | readonly string[];
  /** External id is empty. */
  'external_id.null'?: boolean;
  /** Created is at least this value. */
  'created_at.gte'?: string | Date;
  /** Created is at most this value. */
  'created_at.lte'?: string | Date;
  /** Created is empty. */
  'created_at.null'?: boolean;
  /** Changed is at least this value. */
  'updated_at.gte'?: string | Date;
  /** Changed is at most this value. */
  'updated_at.lte'?: string | Date;
  /** Changed is empty. */
  'updated_at.null'?: boolean;
}

export interface SeriesCreate {
  title: string;
  slug?: string | null;
  kind?: SeriesKind | null;
  synopsis?: string | null;
  original_language?: string | null;
  categories?: readonly string[];
  genres?: readonly string[];
  website?: string | null;
  translations?: Record<string, any> | null;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export interface SeriesUpdate {
  title?: string;
  slug?: string | null;
  kind?: SeriesKind | null;
  synopsis?: string | null;
  original_language?: string | null;
  categories?: readonly string[];
  genres?: readonly string[];
  website?: string | null;
  translations?: Record<string, any> | null;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export interface SeriesOrderEpisodes {
  episodes?: readonly string[];
  season?: string | null;
}

export interface SeriesUpsert {
  title: string;
  slug?: string | null;
  kind?: SeriesKind | null;
  synopsis?: string | null;
  original_language?: string | null;
  categories?: readonly string[];
  genres?: readonly string[];
  website?: string | null;
  translations?: Record<string, any> | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export type SeasonSort =
  | 'number'
  | '-number'
  | 'title'
  | '-title'
  | 'created_at'
  | '-created_at'
  | 'updated_at'
  | '-updated_at';

export type SeasonFields =
  | 'id'
  | 'series'
  | 'number'
  | 'title'
  | 'synopsis'
  | 'translations'
  | 'external_id'
  | 'metadata'
  | 'created_at'
  | 'updated_at';

export type SeasonExpand = 'series' | 'series.categories' | 'series.categories.parent' | 'series.genres';

/**
 * A season of a series. The public surface returns it while one of its episodes is published and visible to
 * everybody.
 */
export interface Season extends ApiRecord {
  /** 12 hexadecimal characters. */
  id: string;
  series?: string | null;
  number?: number | null;
  title?: string | null;
  synopsis?: string | null;
  translations?: Record<string, any> | null;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
  created_at?: string;
  updated_at?: string;
}

export interface SeasonList {
  /** Maximum number of records in the page. */
  limit?: number;
  /** Fields to sort by; “-” for descending. */
  sort?: SeasonSort | readonly SeasonSort[];
  /** Return only these fields. */
  fields?: SeasonFields | readonly SeasonFields[];
  /** Also return the number of matching records. */
  total?: boolean;
  /** Include the records that these fields reference, as `expanded`; `a.b`: also those that they reference. */
  expand?: SeasonExpand | readonly SeasonExpand[];
  /** Id is one of these values. */
  id?: string | readonly string[];
  /** Id is none of these values. */
  'id.not'?: string | readonly string[];
  /** Id contains this text. */
  'id.contains'?: string;
  /** Id is empty. */
  'id.null'?: boolean;
  /** Series is one of these values. */
  series?: string | readonly string[];
  /** Series is none of these values. */
  'series.not'?: string | readonly string[];
  /** External id is one of these values. */
  external_id?: string | readonly string[];
  /** External id is none of these values. */
  'external_id.not'?: string | readonly string[];
  /** External id is empty. */
  'external_id.null'?: boolean;
  /** Created is at least this value. */
  'created_at.gte'?: string | Date;
  /** Created is at most this value. */
  'created_at.lte'?: string | Date;
  /** Created is empty. */
  'created_at.null'?: boolean;
  /** Changed is at least this value. */
  'updated_at.gte'?: string | Date;
  /** Changed is at most this value. */
  'updated_at.lte'?: string | Date;
  /** Changed is empty. */
  'updated_at.null'?: boolean;
}

export interface SeasonCreate {
  series: string;
  number: number;
  title?: string | null;
  synopsis?: string | null;
  translations?: Record<string, any> | null;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export interface SeasonUpdate {
  series?: string;
  number?: number;
  title?: string | null;
  synopsis?: string | null;
  translations?: Record<string, any> | null;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export interface SeasonUpsert {
  series: string;
  number: number;
  title?: string | null;
  synopsis?: string | null;
  translations?: Record<string, any> | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export type CategorySort =
  | 'name'
  | '-name'
  | 'position'
  | '-position'
  | 'created_at'
  | '-created_at'
  | 'updated_at'
  | '-updated_at';

export type CategoryFields =
  | 'id'
  | 'name'
  | 'slug'
  | 'description'
  | 'parent'
  | 'position'
  | 'translations'
  | 'external_id'
  | 'metadata'
  | 'created_at'
  | 'updated_at';

export type CategoryExpand = 'parent' | 'parent.parent' | 'parent.parent.parent';

/** A category of the organization's own, by which viewers browse. Categories can be nested. */
export interface Category extends ApiRecord {
  /** 12 hexadecimal characters. */
  id: string;
  name?: string | null;
  slug?: string | null;
  description?: string | null;
  parent?: string | null;
  /** Lower comes first. */
  position?: number | null;
  translations?: Record<string, any> | null;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
  created_at?: string;
  updated_at?: string;
}

export interface CategoryList {
  /** Maximum number of records in the page. */
  limit?: number;
  /** Fields to sort by; “-” for descending. */
  sort?: CategorySort | readonly CategorySort[];
  /** Return only these fields. */
  fields?: CategoryFields | readonly CategoryFields[];
  /** Also return the number of matching records. */
  total?: boolean;
  /** Include the records that these fields reference, as `expanded`; `a.b`: also those that they reference. */
  expand?: CategoryExpand | readonly CategoryExpand[];
  /** Full-text search; the best matches come first. */
  q?: string;
  /** Id is one of these values. */
  id?: string | readonly string[];
  /** Id is none of these values. */
  'id.not'?: string | readonly string[];
  /** Id contains this text. */
  'id.contains'?: string;
  /** Id is empty. */
  'id.null'?: boolean;
  /** Name is one of these values. */
  name?: string | readonly string[];
  /** Name is none of these values. */
  'name.not'?: string | readonly string[];
  /** Name contains this text. */
  'name.contains'?: string;
  /** Slug is one of these values. */
  slug?: string | readonly string[];
  /** Slug is none of these values. */
  'slug.not'?: string | readonly string[];
  /** Parent category is one of these values. */
  parent?: string | readonly string[];
  /** Parent category is none of these values. */
  'parent.not'?: string | readonly string[];
  /** Parent category is empty. */
  'parent.null'?: boolean;
  /** External id is one of these values. */
  external_id?: string | readonly string[];
  /** External id is none of these values. */
  'external_id.not'?: string | readonly string[];
  /** External id is empty. */
  'external_id.null'?: boolean;
  /** Created is at least this value. */
  'created_at.gte'?: string | Date;
  /** Created is at most this value. */
  'created_at.lte'?: string | Date;
  /** Created is empty. */
  'created_at.null'?: boolean;
  /** Changed is at least this value. */
  'updated_at.gte'?: string | Date;
  /** Changed is at most this value. */
  'updated_at.lte'?: string | Date;
  /** Changed is empty. */
  'updated_at.null'?: boolean;
}

export interface CategoryCreate {
  name: string;
  slug?: string | null;
  description?: string | null;
  parent?: string | null;
  /** Lower comes first. */
  position?: number | null;
  translations?: Record<string, any> | null;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export interface CategoryUpdate {
  name?: string;
  slug?: string | null;
  description?: string | null;
  parent?: string | null;
  /** Lower comes first. */
  position?: number | null;
  translations?: Record<string, any> | null;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export interface CategoryUpsert {
  name: string;
  slug?: string | null;
  description?: string | null;
  parent?: string | null;
  /** Lower comes first. */
  position?: number | null;
  translations?: Record<string, any> | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export type GenreSort = 'name' | '-name' | 'created_at' | '-created_at' | 'updated_at' | '-updated_at';

export type GenreFields =
  | 'id'
  | 'name'
  | 'slug'
  | 'translations'
  | 'external_id'
  | 'metadata'
  | 'created_at'
  | 'updated_at';

/** A genre such as drama, science or comedy. Content can have any number of genres. */
export interface Genre extends ApiRecord {
  /** 12 hexadecimal characters. */
  id: string;
  name?: string | null;
  slug?: string | null;
  translations?: Record<string, any> | null;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
  created_at?: string;
  updated_at?: string;
}

export interface GenreList {
  /** Maximum number of records in the page. */
  limit?: number;
  /** Fields to sort by; “-” for descending. */
  sort?: GenreSort | readonly GenreSort[];
  /** Return only these fields. */
  fields?: GenreFields | readonly GenreFields[];
  /** Also return the number of matching records. */
  total?: boolean;
  /** Full-text search; the best matches come first. */
  q?: string;
  /** Id is one of these values. */
  id?: string | readonly string[];
  /** Id is none of these values. */
  'id.not'?: string | readonly string[];
  /** Id contains this text. */
  'id.contains'?: string;
  /** Id is empty. */
  'id.null'?: boolean;
  /** Name is one of these values. */
  name?: string | readonly string[];
  /** Name is none of these values. */
  'name.not'?: string | readonly string[];
  /** Name contains this text. */
  'name.contains'?: string;
  /** Slug is one of these values. */
  slug?: string | readonly string[];
  /** Slug is none of these values. */
  'slug.not'?: string | readonly string[];
  /** External id is one of these values. */
  external_id?: string | readonly string[];
  /** External id is none of these values. */
  'external_id.not'?: string | readonly string[];
  /** External id is empty. */
  'external_id.null'?: boolean;
  /** Created is at least this value. */
  'created_at.gte'?: string | Date;
  /** Created is at most this value. */
  'created_at.lte'?: string | Date;
  /** Created is empty. */
  'created_at.null'?: boolean;
  /** Changed is at least this value. */
  'updated_at.gte'?: string | Date;
  /** Changed is at most this value. */
  'updated_at.lte'?: string | Date;
  /** Changed is empty. */
  'updated_at.null'?: boolean;
}

export interface GenreCreate {
  name: string;
  slug?: string | null;
  translations?: Record<string, any> | null;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export interface GenreUpdate {
  name?: string;
  slug?: string | null;
  translations?: Record<string, any> | null;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export interface GenreUpsert {
  name: string;
  slug?: string | null;
  translations?: Record<string, any> | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export type PersonSort =
  | 'name'
  | '-name'
  | 'sort_name'
  | '-sort_name'
  | 'created_at'
  | '-created_at'
  | 'updated_at'
  | '-updated_at';

export type PersonFields =
  | 'id'
  | 'name'
  | 'sort_name'
  | 'slug'
  | 'biography'
  | 'born'
  | 'died'
  | 'website'
  | 'translations'
  | 'artwork'
  | 'external_id'
  | 'metadata'
  | 'created_at'
  | 'updated_at';

/**
 * Somebody who made or appears in content. Credits link people to content. The public surface returns a person who
 * is credited in content that is published and visible to everybody, or in a series with such an episode.
 */
export interface Person extends ApiRecord {
  /** 12 hexadecimal characters. */
  id: string;
  name?: string | null;
  /** Such as “Varda, Agnès”. */
  sort_name?: string | null;
  slug?: string | null;
  biography?: string | null;
  born?: string | null;
  died?: string | null;
  website?: string | null;
  translations?: Record<string, any> | null;
  artwork?: any;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
  created_at?: string;
  updated_at?: string;
}

export interface PersonList {
  /** Maximum number of records in the page. */
  limit?: number;
  /** Fields to sort by; “-” for descending. */
  sort?: PersonSort | readonly PersonSort[];
  /** Return only these fields. */
  fields?: PersonFields | readonly PersonFields[];
  /** Also return the number of matching records. */
  total?: boolean;
  /** Full-text search; the best matches come first. */
  q?: string;
  /** Id is one of these values. */
  id?: string | readonly string[];
  /** Id is none of these values. */
  'id.not'?: string | readonly string[];
  /** Id contains this text. */
  'id.contains'?: string;
  /** Id is empty. */
  'id.null'?: boolean;
  /** Name is one of these values. */
  name?: string | readonly string[];
  /** Name is none of these values. */
  'name.not'?: string | readonly string[];
  /** Name contains this text. */
  'name.contains'?: string;
  /** Slug is one of these values. */
  slug?: string | readonly string[];
  /** Slug is none of these values. */
  'slug.not'?: string | readonly string[];
  /** Born is one of these values. */
  born?: string | Date | readonly (string | Date)[];
  /** Born is at least this value. */
  'born.gte'?: string | Date;
  /** Born is at most this value. */
  'born.lte'?: string | Date;
  /** Born is empty. */
  'born.null'?: boolean;
  /** Died is one of these values. */
  died?: string | Date | readonly (string | Date)[];
  /** Died is at least this value. */
  'died.gte'?: string | Date;
  /** Died is at most this value. */
  'died.lte'?: string | Date;
  /** Died is empty. */
  'died.null'?: boolean;
  /** External id is one of these values. */
  external_id?: string | readonly string[];
  /** External id is none of these values. */
  'external_id.not'?: string | readonly string[];
  /** External id is empty. */
  'external_id.null'?: boolean;
  /** Created is at least this value. */
  'created_at.gte'?: string | Date;
  /** Created is at most this value. */
  'created_at.lte'?: string | Date;
  /** Created is empty. */
  'created_at.null'?: boolean;
  /** Changed is at least this value. */
  'updated_at.gte'?: string | Date;
  /** Changed is at most this value. */
  'updated_at.lte'?: string | Date;
  /** Changed is empty. */
  'updated_at.null'?: boolean;
}

export interface PersonCreate {
  name: string;
  /** Such as “Varda, Agnès”. */
  sort_name?: string | null;
  slug?: string | null;
  biography?: string | null;
  born?: string | Date | null;
  died?: string | Date | null;
  website?: string | null;
  translations?: Record<string, any> | null;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export interface PersonUpdate {
  name?: string;
  /** Such as “Varda, Agnès”. */
  sort_name?: string | null;
  slug?: string | null;
  biography?: string | null;
  born?: string | Date | null;
  died?: string | Date | null;
  website?: string | null;
  translations?: Record<string, any> | null;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export interface PersonUpsert {
  name: string;
  /** Such as “Varda, Agnès”. */
  sort_name?: string | null;
  slug?: string | null;
  biography?: string | null;
  born?: string | Date | null;
  died?: string | Date | null;
  website?: string | null;
  translations?: Record<string, any> | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export type CreditRole =
  | 'actor'
  | 'director'
  | 'writer'
  | 'producer'
  | 'composer'
  | 'camera'
  | 'editor'
  | 'host'
  | 'guest'
  | 'narrator'
  | 'other';

export type CreditSort = 'position' | '-position' | 'created_at' | '-created_at' | 'updated_at' | '-updated_at';

export type CreditFields =
  | 'id'
  | 'content'
  | 'series'
  | 'person'
  | 'role'
  | 'character'
  | 'position'
  | 'external_id'
  | 'metadata'
  | 'created_at'
  | 'updated_at';

export type CreditExpand =
  | 'content'
  | 'content.categories'
  | 'content.categories.parent'
  | 'content.genres'
  | 'content.series'
  | 'content.series.categories'
  | 'content.series.genres'
  | 'content.season'
  | 'content.season.series'
  | 'content.trailer_of'
  | 'content.trailer_of.categories'
  | 'content.trailer_of.genres'
  | 'content.trailer_of.series'
  | 'content.trailer_of.season'
  | 'content.trailer_of.trailer_of'
  | 'series'
  | 'series.categories'
  | 'series.categories.parent'
  | 'series.genres'
  | 'person';

/**
 * The role of a person in content or in a series: one of both is set. The credits of a series are of all its
 * episodes.
 */
export interface Credit extends ApiRecord {
  /** 12 hexadecimal characters. */
  id: string;
  content?: string | null;
  series?: string | null;
  person?: string | null;
  role?: CreditRole | null;
  /** The character that an actor plays. */
  character?: string | null;
  /** Lower comes first. */
  position?: number | null;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
  created_at?: string;
  updated_at?: string;
}

export interface CreditList {
  /** Maximum number of records in the page. */
  limit?: number;
  /** Fields to sort by; “-” for descending. */
  sort?: CreditSort | readonly CreditSort[];
  /** Return only these fields. */
  fields?: CreditFields | readonly CreditFields[];
  /** Also return the number of matching records. */
  total?: boolean;
  /** Include the records that these fields reference, as `expanded`; `a.b`: also those that they reference. */
  expand?: CreditExpand | readonly CreditExpand[];
  /** Id is one of these values. */
  id?: string | readonly string[];
  /** Id is none of these values. */
  'id.not'?: string | readonly string[];
  /** Id contains this text. */
  'id.contains'?: string;
  /** Id is empty. */
  'id.null'?: boolean;
  /** Content is one of these values. */
  content?: string | readonly string[];
  /** Content is none of these values. */
  'content.not'?: string | readonly string[];
  /** Content is empty. */
  'content.null'?: boolean;
  /** Series is one of these values. */
  series?: string | readonly string[];
  /** Series is none of these values. */
  'series.not'?: string | readonly string[];
  /** Series is empty. */
  'series.null'?: boolean;
  /** Person is one of these values. */
  person?: string | readonly string[];
  /** Person is none of these values. */
  'person.not'?: string | readonly string[];
  /** Role is one of these values. */
  role?: CreditRole | readonly CreditRole[];
  /** Role is none of these values. */
  'role.not'?: CreditRole | readonly CreditRole[];
  /** External id is one of these values. */
  external_id?: string | readonly string[];
  /** External id is none of these values. */
  'external_id.not'?: string | readonly string[];
  /** External id is empty. */
  'external_id.null'?: boolean;
  /** Created is at least this value. */
  'created_at.gte'?: string | Date;
  /** Created is at most this value. */
  'created_at.lte'?: string | Date;
  /** Created is empty. */
  'created_at.null'?: boolean;
  /** Changed is at least this value. */
  'updated_at.gte'?: string | Date;
  /** Changed is at most this value. */
  'updated_at.lte'?: string | Date;
  /** Changed is empty. */
  'updated_at.null'?: boolean;
}

export interface CreditCreate {
  content?: string | null;
  series?: string | null;
  person: string;
  role: CreditRole;
  /** The character that an actor plays. */
  character?: string | null;
  /** Lower comes first. */
  position?: number | null;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export interface CreditUpdate {
  content?: string | null;
  series?: string | null;
  person?: string;
  role?: CreditRole;
  /** The character that an actor plays. */
  character?: string | null;
  /** Lower comes first. */
  position?: number | null;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export interface CreditUpsert {
  content?: string | null;
  series?: string | null;
  person: string;
  role: CreditRole;
  /** The character that an actor plays. */
  character?: string | null;
  /** Lower comes first. */
  position?: number | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export type ArtworkKind = 'poster' | 'backdrop' | 'logo' | 'square';

export type ArtworkSort = 'created_at' | '-created_at' | 'updated_at' | '-updated_at';

export type ArtworkFields =
  | 'id'
  | 'kind'
  | 'content'
  | 'series'
  | 'person'
  | 'channel'
  | 'alternative'
  | 'image'
  | 'external_id'
  | 'metadata'
  | 'created_at'
  | 'updated_at';

export type ArtworkExpand =
  | 'content'
  | 'content.categories'
  | 'content.categories.parent'
  | 'content.genres'
  | 'content.series'
  | 'content.series.categories'
  | 'content.series.genres'
  | 'content.season'
  | 'content.season.series'
  | 'content.trailer_of'
  | 'content.trailer_of.categories'
  | 'content.trailer_of.genres'
  | 'content.trailer_of.series'
  | 'content.trailer_of.season'
  | 'content.trailer_of.trailer_of'
  | 'series'
  | 'series.categories'
  | 'series.categories.parent'
  | 'series.genres'
  | 'person'
  | 'channel'
  | 'channel.delayed_from'
  | 'channel.delayed_from.delayed_from'
  | 'channel.delayed_from.titles'
  | 'channel.delayed_from.fillers'
  | 'channel.delayed_from.ad_titles'
  | 'channel.titles'
  | 'channel.titles.categories'
  | 'channel.titles.genres'
  | 'channel.titles.series'
  | 'channel.titles.season'
  | 'channel.titles.trailer_of'
  | 'channel.fillers'
  | 'channel.fillers.categories'
  | 'channel.fillers.genres'
  | 'channel.fillers.series'
  | 'channel.fillers.season'
  | 'channel.fillers.trailer_of'
  | 'channel.ad_titles'
  | 'channel.ad_titles.categories'
  | 'channel.ad_titles.genres'
  | 'channel.ad_titles.series'
  | 'channel.ad_titles.season'
  | 'channel.ad_titles.trailer_of';

/**
 * A picture of content, a series, a person or a channel. A logo or square without any of these belongs to the
 * organization itself. Create the record, then PUT the picture (JPEG, PNG, WebP or AVIF) to `…/artwork/{id}/file`.
 */
export interface Artwork extends ApiRecord {
  /** 12 hexadecimal characters. */
  id: string;
  kind?: ArtworkKind | null;
  content?: string | null;
  series?: string | null;
  person?: string | null;
  channel?: string | null;
  /** Describes the picture for people who cannot see it. */
  alternative?: string | null;
  image?: Record<string, any> | null;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
  created_at?: string;
  updated_at?: string;
}

export interface ArtworkList {
  /** Maximum number of records in the page. */
  limit?: number;
  /** Fields to sort by; “-” for descending. */
  sort?: ArtworkSort | readonly ArtworkSort[];
  /** Return only these fields. */
  fields?: ArtworkFields | readonly ArtworkFields[];
  /** Also return the number of matching records. */
  total?: boolean;
  /** Include the records that these fields reference, as `expanded`; `a.b`: also those that they reference. */
  expand?: ArtworkExpand | readonly ArtworkExpand[];
  /** Id is one of these values. */
  id?: string | readonly string[];
  /** Id is none of these values. */
  'id.not'?: string | readonly string[];
  /** Id contains this text. */
  'id.contains'?: string;
  /** Id is empty. */
  'id.null'?: boolean;
  /** Kind is one of these values. */
  kind?: ArtworkKind | readonly ArtworkKind[];
  /** Kind is none of these values. */
  'kind.not'?: ArtworkKind | readonly ArtworkKind[];
  /** Content is one of these values. */
  content?: string | readonly string[];
  /** Content is none of these values. */
  'content.not'?: string | readonly string[];
  /** Content is empty. */
  'content.null'?: boolean;
  /** Series is one of these values. */
  series?: string | readonly string[];
  /** Series is none of these values. */
  'series.not'?: string | readonly string[];
  /** Series is empty. */
  'series.null'?: boolean;
  /** Person is one of these values. */
  person?: string | readonly string[];
  /** Person is none of these values. */
  'person.not'?: string | readonly string[];
  /** Person is empty. */
  'person.null'?: boolean;
  /** Channel is one of these values. */
  channel?: string | readonly string[];
  /** Channel is none of these values. */
  'channel.not'?: string | readonly string[];
  /** Channel is empty. */
  'channel.null'?: boolean;
  /** External id is one of these values. */
  external_id?: string | readonly string[];
  /** External id is none of these values. */
  'external_id.not'?: string | readonly string[];
  /** External id is empty. */
  'external_id.null'?: boolean;
  /** Created is at least this value. */
  'created_at.gte'?: string | Date;
  /** Created is at most this value. */
  'created_at.lte'?: string | Date;
  /** Created is empty. */
  'created_at.null'?: boolean;
  /** Changed is at least this value. */
  'updated_at.gte'?: string | Date;
  /** Changed is at most this value. */
  'updated_at.lte'?: string | Date;
  /** Changed is empty. */
  'updated_at.null'?: boolean;
}

export interface ArtworkCreate {
  kind: ArtworkKind;
  content?: string | null;
  series?: string | null;
  person?: string | null;
  channel?: string | null;
  /** Describes the picture for people who cannot see it. */
  alternative?: string | null;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export interface ArtworkUpdate {
  kind?: ArtworkKind;
  content?: string | null;
  series?: string | null;
  person?: string | null;
  channel?: string | null;
  /** Describes the picture for people who cannot see it. */
  alternative?: string | null;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export interface ArtworkUpsert {
  kind: ArtworkKind;
  content?: string | null;
  series?: string | null;
  person?: string | null;
  channel?: string | null;
  /** Describes the picture for people who cannot see it. */
  alternative?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export type ChannelStatus = 'off' | 'on';

export type ChannelVisibility = 'public' | 'members';

export type ChannelLiveTakeover = 'always' | 'scheduled';

export type ChannelAds = 'off' | 'signal' | 'insert' | 'interstitials';

export type ChannelSort = 'name' | '-name' | 'created_at' | '-created_at' | 'updated_at' | '-updated_at';

export type ChannelFields =
  | 'id'
  | 'name'
  | 'slug'
  | 'description'
  | 'language'
  | 'time_zone'
  | 'color'
  | 'status'
  | 'visibility'
  | 'scheduler'
  | 'scheduler_settings'
  | 'live_takeover'
  | 'show_viewers'
  | 'delayed_from'
  | 'delay_minutes'
  | 'titles'
  | 'fillers'
  | 'window_s'
  | 'audio_languages'
  | 'caption_languages'
  | 'ads'
  | 'ad_provider'
  | 'ad_settings'
  | 'ad_titles'
  | 'ad_break_s'
  | 'ad_every_s'
  | 'ad_cohorts'
  | 'translations'
  | 'artwork'
  | 'external_id'
  | 'metadata'
  | 'created_at'
  | 'updated_at';

export type ChannelExpand =
  | 'delayed_from'
  | 'delayed_from.delayed_from'
  | 'delayed_from.delayed_from.delayed_from'
  | 'delayed_from.delayed_from.titles'
  | 'delayed_from.delayed_from.fillers'
  | 'delayed_from.delayed_from.ad_titles'
  | 'delayed_from.titles'
  | 'delayed_from.titles.categories'
  | 'delayed_from.titles.genres'
  | 'delayed_from.titles.series'
  | 'delayed_from.titles.season'
  | 'delayed_from.titles.trailer_of'
  | 'delayed_from.fillers'
  | 'delayed_from.fillers.categories'
  | 'delayed_from.fillers.genres'
  | 'delayed_from.fillers.series'
  | 'delayed_from.fillers.season'
  | 'delayed_from.fillers.trailer_of'
  | 'delayed_from.ad_titles'
  | 'delayed_from.ad_titles.categories'
  | 'delayed_from.ad_titles.genres'
  | 'delayed_from.ad_titles.series'
  | 'delayed_from.ad_titles.season'
  | 'delayed_from.ad_titles.trailer_of'
  | 'titles'
  | 'titles.categories'
  | 'titles.categories.parent'
  | 'titles.genres'
  | 'titles.series'
  | 'titles.series.categories'
  | 'titles.series.genres'
  | 'titles.season'
  | 'titles.season.series'
  | 'titles.trailer_of'
  | 'titles.trailer_of.categories'
  | 'titles.trailer_of.genres'
  | 'titles.trailer_of.series'
  | 'titles.trailer_of.season'
  | 'titles.trailer_of.trailer_of'
  | 'fillers'
  | 'fillers.categories'
  | 'fillers.categories.parent'
  | 'fillers.genres'
  | 'fillers.series'
  | 'fillers.series.categories'
  | 'fillers.series.genres'
  | 'fillers.season'
  | 'fillers.season.series'
  | 'fillers.trailer_of'
  | 'fillers.trailer_of.categories'
  | 'fillers.trailer_of.genres'
  | 'fillers.trailer_of.series'
  | 'fillers.trailer_of.season'
  | 'fillers.trailer_of.trailer_of'
  | 'ad_titles'
  | 'ad_titles.categories'
  | 'ad_titles.categories.parent'
  | 'ad_titles.genres'
  | 'ad_titles.series'
  | 'ad_titles.series.categories'
  | 'ad_titles.series.genres'
  | 'ad_titles.season'
  | 'ad_titles.season.series'
  | 'ad_titles.trailer_of'
  | 'ad_titles.trailer_of.categories'
  | 'ad_titles.trailer_of.genres'
  | 'ad_titles.trailer_of.series'
  | 'ad_titles.trailer_of.season'
  | 'ad_titles.trailer_of.trailer_of';

/** A linear channel: programs one after the other, around the clock. */
export interface Channel extends ApiRecord {
  /** 12 hexadecimal characters. */
  id: string;
  name?: string | null;
  slug?: string | null;
  description?: string | null;
  language?: string | null;
  /** IANA name such as Europe/Berlin, in which the schedule is shown. */
  time_zone?: string | null;
  color?: string | null;
  /** Only channels that are on are on the public surface. */
  status?: ChannelStatus | null;
  /** public: for everybody. members: for people with an account. */
  visibility?: ChannelVisibility | null;
  /** grid plays programs alone; loop, shuffle, episodes, rotation and day_templates also the titles below. */
  scheduler?: string | null;
  /** A JSON object such as {"no_repeat": 20} for shuffle; see plugins/schedulers/README.md. */
  scheduler_settings?: Record<string, any> | null;
  /** When the live stream of the channel replaces what the schedule plays. */
  live_takeover?: ChannelLiveTakeover | null;
  /** On the page of the channel, viewers see how many watch at the moment. */
  show_viewers?: boolean | null;
  /** The channel plays what that channel played before, such as an hour ago (“+1”). It has no programs of its own. */
  delayed_from?: string | null;
  /** In minutes. */
  delay_minutes?: number | null;
  /** What a scheduler other than grid plays. */
  titles?: string[];
  /** Short titles that play between programs. Without any, a slate is shown. */
  fillers?: string[];
  /** How far viewers can go back, in seconds. */
  window_s?: number | null;
  /** Language tags, separated by commas; the first is the default. Empty: the language of the channel. */
  audio_languages?: string | null;
  /** Language tags, separated by commas. */
  caption_languages?: string | null;
  /** signal: breaks have fillers and cues (SCTE 35). insert: also ads. interstitials: HLS players add the ads. */
  ads?: ChannelAds | null;
  /** Who decides which ads play. library: among the ads below. */
  ad_provider?: string | null;
  /** A JSON object; for library see plugins/ads_library/README.md. */
  ad_settings?: Record<string, any> | null;
  /** Titles that may play in breaks. */
  ad_titles?: string[];
  /** In seconds, at most: breaks make no program late. */
  ad_break_s?: number | null;
  /** In seconds, in titles without markers. Empty: such titles have no breaks. */
  ad_every_s?: number | null;
  /** Into how many groups viewers are divided, each with its own ads; only with HLS interstitials. */
  ad_cohorts?: number | null;
  translations?: Record<string, any> | null;
  artwork?: any;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
  created_at?: string;
  updated_at?: string;
}

export interface ChannelList {
  /** Maximum number of records in the page. */
  limit?: number;
  /** Fields to sort by; “-” for descending. */
  sort?: ChannelSort | readonly ChannelSort[];
  /** Return only these fields. */
  fields?: ChannelFields | readonly ChannelFields[];
  /** Also return the number of matching records. */
  total?: boolean;
  /** Include the records that these fields reference, as `expanded`; `a.b`: also those that they reference. */
  expand?: ChannelExpand | readonly ChannelExpand[];
  /** Full-text search; the best matches come first. */
  q?: string;
  /** Id is one of these values. */
  id?: string | readonly string[];
  /** Id is none of these values. */
  'id.not'?: string | readonly string[];
  /** Id contains this text. */
  'id.contains'?: string;
  /** Id is empty. */
  'id.null'?: boolean;
  /** Name is one of these values. */
  name?: string | readonly string[];
  /** Name is none of these values. */
  'name.not'?: string | readonly string[];
  /** Name contains this text. */
  'name.contains'?: string;
  /** Slug is one of these values. */
  slug?: string | readonly string[];
  /** Slug is none of these values. */
  'slug.not'?: string | readonly string[];
  /** Status is one of these values. */
  status?: ChannelStatus | readonly ChannelStatus[];
  /** Status is none of these values. */
  'status.not'?: ChannelStatus | readonly ChannelStatus[];
  /** Status is empty. */
  'status.null'?: boolean;
  /** Delayed copy of is one of these values. */
  delayed_from?: string | readonly string[];
  /** Delayed copy of is none of these values. */
  'delayed_from.not'?: string | readonly string[];
  /** Delayed copy of is empty. */
  'delayed_from.null'?: boolean;
  /** Titles is one of these values. */
  titles?: string | readonly string[];
  /** Fillers is one of these values. */
  fillers?: string | readonly string[];
  /** Ads is one of these values. */
  ad_titles?: string | readonly string[];
  /** External id is one of these values. */
  external_id?: string | readonly string[];
  /** External id is none of these values. */
  'external_id.not'?: string | readonly string[];
  /** External id is empty. */
  'external_id.null'?: boolean;
  /** Created is at least this value. */
  'created_at.gte'?: string | Date;
  /** Created is at most this value. */
  'created_at.lte'?: string | Date;
  /** Created is empty. */
  'created_at.null'?: boolean;
  /** Changed is at least this value. */
  'updated_at.gte'?: string | Date;
  /** Changed is at most this value. */
  'updated_at.lte'?: string | Date;
  /** Changed is empty. */
  'updated_at.null'?: boolean;
}

export interface ChannelCreate {
  name: string;
  slug?: string | null;
  description?: string | null;
  language?: string | null;
  /** IANA name such as Europe/Berlin, in which the schedule is shown. */
  time_zone?: string | null;
  color?: string | null;
  /** Only channels that are on are on the public surface. */
  status?: ChannelStatus | null;
  /** public: for everybody. members: for people with an account. */
  visibility?: ChannelVisibility | null;
  /** grid plays programs alone; loop, shuffle, episodes, rotation and day_templates also the titles below. */
  scheduler?: string | null;
  /** A JSON object such as {"no_repeat": 20} for shuffle; see plugins/schedulers/README.md. */
  scheduler_settings?: Record<string, any> | null;
  /** When the live stream of the channel replaces what the schedule plays. */
  live_takeover?: ChannelLiveTakeover | null;
  /** On the page of the channel, viewers see how many watch at the moment. */
  show_viewers?: boolean | null;
  /** The channel plays what that channel played before, such as an hour ago (“+1”). It has no programs of its own. */
  delayed_from?: string | null;
  /** In minutes. */
  delay_minutes?: number | null;
  /** What a scheduler other than grid plays. */
  titles?: readonly string[];
  /** Short titles that play between programs. Without any, a slate is shown. */
  fillers?: readonly string[];
  /** How far viewers can go back, in seconds. */
  window_s?: number | null;
  /** Language tags, separated by commas; the first is the default. Empty: the language of the channel. */
  audio_languages?: string | null;
  /** Language tags, separated by commas. */
  caption_languages?: string | null;
  /** signal: breaks have fillers and cues (SCTE 35). insert: also ads. interstitials: HLS players add the ads. */
  ads?: ChannelAds | null;
  /** Who decides which ads play. library: among the ads below. */
  ad_provider?: string | null;
  /** A JSON object; for library see plugins/ads_library/README.md. */
  ad_settings?: Record<string, any> | null;
  /** Titles that may play in breaks. */
  ad_titles?: readonly string[];
  /** In seconds, at most: breaks make no program late. */
  ad_break_s?: number | null;
  /** In seconds, in titles without markers. Empty: such titles have no breaks. */
  ad_every_s?: number | null;
  /** Into how many groups viewers are divided, each with its own ads; only with HLS interstitials. */
  ad_cohorts?: number | null;
  translations?: Record<string, any> | null;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export interface ChannelUpdate {
  name?: string;
  slug?: string | null;
  description?: string | null;
  language?: string | null;
  /** IANA name such as Europe/Berlin, in which the schedule is shown. */
  time_zone?: string | null;
  color?: string | null;
  /** Only channels that are on are on the public surface. */
  status?: ChannelStatus | null;
  /** public: for everybody. members: for people with an account. */
  visibility?: ChannelVisibility | null;
  /** grid plays programs alone; loop, shuffle, episodes, rotation and day_templates also the titles below. */
  scheduler?: string | null;
  /** A JSON object such as {"no_repeat": 20} for shuffle; see plugins/schedulers/README.md. */
  scheduler_settings?: Record<string, any> | null;
  /** When the live stream of the channel replaces what the schedule plays. */
  live_takeover?: ChannelLiveTakeover | null;
  /** On the page of the channel, viewers see how many watch at the moment. */
  show_viewers?: boolean | null;
  /** The channel plays what that channel played before, such as an hour ago (“+1”). It has no programs of its own. */
  delayed_from?: string | null;
  /** In minutes. */
  delay_minutes?: number | null;
  /** What a scheduler other than grid plays. */
  titles?: readonly string[];
  /** Short titles that play between programs. Without any, a slate is shown. */
  fillers?: readonly string[];
  /** How far viewers can go back, in seconds. */
  window_s?: number | null;
  /** Language tags, separated by commas; the first is the default. Empty: the language of the channel. */
  audio_languages?: string | null;
  /** Language tags, separated by commas. */
  caption_languages?: string | null;
  /** signal: breaks have fillers and cues (SCTE 35). insert: also ads. interstitials: HLS players add the ads. */
  ads?: ChannelAds | null;
  /** Who decides which ads play. library: among the ads below. */
  ad_provider?: string | null;
  /** A JSON object; for library see plugins/ads_library/README.md. */
  ad_settings?: Record<string, any> | null;
  /** Titles that may play in breaks. */
  ad_titles?: readonly string[];
  /** In seconds, at most: breaks make no program late. */
  ad_break_s?: number | null;
  /** In seconds, in titles without markers. Empty: such titles have no breaks. */
  ad_every_s?: number | null;
  /** Into how many groups viewers are divided, each with its own ads; only with HLS interstitials. */
  ad_cohorts?: number | null;
  translations?: Record<string, any> | null;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export interface ChannelUpsert {
  name: string;
  slug?: string | null;
  description?: string | null;
  language?: string | null;
  /** IANA name such as Europe/Berlin, in which the schedule is shown. */
  time_zone?: string | null;
  color?: string | null;
  /** Only channels that are on are on the public surface. */
  status?: ChannelStatus | null;
  /** public: for everybody. members: for people with an account. */
  visibility?: ChannelVisibility | null;
  /** grid plays programs alone; loop, shuffle, episodes, rotation and day_templates also the titles below. */
  scheduler?: string | null;
  /** A JSON object such as {"no_repeat": 20} for shuffle; see plugins/schedulers/README.md. */
  scheduler_settings?: Record<string, any> | null;
  /** When the live stream of the channel replaces what the schedule plays. */
  live_takeover?: ChannelLiveTakeover | null;
  /** On the page of the channel, viewers see how many watch at the moment. */
  show_viewers?: boolean | null;
  /** The channel plays what that channel played before, such as an hour ago (“+1”). It has no programs of its own. */
  delayed_from?: string | null;
  /** In minutes. */
  delay_minutes?: number | null;
  /** What a scheduler other than grid plays. */
  titles?: readonly string[];
  /** Short titles that play between programs. Without any, a slate is shown. */
  fillers?: readonly string[];
  /** How far viewers can go back, in seconds. */
  window_s?: number | null;
  /** Language tags, separated by commas; the first is the default. Empty: the language of the channel. */
  audio_languages?: string | null;
  /** Language tags, separated by commas. */
  caption_languages?: string | null;
  /** signal: breaks have fillers and cues (SCTE 35). insert: also ads. interstitials: HLS players add the ads. */
  ads?: ChannelAds | null;
  /** Who decides which ads play. library: among the ads below. */
  ad_provider?: string | null;
  /** A JSON object; for library see plugins/ads_library/README.md. */
  ad_settings?: Record<string, any> | null;
  /** Titles that may play in breaks. */
  ad_titles?: readonly string[];
  /** In seconds, at most: breaks make no program late. */
  ad_break_s?: number | null;
  /** In seconds, in titles without markers. Empty: such titles have no breaks. */
  ad_every_s?: number | null;
  /** Into how many groups viewers are divided, each with its own ads; only with HLS interstitials. */
  ad_cohorts?: number | null;
  translations?: Record<string, any> | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export type ProgramAds = 'inherit' | 'off';

export type ProgramSort =
  | 'title'
  | '-title'
  | 'starts_at'
  | '-starts_at'
  | 'created_at'
  | '-created_at'
  | 'updated_at'
  | '-updated_at';

export type ProgramFields =
  | 'id'
  | 'channel'
  | 'content'
  | 'title'
  | 'starts_at'
  | 'duration_s'
  | 'live'
  | 'ads'
  | 'replay'
  | 'catch_up_days'
  | 'notes'
  | 'external_id'
  | 'metadata'
  | 'created_at'
  | 'updated_at';

export type ProgramExpand =
  | 'channel'
  | 'channel.delayed_from'
  | 'channel.delayed_from.delayed_from'
  | 'channel.delayed_from.titles'
  | 'channel.delayed_from.fillers'
  | 'channel.delayed_from.ad_titles'
  | 'channel.titles'
  | 'channel.titles.categories'
  | 'channel.titles.genres'
  | 'channel.titles.series'
  | 'channel.titles.season'
  | 'channel.titles.trailer_of'
  | 'channel.fillers'
  | 'channel.fillers.categories'
  | 'channel.fillers.genres'
  | 'channel.fillers.series'
  | 'channel.fillers.season'
  | 'channel.fillers.trailer_of'
  | 'channel.ad_titles'
  | 'channel.ad_titles.categories'
  | 'channel.ad_titles.genres'
  | 'channel.ad_titles.series'
  | 'channel.ad_titles.season'
  | 'channel.ad_titles.trailer_of'
  | 'content'
  | 'content.categories'
  | 'content.categories.parent'
  | 'content.genres'
  | 'content.series'
  | 'content.series.categories'
  | 'content.series.genres'
  | 'content.season'
  | 'content.season.series'
  | 'content.trailer_of'
  | 'content.trailer_of.categories'
  | 'content.trailer_of.genres'
  | 'content.trailer_of.series'
  | 'content.trailer_of.season'
  | 'content.trailer_of.trailer_of';

/**
 * One airing of content on a channel, with a start time and a duration. To create one, send the ids of the channel
 * and the content and the start time; the duration defaults to that of the content's media. The programs of a
 * channel must not overlap, and begin in the future. One that was aired, or is about to be, is not moved, shortened
 * or deleted.
 */
export interface Program extends ApiRecord {
  /** 12 hexadecimal characters. */
  id: string;
  channel?: string | null;
  content?: string | null;
  /** Only when it is announced under another title than the content's. */
  title?: string | null;
  starts_at?: string | null;
  /** Whole seconds; defaults to the duration of the content's media. */
  duration_s?: number | null;
  /** While the channel has a live stream, that is on instead of the content. */
  live?: boolean | null;
  /** off: the program is shown without breaks. */
  ads?: ProgramAds | null;
  /** The program is a repeat. */
  replay?: boolean | null;
  /** Days for which it can be watched after the airing. */
  catch_up_days?: number | null;
  notes?: string | null;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
  created_at?: string;
  updated_at?: string;
}

export interface ProgramList {
  /** Maximum number of records in the page. */
  limit?: number;
  /** Fields to sort by; “-” for descending. */
  sort?: ProgramSort | readonly ProgramSort[];
  /** Return only these fields. */
  fields?: ProgramFields | readonly ProgramFields[];
  /** Also return the number of matching records. */
  total?: boolean;
  /** Include the records that these fields reference, as `expanded`; `a.b`: also those that they reference. */
  expand?: ProgramExpand | readonly ProgramExpand[];
  /** Id is one of these values. */
  id?: string | readonly string[];
  /** Id is none of these values. */
  'id.not'?: string | readonly string[];
  /** Id contains this text. */
  'id.contains'?: string;
  /** Id is empty. */
  'id.null'?: boolean;
  /** Channel is one of these values. */
  channel?: string | readonly string[];
  /** Channel is none of these values. */
  'channel.not'?: string | readonly string[];
  /** Content is one of these values. */
  content?: string | readonly string[];
  /** Content is none of these values. */
  'content.not'?: string | readonly string[];
  /** Starts is at least this value. */
  'starts_at.gte'?: string | Date;
  /** Starts is at most this value. */
  'starts_at.lte'?: string | Date;
  /** External id is one of these values. */
  external_id?: string | readonly string[];
  /** External id is none of these values. */
  'external_id.not'?: string | readonly string[];
  /** External id is empty. */
  'external_id.null'?: boolean;
  /** Created is at least this value. */
  'created_at.gte'?: string | Date;
  /** Created is at most this value. */
  'created_at.lte'?: string | Date;
  /** Created is empty. */
  'created_at.null'?: boolean;
  /** Changed is at least this value. */
  'updated_at.gte'?: string | Date;
  /** Changed is at most this value. */
  'updated_at.lte'?: string | Date;
  /** Changed is empty. */
  'updated_at.null'?: boolean;
}

export interface ProgramCreate {
  channel: string;
  content: string;
  /** Only when it is announced under another title than the content's. */
  title?: string | null;
  starts_at: string | Date;
  /** Whole seconds; defaults to the duration of the content's media. */
  duration_s?: number | null;
  /** While the channel has a live stream, that is on instead of the content. */
  live?: boolean | null;
  /** off: the program is shown without breaks. */
  ads?: ProgramAds | null;
  /** The program is a repeat. */
  replay?: boolean | null;
  /** Days for which it can be watched after the airing. */
  catch_up_days?: number | null;
  notes?: string | null;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export interface ProgramUpdate {
  channel?: string;
  content?: string;
  /** Only when it is announced under another title than the content's. */
  title?: string | null;
  starts_at?: string | Date;
  /** Whole seconds; defaults to the duration of the content's media. */
  duration_s?: number | null;
  /** While the channel has a live stream, that is on instead of the content. */
  live?: boolean | null;
  /** off: the program is shown without breaks. */
  ads?: ProgramAds | null;
  /** The program is a repeat. */
  replay?: boolean | null;
  /** Days for which it can be watched after the airing. */
  catch_up_days?: number | null;
  notes?: string | null;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export interface ProgramUpsert {
  channel: string;
  content: string;
  /** Only when it is announced under another title than the content's. */
  title?: string | null;
  starts_at: string | Date;
  /** Whole seconds; defaults to the duration of the content's media. */
  duration_s?: number | null;
  /** While the channel has a live stream, that is on instead of the content. */
  live?: boolean | null;
  /** off: the program is shown without breaks. */
  ads?: ProgramAds | null;
  /** The program is a repeat. */
  replay?: boolean | null;
  /** Days for which it can be watched after the airing. */
  catch_up_days?: number | null;
  notes?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export type SimulcastTargetSort = 'name' | '-name' | 'created_at' | '-created_at' | 'updated_at' | '-updated_at';

export type SimulcastTargetFields =
  | 'id'
  | 'channel'
  | 'name'
  | 'url'
  | 'enabled'
  | 'external_id'
  | 'metadata'
  | 'created_at'
  | 'updated_at';

export type SimulcastTargetExpand =
  | 'channel'
  | 'channel.delayed_from'
  | 'channel.delayed_from.delayed_from'
  | 'channel.delayed_from.titles'
  | 'channel.delayed_from.fillers'
  | 'channel.delayed_from.ad_titles'
  | 'channel.titles'
  | 'channel.titles.categories'
  | 'channel.titles.genres'
  | 'channel.titles.series'
  | 'channel.titles.season'
  | 'channel.titles.trailer_of'
  | 'channel.fillers'
  | 'channel.fillers.categories'
  | 'channel.fillers.genres'
  | 'channel.fillers.series'
  | 'channel.fillers.season'
  | 'channel.fillers.trailer_of'
  | 'channel.ad_titles'
  | 'channel.ad_titles.categories'
  | 'channel.ad_titles.genres'
  | 'channel.ad_titles.series'
  | 'channel.ad_titles.season'
  | 'channel.ad_titles.trailer_of';

/**
 * A server to which the live streams of a channel are sent on while they last, by RTMP or RTMPS, such as that of a
 * social network. The stream key is stored encrypted and never returned.
 */
export interface SimulcastTarget extends ApiRecord {
  /** 12 hexadecimal characters. */
  id: string;
  channel?: string | null;
  name?: string | null;
  /** Server of the target without the stream key, such as rtmps://live.example.org/app. */
  url?: string | null;
  enabled?: boolean | null;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
  created_at?: string;
  updated_at?: string;
}

export interface SimulcastTargetList {
  /** Maximum number of records in the page. */
  limit?: number;
  /** Fields to sort by; “-” for descending. */
  sort?: SimulcastTargetSort | readonly SimulcastTargetSort[];
  /** Return only these fields. */
  fields?: SimulcastTargetFields | readonly SimulcastTargetFields[];
  /** Also return the number of matching records. */
  total?: boolean;
  /** Include the records that these fields reference, as `expanded`; `a.b`: also those that they reference. */
  expand?: SimulcastTargetExpand | readonly SimulcastTargetExpand[];
  /** Id is one of these values. */
  id?: string | readonly string[];
  /** Id is none of these values. */
  'id.not'?: string | readonly string[];
  /** Id contains this text. */
  'id.contains'?: string;
  /** Id is empty. */
  'id.null'?: boolean;
  /** Channel is one of these values. */
  channel?: string | readonly string[];
  /** Channel is none of these values. */
  'channel.not'?: string | readonly string[];
  /** Enabled is one of these values. */
  enabled?: boolean | readonly boolean[];
  /** External id is one of these values. */
  external_id?: string | readonly string[];
  /** External id is none of these values. */
  'external_id.not'?: string | readonly string[];
  /** External id is empty. */
  'external_id.null'?: boolean;
  /** Created is at least this value. */
  'created_at.gte'?: string | Date;
  /** Created is at most this value. */
  'created_at.lte'?: string | Date;
  /** Created is empty. */
  'created_at.null'?: boolean;
  /** Changed is at least this value. */
  'updated_at.gte'?: string | Date;
  /** Changed is at most this value. */
  'updated_at.lte'?: string | Date;
  /** Changed is empty. */
  'updated_at.null'?: boolean;
}

export interface SimulcastTargetCreate {
  channel: string;
  name: string;
  /** Server of the target without the stream key, such as rtmps://live.example.org/app. */
  url: string;
  /** The stream key of the target. Empty: the stored one stays. */
  key: string;
  enabled?: boolean | null;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export interface SimulcastTargetUpdate {
  channel?: string;
  name?: string;
  /** Server of the target without the stream key, such as rtmps://live.example.org/app. */
  url?: string;
  /** The stream key of the target. Empty: the stored one stays. */
  key?: string;
  enabled?: boolean | null;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export interface SimulcastTargetUpsert {
  channel: string;
  name: string;
  /** Server of the target without the stream key, such as rtmps://live.example.org/app. */
  url: string;
  /** The stream key of the target. Empty: the stored one stays. */
  key: string;
  enabled?: boolean | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export type LibraryProtection = 'none' | 'cbcs' | 'cenc';

export type LibrarySort = 'name' | '-name' | 'created_at' | '-created_at' | 'updated_at' | '-updated_at';

export type LibraryFields =
  | 'id'
  | 'name'
  | 'label'
  | 'profile'
  | 'protection'
  | 'available'
  | 'external_id'
  | 'metadata'
  | 'created_at'
  | 'updated_at';

/**
 * A folder that the server watches for media files. Libraries are configured in the configuration file; here they
 * get a label, and they are the targets of uploads.
 */
export interface Library extends ApiRecord {
  /** 12 hexadecimal characters. */
  id: string;
  name?: string | null;
  label?: string | null;
  profile?: string | null;
  /**
   * Encryption of the media, unless they say otherwise. Libraries for which the configuration file says it get that
   * again when the server starts.
   */
  protection?: LibraryProtection | null;
  available?: boolean | null;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
  created_at?: string;
  updated_at?: string;
}

export interface LibraryList {
  /** Maximum number of records in the page. */
  limit?: number;
  /** Fields to sort by; “-” for descending. */
  sort?: LibrarySort | readonly LibrarySort[];
  /** Return only these fields. */
  fields?: LibraryFields | readonly LibraryFields[];
  /** Also return the number of matching records. */
  total?: boolean;
  /** Id is one of these values. */
  id?: string | readonly string[];
  /** Id is none of these values. */
  'id.not'?: string | readonly string[];
  /** Id contains this text. */
  'id.contains'?: string;
  /** Id is empty. */
  'id.null'?: boolean;
  /** Name is one of these values. */
  name?: string | readonly string[];
  /** Name is none of these values. */
  'name.not'?: string | readonly string[];
  /** Name contains this text. */
  'name.contains'?: string;
  /** External id is one of these values. */
  external_id?: string | readonly string[];
  /** External id is none of these values. */
  'external_id.not'?: string | readonly string[];
  /** External id is empty. */
  'external_id.null'?: boolean;
  /** Created is at least this value. */
  'created_at.gte'?: string | Date;
  /** Created is at most this value. */
  'created_at.lte'?: string | Date;
  /** Created is empty. */
  'created_at.null'?: boolean;
  /** Changed is at least this value. */
  'updated_at.gte'?: string | Date;
  /** Changed is at most this value. */
  'updated_at.lte'?: string | Date;
  /** Changed is empty. */
  'updated_at.null'?: boolean;
}

export type MediaRole = 'main' | 'trailer' | 'extra';

export type MediaState = 'found' | 'probed' | 'planned' | 'encoding' | 'live' | 'ready' | 'failed';

export type MediaProtection = 'library' | 'none' | 'cbcs' | 'cenc';

export type MediaSort =
  | 'title'
  | '-title'
  | 'state'
  | '-state'
  | 'created_at'
  | '-created_at'
  | 'updated_at'
  | '-updated_at';

export type MediaFields =
  | 'id'
  | 'title'
  | 'content'
  | 'role'
  | 'state'
  | 'library'
  | 'duration_s'
  | 'intro_start_s'
  | 'intro_end_s'
  | 'credits_start_s'
  | 'ad_breaks'
  | 'playable'
  | 'progress'
  | 'error'
  | 'protection'
  | 'encryption'
  | 'playback'
  | 'tracks'
  | 'chapters'
  | 'notices'
  | 'info'
  | 'external_id'
  | 'metadata'
  | 'created_at'
  | 'updated_at';

export type MediaExpand =
  | 'content'
  | 'content.categories'
  | 'content.categories.parent'
  | 'content.genres'
  | 'content.series'
  | 'content.series.categories'
  | 'content.series.genres'
  | 'content.season'
  | 'content.season.series'
  | 'content.trailer_of'
  | 'content.trailer_of.categories'
  | 'content.trailer_of.genres'
  | 'content.trailer_of.series'
  | 'content.trailer_of.season'
  | 'content.trailer_of.trailer_of';

/**
 * A file of a library and everything encoded from it: renditions, subtitles and thumbnails. It is playable as soon
 * as its first segments are published. Media are linked to content automatically; the link can be changed. A
 * deletion includes everything that was encoded.
 */
export interface Media extends ApiRecord {
  /** 12 hexadecimal characters. */
  id: string;
  title?: string | null;
  content?: string | null;
  /** Main media of its content, a trailer or an extra. */
  role?: MediaRole | null;
  state?: MediaState | null;
  library?: string | null;
  duration_s?: number | null;
  /** Seconds. Viewers can skip the intro. */
  intro_start_s?: number | null;
  /** Seconds. */
  intro_end_s?: number | null;
  /** Seconds. Players offer the next episode from then on. */
  credits_start_s?: number | null;
  /** Times in seconds, separated by commas, at which channels may interrupt for ads. */
  ad_breaks?: string | null;
  playable?: boolean | null;
  progress?: any;
  error?: any;
  /** Encryption of the segments. A change repackages them, without encoding. Meanwhile the title plays as before. */
  protection?: MediaProtection | null;
  /** Of what plays: cbcs, cenc or none. */
  encryption?: any;
  /** URLs of the manifests and images. */
  playback?: any;
  /** The video, audio and text renditions. */
  tracks?: any;
  chapters?: any;
  notices?: any;
  /** Metadata from NFO files and the file's tags. */
  info?: any;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
  created_at?: string;
  updated_at?: string;
}

export interface MediaList {
  /** Maximum number of records in the page. */
  limit?: number;
  /** Fields to sort by; “-” for descending. */
  sort?: MediaSort | readonly MediaSort[];
  /** Return only these fields. */
  fields?: MediaFields | readonly MediaFields[];
  /** Also return the number of matching records. */
  total?: boolean;
  /** Include the records that these fields reference, as `expanded`; `a.b`: also those that they reference. */
  expand?: MediaExpand | readonly MediaExpand[];
  /** Full-text search; the best matches come first. */
  q?: string;
  /** Id is one of these values. */
  id?: string | readonly string[];
  /** Id is none of these values. */
  'id.not'?: string | readonly string[];
  /** Id contains this text. */
  'id.contains'?: string;
  /** Id is empty. */
  'id.null'?: boolean;
  /** Title is one of these values. */
  title?: string | readonly string[];
  /** Title is none of these values. */
  'title.not'?: string | readonly string[];
  /** Title contains this text. */
  'title.contains'?: string;
  /** Content is one of these values. */
  content?: string | readonly string[];
  /** Content is none of these values. */
  'content.not'?: string | readonly string[];
  /** Content is empty. */
  'content.null'?: boolean;
  /** Role is one of these values. */
  role?: MediaRole | readonly MediaRole[];
  /** Role is none of these values. */
  'role.not'?: MediaRole | readonly MediaRole[];
  /** Role is empty. */
  'role.null'?: boolean;
  /** State is one of these values. */
  state?: MediaState | readonly MediaState[];
  /** State is none of these values. */
  'state.not'?: MediaState | readonly MediaState[];
  /** State is empty. */
  'state.null'?: boolean;
  /** Library is one of these values. */
  library?: string | readonly string[];
  /** Library is none of these values. */
  'library.not'?: string | readonly string[];
  /** Library contains this text. */
  'library.contains'?: string;
  /** Library is empty. */
  'library.null'?: boolean;
  /** Protection is one of these values. */
  protection?: MediaProtection | readonly MediaProtection[];
  /** Protection is none of these values. */
  'protection.not'?: MediaProtection | readonly MediaProtection[];
  /** Protection is empty. */
  'protection.null'?: boolean;
  /** External id is one of these values. */
  external_id?: string | readonly string[];
  /** External id is none of these values. */
  'external_id.not'?: string | readonly string[];
  /** External id is empty. */
  'external_id.null'?: boolean;
  /** Created is at least this value. */
  'created_at.gte'?: string | Date;
  /** Created is at most this value. */
  'created_at.lte'?: string | Date;
  /** Created is empty. */
  'created_at.null'?: boolean;
  /** Changed is at least this value. */
  'updated_at.gte'?: string | Date;
  /** Changed is at most this value. */
  'updated_at.lte'?: string | Date;
  /** Changed is empty. */
  'updated_at.null'?: boolean;
}

export interface MediaUpdate {
  title?: string;
  content?: string | null;
  /** Main media of its content, a trailer or an extra. */
  role?: MediaRole | null;
  /** Seconds. Viewers can skip the intro. */
  intro_start_s?: number | null;
  /** Seconds. */
  intro_end_s?: number | null;
  /** Seconds. Players offer the next episode from then on. */
  credits_start_s?: number | null;
  /** Times in seconds, separated by commas, at which channels may interrupt for ads. */
  ad_breaks?: string | null;
  /** Encryption of the segments. A change repackages them, without encoding. Meanwhile the title plays as before. */
  protection?: MediaProtection | null;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export type ViewerGroupSort = 'name' | '-name' | 'created_at' | '-created_at' | 'updated_at' | '-updated_at';

export type ViewerGroupFields = 'id' | 'name' | 'members' | 'external_id' | 'metadata' | 'created_at' | 'updated_at';

/**
 * A group of viewers, such as a class, a company or the crew of a film. A grant to the group applies to each of its
 * members.
 */
export interface ViewerGroup extends ApiRecord {
  /** 12 hexadecimal characters. */
  id: string;
  name?: string | null;
  members?: string[];
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
  created_at?: string;
  updated_at?: string;
}

export interface ViewerGroupList {
  /** Maximum number of records in the page. */
  limit?: number;
  /** Fields to sort by; “-” for descending. */
  sort?: ViewerGroupSort | readonly ViewerGroupSort[];
  /** Return only these fields. */
  fields?: ViewerGroupFields | readonly ViewerGroupFields[];
  /** Also return the number of matching records. */
  total?: boolean;
  /** Full-text search; the best matches come first. */
  q?: string;
  /** Id is one of these values. */
  id?: string | readonly string[];
  /** Id is none of these values. */
  'id.not'?: string | readonly string[];
  /** Id contains this text. */
  'id.contains'?: string;
  /** Id is empty. */
  'id.null'?: boolean;
  /** Name is one of these values. */
  name?: string | readonly string[];
  /** Name is none of these values. */
  'name.not'?: string | readonly string[];
  /** Name contains this text. */
  'name.contains'?: string;
  /** Members is one of these values. */
  members?: string | readonly string[];
  /** External id is one of these values. */
  external_id?: string | readonly string[];
  /** External id is none of these values. */
  'external_id.not'?: string | readonly string[];
  /** External id is empty. */
  'external_id.null'?: boolean;
  /** Created is at least this value. */
  'created_at.gte'?: string | Date;
  /** Created is at most this value. */
  'created_at.lte'?: string | Date;
  /** Created is empty. */
  'created_at.null'?: boolean;
  /** Changed is at least this value. */
  'updated_at.gte'?: string | Date;
  /** Changed is at most this value. */
  'updated_at.lte'?: string | Date;
  /** Changed is empty. */
  'updated_at.null'?: boolean;
}

export interface ViewerGroupCreate {
  name: string;
  members?: readonly string[];
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export interface ViewerGroupUpdate {
  name?: string;
  members?: readonly string[];
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export interface ViewerGroupUpsert {
  name: string;
  members?: readonly string[];
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export type GrantEffect = 'allow' | 'deny';

export type GrantScope = 'everything' | 'category' | 'series' | 'title';

export type GrantMaxQuality = 'sd' | 'hd';

export type GrantSource = 'hand' | 'api' | 'code' | 'payment' | 'plugin';

export type GrantSort = 'ends_at' | '-ends_at' | 'created_at' | '-created_at' | 'updated_at' | '-updated_at';

export type GrantFields =
  | 'id'
  | 'user'
  | 'group'
  | 'effect'
  | 'scope'
  | 'content'
  | 'series'
  | 'category'
  | 'max_quality'
  | 'starts_at'
  | 'ends_at'
  | 'reason'
  | 'source'
  | 'giver'
  | 'external_id'
  | 'metadata'
  | 'created_at'
  | 'updated_at';

export type GrantExpand =
  | 'group'
  | 'content'
  | 'content.categories'
  | 'content.categories.parent'
  | 'content.genres'
  | 'content.series'
  | 'content.series.categories'
  | 'content.series.genres'
  | 'content.season'
  | 'content.season.series'
  | 'content.trailer_of'
  | 'content.trailer_of.categories'
  | 'content.trailer_of.genres'
  | 'content.trailer_of.series'
  | 'content.trailer_of.season'
  | 'content.trailer_of.trailer_of'
  | 'series'
  | 'series.categories'
  | 'series.categories.parent'
  | 'series.genres'
  | 'category'
  | 'category.parent'
  | 'category.parent.parent';

/**
 * The right of a viewer, or of each member of a viewer group, to watch a title, a series, a category or everything,
 * for a time or for ever. It applies to titles whose visibility is “entitled”. A grant with the effect “deny”
 * refuses titles for members too, and is stronger than any other grant. Public titles play for everybody. To revoke
 * a grant, delete it.
 */
export interface Grant extends ApiRecord {
  /** 12 hexadecimal characters. */
  id: string;
  /** Either a viewer or a group. */
  user?: string | null;
  group?: string | null;
  effect?: GrantEffect | null;
  /** A series covers its episodes, a category its titles, series and subcategories; also those that are added later. */
  scope?: GrantScope | null;
  /** With the scope “title” only. */
  content?: string | null;
  /** With the scope “series” only. */
  series?: string | null;
  /** With the scope “category” only. */
  category?: string | null;
  /** The best picture that it includes. Empty: every quality. */
  max_quality?: GrantMaxQuality | null;
  /** Empty: at once. */
  starts_at?: string | null;
  /** Empty: for ever. */
  ends_at?: string | null;
  /** Why it was given, such as “festival pass”. Viewers do not see it. */
  reason?: string | null;
  source?: GrantSource | null;
  /** The user, API key, code or plugin that has given it. */
  giver?: string | null;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
  created_at?: string;
  updated_at?: string;
}

export interface GrantList {
  /** Maximum number of records in the page. */
  limit?: number;
  /** Fields to sort by; “-” for descending. */
  sort?: GrantSort | readonly GrantSort[];
  /** Return only these fields. */
  fields?: GrantFields | readonly GrantFields[];
  /** Also return the number of matching records. */
  total?: boolean;
  /** Include the records that these fields reference, as `expanded`; `a.b`: also those that they reference. */
  expand?: GrantExpand | readonly GrantExpand[];
  /** Id is one of these values. */
  id?: string | readonly string[];
  /** Id is none of these values. */
  'id.not'?: string | readonly string[];
  /** Id contains this text. */
  'id.contains'?: string;
  /** Id is empty. */
  'id.null'?: boolean;
  /** Viewer is one of these values. */
  user?: string | readonly string[];
  /** Viewer is none of these values. */
  'user.not'?: string | readonly string[];
  /** Viewer is empty. */
  'user.null'?: boolean;
  /** Group is one of these values. */
  group?: string | readonly string[];
  /** Group is none of these values. */
  'group.not'?: string | readonly string[];
  /** Group is empty. */
  'group.null'?: boolean;
  /** Effect is one of these values. */
  effect?: GrantEffect | readonly GrantEffect[];
  /** Effect is none of these values. */
  'effect.not'?: GrantEffect | readonly GrantEffect[];
  /** Effect is empty. */
  'effect.null'?: boolean;
  /** Covers is one of these values. */
  scope?: GrantScope | readonly GrantScope[];
  /** Covers is none of these values. */
  'scope.not'?: GrantScope | readonly GrantScope[];
  /** Title is one of these values. */
  content?: string | readonly string[];
  /** Title is none of these values. */
  'content.not'?: string | readonly string[];
  /** Title is empty. */
  'content.null'?: boolean;
  /** Series is one of these values. */
  series?: string | readonly string[];
  /** Series is none of these values. */
  'series.not'?: string | readonly string[];
  /** Series is empty. */
  'series.null'?: boolean;
  /** Category is one of these values. */
  category?: string | readonly string[];
  /** Category is none of these values. */
  'category.not'?: string | readonly string[];
  /** Category is empty. */
  'category.null'?: boolean;
  /** Best quality is one of these values. */
  max_quality?: GrantMaxQuality | readonly GrantMaxQuality[];
  /** Best quality is none of these values. */
  'max_quality.not'?: GrantMaxQuality | readonly GrantMaxQuality[];
  /** Best quality is empty. */
  'max_quality.null'?: boolean;
  /** Until is at least this value. */
  'ends_at.gte'?: string | Date;
  /** Until is at most this value. */
  'ends_at.lte'?: string | Date;
  /** Until is empty. */
  'ends_at.null'?: boolean;
  /** Reason is one of these values. */
  reason?: string | readonly string[];
  /** Reason is none of these values. */
  'reason.not'?: string | readonly string[];
  /** Reason contains this text. */
  'reason.contains'?: string;
  /** Reason is empty. */
  'reason.null'?: boolean;
  /** Given by is one of these values. */
  source?: GrantSource | readonly GrantSource[];
  /** Given by is none of these values. */
  'source.not'?: GrantSource | readonly GrantSource[];
  /** Given by is empty. */
  'source.null'?: boolean;
  /** External id is one of these values. */
  external_id?: string | readonly string[];
  /** External id is none of these values. */
  'external_id.not'?: string | readonly string[];
  /** External id is empty. */
  'external_id.null'?: boolean;
  /** Created is at least this value. */
  'created_at.gte'?: string | Date;
  /** Created is at most this value. */
  'created_at.lte'?: string | Date;
  /** Created is empty. */
  'created_at.null'?: boolean;
  /** Changed is at least this value. */
  'updated_at.gte'?: string | Date;
  /** Changed is at most this value. */
  'updated_at.lte'?: string | Date;
  /** Changed is empty. */
  'updated_at.null'?: boolean;
}

export interface GrantCreate {
  /** Either a viewer or a group. */
  user?: string | null;
  group?: string | null;
  /** The address of a member, instead of the id of the viewer. */
  email?: string | null;
  effect?: GrantEffect | null;
  /** A series covers its episodes, a category its titles, series and subcategories; also those that are added later. */
  scope: GrantScope;
  /** With the scope “title” only. */
  content?: string | null;
  /** With the scope “series” only. */
  series?: string | null;
  /** With the scope “category” only. */
  category?: string | null;
  /** The best picture that it includes. Empty: every quality. */
  max_quality?: GrantMaxQuality | null;
  /** Empty: at once. */
  starts_at?: string | Date | null;
  /** Empty: for ever. */
  ends_at?: string | Date | null;
  /** Why it was given, such as “festival pass”. Viewers do not see it. */
  reason?: string | null;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export interface GrantUpdate {
  /** Either a viewer or a group. */
  user?: string | null;
  group?: string | null;
  /** The address of a member, instead of the id of the viewer. */
  email?: string | null;
  effect?: GrantEffect | null;
  /** A series covers its episodes, a category its titles, series and subcategories; also those that are added later. */
  scope?: GrantScope;
  /** With the scope “title” only. */
  content?: string | null;
  /** With the scope “series” only. */
  series?: string | null;
  /** With the scope “category” only. */
  category?: string | null;
  /** The best picture that it includes. Empty: every quality. */
  max_quality?: GrantMaxQuality | null;
  /** Empty: at once. */
  starts_at?: string | Date | null;
  /** Empty: for ever. */
  ends_at?: string | Date | null;
  /** Why it was given, such as “festival pass”. Viewers do not see it. */
  reason?: string | null;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export interface GrantUpsert {
  /** Either a viewer or a group. */
  user?: string | null;
  group?: string | null;
  /** The address of a member, instead of the id of the viewer. */
  email?: string | null;
  effect?: GrantEffect | null;
  /** A series covers its episodes, a category its titles, series and subcategories; also those that are added later. */
  scope: GrantScope;
  /** With the scope “title” only. */
  content?: string | null;
  /** With the scope “series” only. */
  series?: string | null;
  /** With the scope “category” only. */
  category?: string | null;
  /** The best picture that it includes. Empty: every quality. */
  max_quality?: GrantMaxQuality | null;
  /** Empty: at once. */
  starts_at?: string | Date | null;
  /** Empty: for ever. */
  ends_at?: string | Date | null;
  /** Why it was given, such as “festival pass”. Viewers do not see it. */
  reason?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export type AccessCodeScope = 'everything' | 'category' | 'series' | 'title';

export type AccessCodeMaxQuality = 'sd' | 'hd';

export type AccessCodeSort = 'name' | '-name' | 'created_at' | '-created_at' | 'updated_at' | '-updated_at';

export type AccessCodeFields =
  | 'id'
  | 'name'
  | 'scope'
  | 'content'
  | 'series'
  | 'category'
  | 'max_quality'
  | 'days'
  | 'quantity'
  | 'uses_per_code'
  | 'expires_at'
  | 'redeemed'
  | 'external_id'
  | 'metadata'
  | 'created_at'
  | 'updated_at';

export type AccessCodeExpand =
  | 'content'
  | 'content.categories'
  | 'content.categories.parent'
  | 'content.genres'
  | 'content.series'
  | 'content.series.categories'
  | 'content.series.genres'
  | 'content.season'
  | 'content.season.series'
  | 'content.trailer_of'
  | 'content.trailer_of.categories'
  | 'content.trailer_of.genres'
  | 'content.trailer_of.series'
  | 'content.trailer_of.season'
  | 'content.trailer_of.trailer_of'
  | 'series'
  | 'series.categories'
  | 'series.categories.parent'
  | 'series.genres'
  | 'category'
  | 'category.parent'
  | 'category.parent.parent';

/**
 * Codes with the same terms, for viewers who redeem them on the site. Each gives the viewer a grant. The codes are
 * generated when the record is created, and returned once, one a line; only their hashes are stored. When the
 * record is deleted its codes can no longer be redeemed; grants that they have given stay.
 */
export interface AccessCode extends ApiRecord {
  /** 12 hexadecimal characters. */
  id: string;
  /** What the codes are for. It becomes the reason of the grants. */
  name?: string | null;
  /** A series covers its episodes, a category its titles, series and subcategories; also those that are added later. */
  scope?: AccessCodeScope | null;
  /** With the scope “title” only. */
  content?: string | null;
  /** With the scope “series” only. */
  series?: string | null;
  /** With the scope “category” only. */
  category?: string | null;
  /** The best picture that it includes. Empty: every quality. */
  max_quality?: AccessCodeMaxQuality | null;
  /** How long viewers may watch after they have redeemed the code. Empty: for ever. */
  days?: number | null;
  quantity?: number | null;
  /** How many viewers may redeem each code. */
  uses_per_code?: number | null;
  /** Empty: for ever. */
  expires_at?: string | null;
  /** How often its codes were redeemed. */
  redeemed?: any;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
  created_at?: string;
  updated_at?: string;
  /** Returned once, when it is created. */
  codes?: string;
}

export interface AccessCodeList {
  /** Maximum number of records in the page. */
  limit?: number;
  /** Fields to sort by; “-” for descending. */
  sort?: AccessCodeSort | readonly AccessCodeSort[];
  /** Return only these fields. */
  fields?: AccessCodeFields | readonly AccessCodeFields[];
  /** Also return the number of matching records. */
  total?: boolean;
  /** Include the records that these fields reference, as `expanded`; `a.b`: also those that they reference. */
  expand?: AccessCodeExpand | readonly AccessCodeExpand[];
  /** Id is one of these values. */
  id?: string | readonly string[];
  /** Id is none of these values. */
  'id.not'?: string | readonly string[];
  /** Id contains this text. */
  'id.contains'?: string;
  /** Id is empty. */
  'id.null'?: boolean;
  /** Name is one of these values. */
  name?: string | readonly string[];
  /** Name is none of these values. */
  'name.not'?: string | readonly string[];
  /** Name contains this text. */
  'name.contains'?: string;
  /** Covers is one of these values. */
  scope?: AccessCodeScope | readonly AccessCodeScope[];
  /** Covers is none of these values. */
  'scope.not'?: AccessCodeScope | readonly AccessCodeScope[];
  /** Title is one of these values. */
  content?: string | readonly string[];
  /** Title is none of these values. */
  'content.not'?: string | readonly string[];
  /** Title is empty. */
  'content.null'?: boolean;
  /** Series is one of these values. */
  series?: string | readonly string[];
  /** Series is none of these values. */
  'series.not'?: string | readonly string[];
  /** Series is empty. */
  'series.null'?: boolean;
  /** Category is one of these values. */
  category?: string | readonly string[];
  /** Category is none of these values. */
  'category.not'?: string | readonly string[];
  /** Category is empty. */
  'category.null'?: boolean;
  /** Best quality is one of these values. */
  max_quality?: AccessCodeMaxQuality | readonly AccessCodeMaxQuality[];
  /** Best quality is none of these values. */
  'max_quality.not'?: AccessCodeMaxQuality | readonly AccessCodeMaxQuality[];
  /** Best quality is empty. */
  'max_quality.null'?: boolean;
  /** Redeemable until is at least this value. */
  'expires_at.gte'?: string | Date;
  /** Redeemable until is at most this value. */
  'expires_at.lte'?: string | Date;
  /** Redeemable until is empty. */
  'expires_at.null'?: boolean;
  /** External id is one of these values. */
  external_id?: string | readonly string[];
  /** External id is none of these values. */
  'external_id.not'?: string | readonly string[];
  /** External id is empty. */
  'external_id.null'?: boolean;
  /** Created is at least this value. */
  'created_at.gte'?: string | Date;
  /** Created is at most this value. */
  'created_at.lte'?: string | Date;
  /** Created is empty. */
  'created_at.null'?: boolean;
  /** Changed is at least this value. */
  'updated_at.gte'?: string | Date;
  /** Changed is at most this value. */
  'updated_at.lte'?: string | Date;
  /** Changed is empty. */
  'updated_at.null'?: boolean;
}

export interface AccessCodeCreate {
  /** What the codes are for. It becomes the reason of the grants. */
  name: string;
  /** A series covers its episodes, a category its titles, series and subcategories; also those that are added later. */
  scope: AccessCodeScope;
  /** With the scope “title” only. */
  content?: string | null;
  /** With the scope “series” only. */
  series?: string | null;
  /** With the scope “category” only. */
  category?: string | null;
  /** The best picture that it includes. Empty: every quality. */
  max_quality?: AccessCodeMaxQuality | null;
  /** How long viewers may watch after they have redeemed the code. Empty: for ever. */
  days?: number | null;
  quantity?: number | null;
  /** How many viewers may redeem each code. */
  uses_per_code?: number | null;
  /** Empty: for ever. */
  expires_at?: string | Date | null;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export type OrganizationMode = 'live' | 'test';

export type OrganizationSort = 'name' | '-name' | 'created_at' | '-created_at' | 'updated_at' | '-updated_at';

export type OrganizationFields =
  | 'id'
  | 'name'
  | 'slug'
  | 'mode'
  | 'description'
  | 'website'
  | 'accent'
  | 'artwork'
  | 'created_at'
  | 'updated_at';

/** A studio, broadcaster or network on this server. Other organizations cannot see its records. */
export interface Organization extends ApiRecord {
  /** 12 hexadecimal characters. */
  id: string;
  name?: string | null;
  slug?: string | null;
  /** Test: a sandbox for integrations. Its API keys begin with “otk_test_”; it has no host name. */
  mode?: OrganizationMode | null;
  description?: string | null;
  website?: string | null;
  /** Colour of buttons and links; adjusted for sufficient contrast. */
  accent?: string | null;
  /** Logo and square picture for the viewers' site. */
  artwork?: any;
  created_at?: string;
  updated_at?: string;
}

export interface OrganizationList {
  /** Maximum number of records in the page. */
  limit?: number;
  /** Fields to sort by; “-” for descending. */
  sort?: OrganizationSort | readonly OrganizationSort[];
  /** Return only these fields. */
  fields?: OrganizationFields | readonly OrganizationFields[];
  /** Also return the number of matching records. */
  total?: boolean;
  /** Id is one of these values. */
  id?: string | readonly string[];
  /** Id is none of these values. */
  'id.not'?: string | readonly string[];
  /** Id contains this text. */
  'id.contains'?: string;
  /** Id is empty. */
  'id.null'?: boolean;
  /** Name is one of these values. */
  name?: string | readonly string[];
  /** Name is none of these values. */
  'name.not'?: string | readonly string[];
  /** Name contains this text. */
  'name.contains'?: string;
  /** Slug is one of these values. */
  slug?: string | readonly string[];
  /** Slug is none of these values. */
  'slug.not'?: string | readonly string[];
  /** Created is at least this value. */
  'created_at.gte'?: string | Date;
  /** Created is at most this value. */
  'created_at.lte'?: string | Date;
  /** Created is empty. */
  'created_at.null'?: boolean;
  /** Changed is at least this value. */
  'updated_at.gte'?: string | Date;
  /** Changed is at most this value. */
  'updated_at.lte'?: string | Date;
  /** Changed is empty. */
  'updated_at.null'?: boolean;
}

export type UploadLinkRole = 'main' | 'trailer' | 'extra';

export type UploadLinkSort = 'expires_at' | '-expires_at' | 'created_at' | '-created_at' | 'updated_at' | '-updated_at';

export type UploadLinkFields =
  | 'id'
  | 'library'
  | 'content'
  | 'role'
  | 'filename'
  | 'origins'
  | 'max_mb'
  | 'valid_minutes'
  | 'expires_at'
  | 'state'
  | 'media'
  | 'external_id'
  | 'metadata'
  | 'created_at'
  | 'updated_at';

export type UploadLinkExpand =
  | 'library'
  | 'content'
  | 'content.categories'
  | 'content.categories.parent'
  | 'content.genres'
  | 'content.series'
  | 'content.series.categories'
  | 'content.series.genres'
  | 'content.season'
  | 'content.season.series'
  | 'content.trailer_of'
  | 'content.trailer_of.categories'
  | 'content.trailer_of.genres'
  | 'content.trailer_of.series'
  | 'content.trailer_of.season'
  | 'content.trailer_of.trailer_of'
  | 'media'
  | 'media.content'
  | 'media.content.categories'
  | 'media.content.genres'
  | 'media.content.series'
  | 'media.content.season'
  | 'media.content.trailer_of';

/**
 * A URL with which one file can be uploaded once, without any other credential, such as by a browser on your site.
 * The response to its creation contains `url`, once: a tus 1.0 endpoint that also accepts the file as the body of a
 * PUT. The file enters the library, and the content if one is named; its media gets the external id and the
 * metadata of the link. Delete a link to revoke it.
 */
export interface UploadLink extends ApiRecord {
  /** 12 hexadecimal characters. */
  id: string;
  library?: string | null;
  /** The content that the file is for. */
  content?: string | null;
  /** What it is for its content. */
  role?: UploadLinkRole | null;
  /** The name of the file in its library. Empty: the browser names it. */
  filename?: string | null;
  /** Sites whose pages may upload, such as https://app.example.org. */
  origins?: string[] | null;
  /** In MiB. Empty, or above it: the limit of the server. */
  max_mb?: number | null;
  /** In minutes, at most seven days. */
  valid_minutes?: number | null;
  /** Nothing is received afterwards. */
  expires_at?: string | null;
  /** waiting, uploading, done or expired. */
  state?: any;
  /** What the file became; empty until its library has found it. */
  media?: string | null;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
  created_at?: string;
  updated_at?: string;
  /** Returned once, when it is created. */
  url?: string;
}

export interface UploadLinkList {
  /** Maximum number of records in the page. */
  limit?: number;
  /** Fields to sort by; “-” for descending. */
  sort?: UploadLinkSort | readonly UploadLinkSort[];
  /** Return only these fields. */
  fields?: UploadLinkFields | readonly UploadLinkFields[];
  /** Also return the number of matching records. */
  total?: boolean;
  /** Include the records that these fields reference, as `expanded`; `a.b`: also those that they reference. */
  expand?: UploadLinkExpand | readonly UploadLinkExpand[];
  /** Id is one of these values. */
  id?: string | readonly string[];
  /** Id is none of these values. */
  'id.not'?: string | readonly string[];
  /** Id contains this text. */
  'id.contains'?: string;
  /** Id is empty. */
  'id.null'?: boolean;
  /** Library is one of these values. */
  library?: string | readonly string[];
  /** Library is none of these values. */
  'library.not'?: string | readonly string[];
  /** Content is one of these values. */
  content?: string | readonly string[];
  /** Content is none of these values. */
  'content.not'?: string | readonly string[];
  /** Content is empty. */
  'content.null'?: boolean;
  /** Media is one of these values. */
  media?: string | readonly string[];
  /** Media is none of these values. */
  'media.not'?: string | readonly string[];
  /** Media is empty. */
  'media.null'?: boolean;
  /** External id is one of these values. */
  external_id?: string | readonly string[];
  /** External id is none of these values. */
  'external_id.not'?: string | readonly string[];
  /** External id is empty. */
  'external_id.null'?: boolean;
  /** Created is at least this value. */
  'created_at.gte'?: string | Date;
  /** Created is at most this value. */
  'created_at.lte'?: string | Date;
  /** Created is empty. */
  'created_at.null'?: boolean;
  /** Changed is at least this value. */
  'updated_at.gte'?: string | Date;
  /** Changed is at most this value. */
  'updated_at.lte'?: string | Date;
  /** Changed is empty. */
  'updated_at.null'?: boolean;
}

export interface UploadLinkCreate {
  library: string;
  /** The content that the file is for. */
  content?: string | null;
  /** What it is for its content. */
  role?: UploadLinkRole | null;
  /** The name of the file in its library. Empty: the browser names it. */
  filename?: string | null;
  /** Sites whose pages may upload, such as https://app.example.org. */
  origins?: readonly string[] | null;
  /** In MiB. Empty, or above it: the limit of the server. */
  max_mb?: number | null;
  /** In minutes, at most seven days. */
  valid_minutes?: number | null;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export type PolicyAction = 'refuse' | 'redirect' | 'header' | 'manifest_tag' | 'slow_down' | 'watermark_id';

export type PolicyPhase = 'request' | 'manifest' | 'response';

export type PolicyOnError = 'closed' | 'open';

export type PolicySort =
  | 'name'
  | '-name'
  | 'position'
  | '-position'
  | 'created_at'
  | '-created_at'
  | 'updated_at'
  | '-updated_at';

export type PolicyFields =
  | 'id'
  | 'name'
  | 'expression'
  | 'action'
  | 'phase'
  | 'message'
  | 'location'
  | 'header'
  | 'value'
  | 'delay_ms'
  | 'enabled'
  | 'dry_run'
  | 'description'
  | 'path'
  | 'content'
  | 'percentage'
  | 'on_error'
  | 'position'
  | 'counts'
  | 'external_id'
  | 'metadata'
  | 'created_at'
  | 'updated_at';

export type PolicyExpand =
  | 'content'
  | 'content.categories'
  | 'content.categories.parent'
  | 'content.genres'
  | 'content.series'
  | 'content.series.categories'
  | 'content.series.genres'
  | 'content.season'
  | 'content.season.series'
  | 'content.trailer_of'
  | 'content.trailer_of.categories'
  | 'content.trailer_of.genres'
  | 'content.trailer_of.series'
  | 'content.trailer_of.season'
  | 'content.trailer_of.trailer_of';

/**
 * A rule about requests for media of this organization and for its player configurations. When its expression (CEL)
 * is true, its action happens. Every process follows a change within a second. Policies are evaluated after the
 * access decision and can only restrict it.
 */
export interface Policy extends ApiRecord {
  /** 12 hexadecimal characters. */
  id: string;
  name?: string | null;
  /** In CEL, such as ip_in(request.ip, ["203.0.113.0/24"]). */
  expression?: string | null;
  action?: PolicyAction | null;
  /** Request: before it is answered. Manifest: when a playlist or MPD is sent. Response: when a response begins. */
  phase?: PolicyPhase | null;
  /** What a refused viewer is told, as plain text. */
  message?: string | null;
  /** On another host, so that it can't redirect to itself. */
  location?: string | null;
  /** The name of a response header. */
  header?: string | null;
  /** Of the header, or the manifest tag. Of responses, {time_ms}, {average_ms}, {requests}. */
  value?: string | null;
  /** In milliseconds, before the request is answered. */
  delay_ms?: number | null;
  enabled?: boolean | null;
  /** Matches are counted, and nothing else happens. */
  dry_run?: boolean | null;
  description?: string | null;
  /** The whole path, where * stands for any characters: /media/* /main.m3u8. Empty: every path. */
  path?: string | null;
  /** Empty: every title of the organization. */
  content?: string | null;
  /** Of the playback sessions, always the same ones; of the addresses without one. */
  percentage?: number | null;
  /** When the expression can't be evaluated, such as for a header that is missing. */
  on_error?: PolicyOnError | null;
  /** Policies with lower numbers are evaluated first. */
  position?: number | null;
  /** Since the last change of the policy: evaluated, matched and failed. */
  counts?: any;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
  created_at?: string;
  updated_at?: string;
}

export interface PolicyList {
  /** Maximum number of records in the page. */
  limit?: number;
  /** Fields to sort by; “-” for descending. */
  sort?: PolicySort | readonly PolicySort[];
  /** Return only these fields. */
  fields?: PolicyFields | readonly PolicyFields[];
  /** Also return the number of matching records. */
  total?: boolean;
  /** Include the records that these fields reference, as `expanded`; `a.b`: also those that they reference. */
  expand?: PolicyExpand | readonly PolicyExpand[];
  /** Id is one of these values. */
  id?: string | readonly string[];
  /** Id is none of these values. */
  'id.not'?: string | readonly string[];
  /** Id contains this text. */
  'id.contains'?: string;
  /** Id is empty. */
  'id.null'?: boolean;
  /** Name is one of these values. */
  name?: string | readonly string[];
  /** Name is none of these values. */
  'name.not'?: string | readonly string[];
  /** Name contains this text. */
  'name.contains'?: string;
  /** Action is one of these values. */
  action?: PolicyAction | readonly PolicyAction[];
  /** Action is none of these values. */
  'action.not'?: PolicyAction | readonly PolicyAction[];
  /** Phase is one of these values. */
  phase?: PolicyPhase | readonly PolicyPhase[];
  /** Phase is none of these values. */
  'phase.not'?: PolicyPhase | readonly PolicyPhase[];
  /** Phase is empty. */
  'phase.null'?: boolean;
  /** Enabled is one of these values. */
  enabled?: boolean | readonly boolean[];
  /** Dry run is one of these values. */
  dry_run?: boolean | readonly boolean[];
  /** Title is one of these values. */
  content?: string | readonly string[];
  /** Title is none of these values. */
  'content.not'?: string | readonly string[];
  /** Title is empty. */
  'content.null'?: boolean;
  /** External id is one of these values. */
  external_id?: string | readonly string[];
  /** External id is none of these values. */
  'external_id.not'?: string | readonly string[];
  /** External id is empty. */
  'external_id.null'?: boolean;
  /** Created is at least this value. */
  'created_at.gte'?: string | Date;
  /** Created is at most this value. */
  'created_at.lte'?: string | Date;
  /** Created is empty. */
  'created_at.null'?: boolean;
  /** Changed is at least this value. */
  'updated_at.gte'?: string | Date;
  /** Changed is at most this value. */
  'updated_at.lte'?: string | Date;
  /** Changed is empty. */
  'updated_at.null'?: boolean;
}

export interface PolicyCreate {
  name: string;
  /** In CEL, such as ip_in(request.ip, ["203.0.113.0/24"]). */
  expression: string;
  action: PolicyAction;
  /** Request: before it is answered. Manifest: when a playlist or MPD is sent. Response: when a response begins. */
  phase?: PolicyPhase | null;
  /** What a refused viewer is told, as plain text. */
  message?: string | null;
  /** On another host, so that it can't redirect to itself. */
  location?: string | null;
  /** The name of a response header. */
  header?: string | null;
  /** Of the header, or the manifest tag. Of responses, {time_ms}, {average_ms}, {requests}. */
  value?: string | null;
  /** In milliseconds, before the request is answered. */
  delay_ms?: number | null;
  enabled?: boolean | null;
  /** Matches are counted, and nothing else happens. */
  dry_run?: boolean | null;
  description?: string | null;
  /** The whole path, where * stands for any characters: /media/* /main.m3u8. Empty: every path. */
  path?: string | null;
  /** Empty: every title of the organization. */
  content?: string | null;
  /** Of the playback sessions, always the same ones; of the addresses without one. */
  percentage?: number | null;
  /** When the expression can't be evaluated, such as for a header that is missing. */
  on_error?: PolicyOnError | null;
  /** Policies with lower numbers are evaluated first. */
  position?: number | null;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export interface PolicyUpdate {
  name?: string;
  /** In CEL, such as ip_in(request.ip, ["203.0.113.0/24"]). */
  expression?: string;
  action?: PolicyAction;
  /** Request: before it is answered. Manifest: when a playlist or MPD is sent. Response: when a response begins. */
  phase?: PolicyPhase | null;
  /** What a refused viewer is told, as plain text. */
  message?: string | null;
  /** On another host, so that it can't redirect to itself. */
  location?: string | null;
  /** The name of a response header. */
  header?: string | null;
  /** Of the header, or the manifest tag. Of responses, {time_ms}, {average_ms}, {requests}. */
  value?: string | null;
  /** In milliseconds, before the request is answered. */
  delay_ms?: number | null;
  enabled?: boolean | null;
  /** Matches are counted, and nothing else happens. */
  dry_run?: boolean | null;
  description?: string | null;
  /** The whole path, where * stands for any characters: /media/* /main.m3u8. Empty: every path. */
  path?: string | null;
  /** Empty: every title of the organization. */
  content?: string | null;
  /** Of the playback sessions, always the same ones; of the addresses without one. */
  percentage?: number | null;
  /** When the expression can't be evaluated, such as for a header that is missing. */
  on_error?: PolicyOnError | null;
  /** Policies with lower numbers are evaluated first. */
  position?: number | null;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export interface PolicyRollback {
  to_version: number;
}

export interface PolicyUpsert {
  name: string;
  /** In CEL, such as ip_in(request.ip, ["203.0.113.0/24"]). */
  expression: string;
  action: PolicyAction;
  /** Request: before it is answered. Manifest: when a playlist or MPD is sent. Response: when a response begins. */
  phase?: PolicyPhase | null;
  /** What a refused viewer is told, as plain text. */
  message?: string | null;
  /** On another host, so that it can't redirect to itself. */
  location?: string | null;
  /** The name of a response header. */
  header?: string | null;
  /** Of the header, or the manifest tag. Of responses, {time_ms}, {average_ms}, {requests}. */
  value?: string | null;
  /** In milliseconds, before the request is answered. */
  delay_ms?: number | null;
  enabled?: boolean | null;
  /** Matches are counted, and nothing else happens. */
  dry_run?: boolean | null;
  description?: string | null;
  /** The whole path, where * stands for any characters: /media/* /main.m3u8. Empty: every path. */
  path?: string | null;
  /** Empty: every title of the organization. */
  content?: string | null;
  /** Of the playback sessions, always the same ones; of the addresses without one. */
  percentage?: number | null;
  /** When the expression can't be evaluated, such as for a header that is missing. */
  on_error?: PolicyOnError | null;
  /** Policies with lower numbers are evaluated first. */
  position?: number | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export type ApiKeyScopes =
  | 'content:read'
  | 'content:write'
  | 'series:read'
  | 'series:write'
  | 'season:read'
  | 'season:write'
  | 'category:read'
  | 'category:write'
  | 'genre:read'
  | 'genre:write'
  | 'person:read'
  | 'person:write'
  | 'credit:read'
  | 'credit:write'
  | 'artwork:read'
  | 'artwork:write'
  | 'channel:read'
  | 'channel:write'
  | 'program:read'
  | 'program:write'
  | 'simulcast_target:read'
  | 'simulcast_target:write'
  | 'library:read'
  | 'media:read'
  | 'media:write'
  | 'viewer_group:read'
  | 'viewer_group:write'
  | 'grant:read'
  | 'grant:write'
  | 'access_code:read'
  | 'access_code:write'
  | 'organization:read'
  | 'upload_link:read'
  | 'upload_link:write'
  | 'policy:read'
  | 'policy:write'
  | 'webhook:read'
  | 'webhook:write'
  | 'webhook_delivery:read'
  | 'webhook_delivery:write'
  | 'api_key:read'
  | 'api_key:write'
  | 'upload:write'
  | 'event:read'
  | 'export:read'
  | 'content_key:write';

export type ApiKeySort =
  | 'name'
  | '-name'
  | 'last_used_at'
  | '-last_used_at'
  | 'created_at'
  | '-created_at'
  | 'updated_at'
  | '-updated_at';

export type ApiKeyFields =
  | 'id'
  | 'name'
  | 'scopes'
  | 'expires_at'
  | 'prefix'
  | 'old_prefix'
  | 'old_until'
  | 'last_used_at'
  | 'revoked_at'
  | 'created_at'
  | 'updated_at';

/**
 * Gives another program access to the partner surface. The key is returned once, when it is created or rotated;
 * only its hash is stored. After a rotation the old key stays valid for the chosen overlap. Programs cannot create
 * keys or change their scopes. They rotate and revoke their own (as the id `current`), and keys that have no other
 * scopes and expire no later.
 */
export interface ApiKey extends ApiRecord {
  /** 12 hexadecimal characters. */
  id: string;
  /** Who uses the key, and for what. */
  name?: string | null;
  scopes?: ApiKeyScopes[] | null;
  /** Empty: never. */
  expires_at?: string | null;
  prefix?: string | null;
  old_prefix?: string | null;
  old_until?: string | null;
  last_used_at?: string | null;
  revoked_at?: string | null;
  created_at?: string;
  updated_at?: string;
  /** Returned once, when it is created. */
  secret?: string;
}

export interface ApiKeyList {
  /** Maximum number of records in the page. */
  limit?: number;
  /** Fields to sort by; “-” for descending. */
  sort?: ApiKeySort | readonly ApiKeySort[];
  /** Return only these fields. */
  fields?: ApiKeyFields | readonly ApiKeyFields[];
  /** Also return the number of matching records. */
  total?: boolean;
  /** Id is one of these values. */
  id?: string | readonly string[];
  /** Id is none of these values. */
  'id.not'?: string | readonly string[];
  /** Id contains this text. */
  'id.contains'?: string;
  /** Id is empty. */
  'id.null'?: boolean;
  /** Name is one of these values. */
  name?: string | readonly string[];
  /** Name is none of these values. */
  'name.not'?: string | readonly string[];
  /** Name contains this text. */
  'name.contains'?: string;
  /** Created is at least this value. */
  'created_at.gte'?: string | Date;
  /** Created is at most this value. */
  'created_at.lte'?: string | Date;
  /** Created is empty. */
  'created_at.null'?: boolean;
  /** Changed is at least this value. */
  'updated_at.gte'?: string | Date;
  /** Changed is at most this value. */
  'updated_at.lte'?: string | Date;
  /** Changed is empty. */
  'updated_at.null'?: boolean;
}

export interface ApiKeyRotate {
  /** Hours for which the old key stays valid; 0: none. */
  overlap_hours: number;
}

export type WebhookEvents =
  | 'content.created'
  | 'content.updated'
  | 'content.deleted'
  | 'content.restored'
  | 'series.created'
  | 'series.updated'
  | 'series.deleted'
  | 'series.restored'
  | 'season.created'
  | 'season.updated'
  | 'season.deleted'
  | 'season.restored'
  | 'category.created'
  | 'category.updated'
  | 'category.deleted'
  | 'category.restored'
  | 'genre.created'
  | 'genre.updated'
  | 'genre.deleted'
  | 'genre.restored'
  | 'person.created'
  | 'person.updated'
  | 'person.deleted'
  | 'person.restored'
  | 'credit.created'
  | 'credit.updated'
  | 'credit.deleted'
  | 'artwork.created'
  | 'artwork.updated'
  | 'artwork.deleted'
  | 'preview_link.created'
  | 'preview_link.deleted'
  | 'channel.created'
  | 'channel.updated'
  | 'channel.deleted'
  | 'channel.restored'
  | 'program.created'
  | 'program.updated'
  | 'program.deleted'
  | 'program.restored'
  | 'simulcast_target.created'
  | 'simulcast_target.updated'
  | 'simulcast_target.deleted'
  | 'library.updated'
  | 'media.updated'
  | 'media.deleted'
  | 'viewer_group.created'
  | 'viewer_group.updated'
  | 'viewer_group.deleted'
  | 'grant.created'
  | 'grant.updated'
  | 'grant.deleted'
  | 'access_code.created'
  | 'access_code.updated'
  | 'access_code.deleted'
  | 'organization.created'
  | 'organization.updated'
  | 'organization.deleted'
  | 'content.published'
  | 'content.unpublished'
  | 'media.found'
  | 'media.playable'
  | 'media.ready'
  | 'media.failed'
  | 'media.removed'
  | 'live.started'
  | 'live.ended'
  | 'live.warning_started'
  | 'live.warning_ended';

export type WebhookHealth = 'unused' | 'working' | 'failing';

export type WebhookSort = 'created_at' | '-created_at' | 'updated_at' | '-updated_at';

export type WebhookFields =
  | 'id'
  | 'url'
  | 'events'
  | 'active'
  | 'health'
  | 'description'
  | 'disabled_reason'
  | 'old_until'
  | 'external_id'
  | 'metadata'
  | 'created_at'
  | 'updated_at';

/**
 * A URL that receives events as HTTP requests, signed as in the Standard Webhooks specification and retried until
 * it responds with a 2xx status. The secret is returned once, when it is created or rotated. A webhook stays when
 * the key that created it is revoked.
 */
export interface Webhook extends ApiRecord {
  /** 12 hexadecimal characters. */
  id: string;
  url?: string | null;
  events?: WebhookEvents[] | null;
  active?: boolean | null;
  /** Whether the last attempt to deliver an event succeeded. */
  health?: WebhookHealth | null;
  description?: string | null;
  disabled_reason?: string | null;
  old_until?: string | null;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
  created_at?: string;
  updated_at?: string;
  /** Returned once, when it is created. */
  secret?: string;
}

export interface WebhookList {
  /** Maximum number of records in the page. */
  limit?: number;
  /** Fields to sort by; “-” for descending. */
  sort?: WebhookSort | readonly WebhookSort[];
  /** Return only these fields. */
  fields?: WebhookFields | readonly WebhookFields[];
  /** Also return the number of matching records. */
  total?: boolean;
  /** Id is one of these values. */
  id?: string | readonly string[];
  /** Id is none of these values. */
  'id.not'?: string | readonly string[];
  /** Id contains this text. */
  'id.contains'?: string;
  /** Id is empty. */
  'id.null'?: boolean;
  /** Active is one of these values. */
  active?: boolean | readonly boolean[];
  /** External id is one of these values. */
  external_id?: string | readonly string[];
  /** External id is none of these values. */
  'external_id.not'?: string | readonly string[];
  /** External id is empty. */
  'external_id.null'?: boolean;
  /** Created is at least this value. */
  'created_at.gte'?: string | Date;
  /** Created is at most this value. */
  'created_at.lte'?: string | Date;
  /** Created is empty. */
  'created_at.null'?: boolean;
  /** Changed is at least this value. */
  'updated_at.gte'?: string | Date;
  /** Changed is at most this value. */
  'updated_at.lte'?: string | Date;
  /** Changed is empty. */
  'updated_at.null'?: boolean;
}

export interface WebhookCreate {
  url: string;
  events: readonly WebhookEvents[];
  active?: boolean | null;
  description?: string | null;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export interface WebhookUpdate {
  url?: string;
  events?: readonly WebhookEvents[];
  active?: boolean | null;
  description?: string | null;
  /** Its id in another system; unique in the organization for each resource. */
  external_id?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export interface WebhookRotateSecret {
  overlap_hours: number;
}

export interface WebhookUpsert {
  url: string;
  events: readonly WebhookEvents[];
  active?: boolean | null;
  description?: string | null;
  /** Values of your own, which OTNet does not interpret; public for public records. */
  metadata?: Record<string, string> | null;
}

export type WebhookDeliveryState = 'waiting' | 'delivered' | 'given_up';

export type WebhookDeliverySort = 'created_at' | '-created_at' | 'updated_at' | '-updated_at';

export type WebhookDeliveryFields =
  | 'id'
  | 'webhook'
  | 'event_type'
  | 'state'
  | 'attempts'
  | 'next_at'
  | 'log'
  | 'payload'
  | 'created_at'
  | 'updated_at';

export type WebhookDeliveryExpand = 'webhook';

/** The delivery of one event to one webhook, with every attempt and its response. */
export interface WebhookDelivery extends ApiRecord {
  /** 12 hexadecimal characters. */
  id: string;
  webhook?: string | null;
  event_type?: string | null;
  state?: WebhookDeliveryState | null;
  attempts?: number | null;
  next_at?: string | null;
  log?: any;
  payload?: any;
  created_at?: string;
  updated_at?: string;
}

export interface WebhookDeliveryList {
  /** Maximum number of records in the page. */
  limit?: number;
  /** Fields to sort by; “-” for descending. */
  sort?: WebhookDeliverySort | readonly WebhookDeliverySort[];
  /** Return only these fields. */
  fields?: WebhookDeliveryFields | readonly WebhookDeliveryFields[];
  /** Also return the number of matching records. */
  total?: boolean;
  /** Include the records that these fields reference, as `expanded`; `a.b`: also those that they reference. */
  expand?: WebhookDeliveryExpand | readonly WebhookDeliveryExpand[];
  /** Id is one of these values. */
  id?: string | readonly string[];
  /** Id is none of these values. */
  'id.not'?: string | readonly string[];
  /** Id contains this text. */
  'id.contains'?: string;
  /** Id is empty. */
  'id.null'?: boolean;
  /** Webhook is one of these values. */
  webhook?: string | readonly string[];
  /** Webhook is none of these values. */
  'webhook.not'?: string | readonly string[];
  /** Webhook is empty. */
  'webhook.null'?: boolean;
  /** Event is one of these values. */
  event_type?: string | readonly string[];
  /** Event is none of these values. */
  'event_type.not'?: string | readonly string[];
  /** Event contains this text. */
  'event_type.contains'?: string;
  /** Event is empty. */
  'event_type.null'?: boolean;
  /** State is one of these values. */
  state?: WebhookDeliveryState | readonly WebhookDeliveryState[];
  /** State is none of these values. */
  'state.not'?: WebhookDeliveryState | readonly WebhookDeliveryState[];
  /** State is empty. */
  'state.null'?: boolean;
  /** Created is at least this value. */
  'created_at.gte'?: string | Date;
  /** Created is at most this value. */
  'created_at.lte'?: string | Date;
  /** Created is empty. */
  'created_at.null'?: boolean;
  /** Changed is at least this value. */
  'updated_at.gte'?: string | Date;
  /** Changed is at most this value. */
  'updated_at.lte'?: string | Date;
  /** Changed is empty. */
  'updated_at.null'?: boolean;
}
