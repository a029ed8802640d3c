// Generated from /api/v1/partner/openapi.json by scripts/client_types.py. Do not edit.

import type { Paginator } from '../paginator.js';
import { type BulkResult, type Deletion, Resource, type RequestOptions } from '../resource.js';
import type { Transport } from '../transport.js';
import type {
  AccessCode,
  AccessCodeCreate,
  AccessCodeExpand,
  AccessCodeFields,
  AccessCodeList,
  ApiKey,
  ApiKeyFields,
  ApiKeyList,
  ApiKeyRotate,
  Artwork,
  ArtworkCreate,
  ArtworkExpand,
  ArtworkFields,
  ArtworkList,
  ArtworkUpdate,
  ArtworkUpsert,
  Category,
  CategoryCreate,
  CategoryExpand,
  CategoryFields,
  CategoryList,
  CategoryUpdate,
  CategoryUpsert,
  Channel,
  ChannelCreate,
  ChannelExpand,
  ChannelFields,
  ChannelList,
  ChannelUpdate,
  ChannelUpsert,
  Content,
  ContentCreate,
  ContentExpand,
  ContentFields,
  ContentList,
  ContentSchedule,
  ContentUpdate,
  ContentUpsert,
  Credit,
  CreditCreate,
  CreditExpand,
  CreditFields,
  CreditList,
  CreditUpdate,
  CreditUpsert,
  Genre,
  GenreCreate,
  GenreFields,
  GenreList,
  GenreUpdate,
  GenreUpsert,
  Grant,
  GrantCreate,
  GrantExpand,
  GrantFields,
  GrantList,
  GrantUpdate,
  GrantUpsert,
  Library,
  LibraryFields,
  LibraryList,
  Media,
  MediaExpand,
  MediaFields,
  MediaList,
  MediaUpdate,
  Organization,
  OrganizationFields,
  OrganizationList,
  Person,
  PersonCreate,
  PersonFields,
  PersonList,
  PersonUpdate,
  PersonUpsert,
  Policy,
  PolicyCreate,
  PolicyExpand,
  PolicyFields,
  PolicyList,
  PolicyRollback,
  PolicyUpdate,
  PolicyUpsert,
  Program,
  ProgramCreate,
  ProgramExpand,
  ProgramFields,
  ProgramList,
  ProgramUpdate,
  ProgramUpsert,
  Season,
  SeasonCreate,
  SeasonExpand,
  SeasonFields,
  SeasonList,
  SeasonUpdate,
  SeasonUpsert,
  Series,
  SeriesCreate,
  SeriesExpand,
  SeriesFields,
  SeriesList,
  SeriesOrderEpisodes,
  SeriesUpdate,
  SeriesUpsert,
  SimulcastTarget,
  SimulcastTargetCreate,
  SimulcastTargetExpand,
  SimulcastTargetFields,
  SimulcastTargetList,
  SimulcastTargetUpdate,
  SimulcastTargetUpsert,
  UploadLink,
  UploadLinkCreate,
  UploadLinkExpand,
  UploadLinkFields,
  UploadLinkList,
  ViewerGroup,
  ViewerGroupCreate,
  ViewerGroupFields,
  ViewerGroupList,
  ViewerGroupUpdate,
  ViewerGroupUpsert,
  Webhook,
  WebhookCreate,
  WebhookDelivery,
  WebhookDeliveryExpand,
  WebhookDeliveryFields,
  WebhookDeliveryList,
  WebhookFields,
  WebhookList,
  WebhookRotateSecret,
  WebhookUpdate,
  WebhookUpsert,
} from './types.js';

/**
 * A work in the catalogue: a film, an episode, a clip or a podcast episode. Its media are the files that play;
 * programs schedule it on channels. The public surface returns content that is published, inside its publishing
 * window and visible to everybody.
 */
export class ContentResource extends Resource<Content> {
  protected readonly plural: string = 'content';

  /** List content. */
  list(query: ContentList = {}, options: RequestOptions = {}): Paginator<Content> {
    return this.listPages(query, options);
  }

  /** Create a piece of content. */
  create(
    values: ContentCreate,
    options: RequestOptions & { idempotencyKey?: string } = {},
  ): Promise<Content> {
    return this.createRecord(values, options);
  }

  /** Read a piece of content. */
  retrieve(
    id: string,
    query: { fields?: ContentFields | readonly ContentFields[]; expand?: ContentExpand | readonly ContentExpand[] } = {},
    options: RequestOptions = {},
  ): Promise<Content> {
    return this.retrieveRecord(id, query, options);
  }

  /** Change a piece of content. */
  update(
    id: string,
    values: ContentUpdate,
    options: RequestOptions & { etag?: string } = {},
  ): Promise<Content> {
    return this.updateRecord(id, values, options);
  }

  /** Delete a piece of content. */
  delete(
    id: string,
    options: RequestOptions & { etag?: string; cascade?: boolean; permanently?: boolean } = {},
  ): Promise<Deletion> {
    return this.deleteRecord(id, { cascade: options.cascade, permanently: options.permanently }, options);
  }

  /** Publish: piece of content. Make it visible to its audience, now or inside its publishing window. */
  publish(id: string, options: RequestOptions = {}): Promise<Content> {
    return this.actOn(id, 'publish', {}, options);
  }

  /** Unpublish: piece of content. Make it a draft again. Nothing is deleted. */
  unpublish(id: string, options: RequestOptions = {}): Promise<Content> {
    return this.actOn(id, 'unpublish', {}, options);
  }

  /** Schedule: piece of content. Publish it for a period of time. */
  schedule(
    id: string,
    values: ContentSchedule,
    options: RequestOptions = {},
  ): Promise<Content> {
    return this.actOn(id, 'schedule', values, options);
  }

  /** Change many content. Each record is processed independently: an error in one does not affect the others. */
  bulk(
    action: 'publish' | 'unpublish' | 'schedule' | 'update' | 'delete',
    ids: readonly string[],
    options: RequestOptions & { values?: Record<string, unknown>; cascade?: boolean } = {},
  ): Promise<BulkResult[]> {
    return this.bulkRecords(action, ids, options);
  }

  /**
   * Create or change a piece of content by its external id. Creates the record, or changes the one that has this
   * external id; fields that are left out stay as they are.
   */
  upsert(
    externalId: string,
    values: ContentUpsert,
    options: RequestOptions = {},
  ): Promise<Content> {
    return this.upsertRecord(externalId, values, options);
  }
}

/**
 * A series of episodes, or a podcast; optionally divided into seasons. The public surface returns it while one of
 * its episodes is published and visible to everybody.
 */
export class SeriesResource extends Resource<Series> {
  protected readonly plural: string = 'series';

  /** List series. */
  list(query: SeriesList = {}, options: RequestOptions = {}): Paginator<Series> {
    return this.listPages(query, options);
  }

  /** Create a series. */
  create(
    values: SeriesCreate,
    options: RequestOptions & { idempotencyKey?: string } = {},
  ): Promise<Series> {
    return this.createRecord(values, options);
  }

  /** Read a series. */
  retrieve(
    id: string,
    query: { fields?: SeriesFields | readonly SeriesFields[]; expand?: SeriesExpand | readonly SeriesExpand[] } = {},
    options: RequestOptions = {},
  ): Promise<Series> {
    return this.retrieveRecord(id, query, options);
  }

  /** Change a series. */
  update(
    id: string,
    values: SeriesUpdate,
    options: RequestOptions & { etag?: string } = {},
  ): Promise<Series> {
    return this.updateRecord(id, values, options);
  }

  /** Delete a series. */
  delete(
    id: string,
    options: RequestOptions & { etag?: string; cascade?: boolean; permanently?: boolean } = {},
  ): Promise<Deletion> {
    return this.deleteRecord(id, { cascade: options.cascade, permanently: options.permanently }, options);
  }

  /**
   * Order the episodes: series. Number the episodes of a season, or those without a season, in the given order. The
   * numbers that they have are given to them anew; episodes without a number get the following ones.
   */
  orderEpisodes(
    id: string,
    values: SeriesOrderEpisodes = {},
    options: RequestOptions = {},
  ): Promise<Series> {
    return this.actOn(id, 'order_episodes', values, options);
  }

  /** Change many series. Each record is processed independently: an error in one does not affect the others. */
  bulk(
    action: 'update' | 'delete',
    ids: readonly string[],
    options: RequestOptions & { values?: Record<string, unknown>; cascade?: boolean } = {},
  ): Promise<BulkResult[]> {
    return this.bulkRecords(action, ids, options);
  }

  /**
   * Create or change a series by its external id. Creates the record, or changes the one that has this external id;
   * fields that are left out stay as they are.
   */
  upsert(
    externalId: string,
    values: SeriesUpsert,
    options: RequestOptions = {},
  ): Promise<Series> {
    return this.upsertRecord(externalId, values, options);
  }
}

/**
 * A season of a series. The public surface returns it while one of its episodes is published and visible to
 * everybody.
 */
export class SeasonResource extends Resource<Season> {
  protected readonly plural: string = 'seasons';

  /** List seasons. */
  list(query: SeasonList = {}, options: RequestOptions = {}): Paginator<Season> {
    return this.listPages(query, options);
  }

  /** Create a season. */
  create(
    values: SeasonCreate,
    options: RequestOptions & { idempotencyKey?: string } = {},
  ): Promise<Season> {
    return this.createRecord(values, options);
  }

  /** Read a season. */
  retrieve(
    id: string,
    query: { fields?: SeasonFields | readonly SeasonFields[]; expand?: SeasonExpand | readonly SeasonExpand[] } = {},
    options: RequestOptions = {},
  ): Promise<Season> {
    return this.retrieveRecord(id, query, options);
  }

  /** Change a season. */
  update(
    id: string,
    values: SeasonUpdate,
    options: RequestOptions & { etag?: string } = {},
  ): Promise<Season> {
    return this.updateRecord(id, values, options);
  }

  /** Delete a season. */
  delete(
    id: string,
    options: RequestOptions & { etag?: string; cascade?: boolean; permanently?: boolean } = {},
  ): Promise<Deletion> {
    return this.deleteRecord(id, { cascade: options.cascade, permanently: options.permanently }, options);
  }

  /** Change many seasons. Each record is processed independently: an error in one does not affect the others. */
  bulk(
    action: 'update' | 'delete',
    ids: readonly string[],
    options: RequestOptions & { values?: Record<string, unknown>; cascade?: boolean } = {},
  ): Promise<BulkResult[]> {
    return this.bulkRecords(action, ids, options);
  }

  /**
   * Create or change a season by its external id. Creates the record, or changes the one that has this external id;
   * fields that are left out stay as they are.
   */
  upsert(
    externalId: string,
    values: SeasonUpsert,
    options: RequestOptions = {},
  ): Promise<Season> {
    return this.upsertRecord(externalId, values, options);
  }
}

/** A category of the organization's own, by which viewers browse. Categories can be nested. */
export class CategoryResource extends Resource<Category> {
  protected readonly plural: string = 'categories';

  /** List categories. */
  list(query: CategoryList = {}, options: RequestOptions = {}): Paginator<Category> {
    return this.listPages(query, options);
  }

  /** Create a category. */
  create(
    values: CategoryCreate,
    options: RequestOptions & { idempotencyKey?: string } = {},
  ): Promise<Category> {
    return this.createRecord(values, options);
  }

  /** Read a category. */
  retrieve(
    id: string,
    query: { fields?: CategoryFields | readonly CategoryFields[]; expand?: CategoryExpand | readonly CategoryExpand[] } = {},
    options: RequestOptions = {},
  ): Promise<Category> {
    return this.retrieveRecord(id, query, options);
  }

  /** Change a category. */
  update(
    id: string,
    values: CategoryUpdate,
    options: RequestOptions & { etag?: string } = {},
  ): Promise<Category> {
    return this.updateRecord(id, values, options);
  }

  /** Delete a category. */
  delete(
    id: string,
    options: RequestOptions & { etag?: string; cascade?: boolean; permanently?: boolean } = {},
  ): Promise<Deletion> {
    return this.deleteRecord(id, { cascade: options.cascade, permanently: options.permanently }, options);
  }

  /** Change many categories. Each record is processed independently: an error in one does not affect the others. */
  bulk(
    action: 'update' | 'delete',
    ids: readonly string[],
    options: RequestOptions & { values?: Record<string, unknown>; cascade?: boolean } = {},
  ): Promise<BulkResult[]> {
    return this.bulkRecords(action, ids, options);
  }

  /**
   * Create or change a category by its external id. Creates the record, or changes the one that has this external
   * id; fields that are left out stay as they are.
   */
  upsert(
    externalId: string,
    values: CategoryUpsert,
    options: RequestOptions = {},
  ): Promise<Category> {
    return this.upsertRecord(externalId, values, options);
  }
}

/** A genre such as drama, science or comedy. Content can have any number of genres. */
export class GenreResource extends Resource<Genre> {
  protected readonly plural: string = 'genres';

  /** List genres. */
  list(query: GenreList = {}, options: RequestOptions = {}): Paginator<Genre> {
    return this.listPages(query, options);
  }

  /** Create a genre. */
  create(
    values: GenreCreate,
    options: RequestOptions & { idempotencyKey?: string } = {},
  ): Promise<Genre> {
    return this.createRecord(values, options);
  }

  /** Read a genre. */
  retrieve(
    id: string,
    query: { fields?: GenreFields | readonly GenreFields[] } = {},
    options: RequestOptions = {},
  ): Promise<Genre> {
    return this.retrieveRecord(id, query, options);
  }

  /** Change a genre. */
  update(
    id: string,
    values: GenreUpdate,
    options: RequestOptions & { etag?: string } = {},
  ): Promise<Genre> {
    return this.updateRecord(id, values, options);
  }

  /** Delete a genre. */
  delete(
    id: string,
    options: RequestOptions & { etag?: string; cascade?: boolean; permanently?: boolean } = {},
  ): Promise<Deletion> {
    return this.deleteRecord(id, { cascade: options.cascade, permanently: options.permanently }, options);
  }

  /** Change many genres. Each record is processed independently: an error in one does not affect the others. */
  bulk(
    action: 'update' | 'delete',
    ids: readonly string[],
    options: RequestOptions & { values?: Record<string, unknown>; cascade?: boolean } = {},
  ): Promise<BulkResult[]> {
    return this.bulkRecords(action, ids, options);
  }

  /**
   * Create or change a genre by its external id. Creates the record, or changes the one that has this external id;
   * fields that are left out stay as they are.
   */
  upsert(
    externalId: string,
    values: GenreUpsert,
    options: RequestOptions = {},
  ): Promise<Genre> {
    return this.upsertRecord(externalId, values, options);
  }
}

/**
 * Somebody who made or appears in content. Credits link people to content. The public surface returns a person who
 * is credited in content that is published and visible to everybody, or in a series with such an episode.
 */
export class PersonResource extends Resource<Person> {
  protected readonly plural: string = 'people';

  /** List people. */
  list(query: PersonList = {}, options: RequestOptions = {}): Paginator<Person> {
    return this.listPages(query, options);
  }

  /** Create a person. */
  create(
    values: PersonCreate,
    options: RequestOptions & { idempotencyKey?: string } = {},
  ): Promise<Person> {
    return this.createRecord(values, options);
  }

  /** Read a person. */
  retrieve(
    id: string,
    query: { fields?: PersonFields | readonly PersonFields[] } = {},
    options: RequestOptions = {},
  ): Promise<Person> {
    return this.retrieveRecord(id, query, options);
  }

  /** Change a person. */
  update(
    id: string,
    values: PersonUpdate,
    options: RequestOptions & { etag?: string } = {},
  ): Promise<Person> {
    return this.updateRecord(id, values, options);
  }

  /** Delete a person. */
  delete(
    id: string,
    options: RequestOptions & { etag?: string; cascade?: boolean; permanently?: boolean } = {},
  ): Promise<Deletion> {
    return this.deleteRecord(id, { cascade: options.cascade, permanently: options.permanently }, options);
  }

  /** Change many people. Each record is processed independently: an error in one does not affect the others. */
  bulk(
    action: 'update' | 'delete',
    ids: readonly string[],
    options: RequestOptions & { values?: Record<string, unknown>; cascade?: boolean } = {},
  ): Promise<BulkResult[]> {
    return this.bulkRecords(action, ids, options);
  }

  /**
   * Create or change a person by its external id. Creates the record, or changes the one that has this external id;
   * fields that are left out stay as they are.
   */
  upsert(
    externalId: string,
    values: PersonUpsert,
    options: RequestOptions = {},
  ): Promise<Person> {
    return this.upsertRecord(externalId, values, options);
  }
}

/**
 * The role of a person in content or in a series: one of both is set. The credits of a series are of all its
 * episodes.
 */
export class CreditResource extends Resource<Credit> {
  protected readonly plural: string = 'credits';

  /** List credits. */
  list(query: CreditList = {}, options: RequestOptions = {}): Paginator<Credit> {
    return this.listPages(query, options);
  }

  /** Create a credit. */
  create(
    values: CreditCreate,
    options: RequestOptions & { idempotencyKey?: string } = {},
  ): Promise<Credit> {
    return this.createRecord(values, options);
  }

  /** Read a credit. */
  retrieve(
    id: string,
    query: { fields?: CreditFields | readonly CreditFields[]; expand?: CreditExpand | readonly CreditExpand[] } = {},
    options: RequestOptions = {},
  ): Promise<Credit> {
    return this.retrieveRecord(id, query, options);
  }

  /** Change a credit. */
  update(
    id: string,
    values: CreditUpdate,
    options: RequestOptions & { etag?: string } = {},
  ): Promise<Credit> {
    return this.updateRecord(id, values, options);
  }

  /** Delete a credit. */
  delete(
    id: string,
    options: RequestOptions & { etag?: string; cascade?: boolean } = {},
  ): Promise<Deletion> {
    return this.deleteRecord(id, { cascade: options.cascade }, options);
  }

  /** Change many credits. Each record is processed independently: an error in one does not affect the others. */
  bulk(
    action: 'update' | 'delete',
    ids: readonly string[],
    options: RequestOptions & { values?: Record<string, unknown>; cascade?: boolean } = {},
  ): Promise<BulkResult[]> {
    return this.bulkRecords(action, ids, options);
  }

  /**
   * Create or change a credit by its external id. Creates the record, or changes the one that has this external id;
   * fields that are left out stay as they are.
   */
  upsert(
    externalId: string,
    values: CreditUpsert,
    options: RequestOptions = {},
  ): Promise<Credit> {
    return this.upsertRecord(externalId, values, options);
  }
}

/**
 * A picture of content, a series, a person or a channel. A logo or square without any of these belongs to the
 * organization itself. Create the record, then PUT the picture (JPEG, PNG, WebP or AVIF) to `…/artwork/{id}/file`.
 */
export class ArtworkResource extends Resource<Artwork> {
  protected readonly plural: string = 'artwork';

  /** List artwork. */
  list(query: ArtworkList = {}, options: RequestOptions = {}): Paginator<Artwork> {
    return this.listPages(query, options);
  }

  /** Create a piece of artwork. */
  create(
    values: ArtworkCreate,
    options: RequestOptions & { idempotencyKey?: string } = {},
  ): Promise<Artwork> {
    return this.createRecord(values, options);
  }

  /** Read a piece of artwork. */
  retrieve(
    id: string,
    query: { fields?: ArtworkFields | readonly ArtworkFields[]; expand?: ArtworkExpand | readonly ArtworkExpand[] } = {},
    options: RequestOptions = {},
  ): Promise<Artwork> {
    return this.retrieveRecord(id, query, options);
  }

  /** Change a piece of artwork. */
  update(
    id: string,
    values: ArtworkUpdate,
    options: RequestOptions & { etag?: string } = {},
  ): Promise<Artwork> {
    return this.updateRecord(id, values, options);
  }

  /** Delete a piece of artwork. */
  delete(
    id: string,
    options: RequestOptions & { etag?: string; cascade?: boolean } = {},
  ): Promise<Deletion> {
    return this.deleteRecord(id, { cascade: options.cascade }, options);
  }

  /** Change many artwork. Each record is processed independently: an error in one does not affect the others. */
  bulk(
    action: 'update' | 'delete',
    ids: readonly string[],
    options: RequestOptions & { values?: Record<string, unknown>; cascade?: boolean } = {},
  ): Promise<BulkResult[]> {
    return this.bulkRecords(action, ids, options);
  }

  /**
   * Create or change a piece of artwork by its external id. Creates the record, or changes the one that has this
   * external id; fields that are left out stay as they are.
   */
  upsert(
    externalId: string,
    values: ArtworkUpsert,
    options: RequestOptions = {},
  ): Promise<Artwork> {
    return this.upsertRecord(externalId, values, options);
  }
}

/** A linear channel: programs one after the other, around the clock. */
export class ChannelResource extends Resource<Channel> {
  protected readonly plural: string = 'channels';

  /** List channels. */
  list(query: ChannelList = {}, options: RequestOptions = {}): Paginator<Channel> {
    return this.listPages(query, options);
  }

  /** Create a channel. */
  create(
    values: ChannelCreate,
    options: RequestOptions & { idempotencyKey?: string } = {},
  ): Promise<Channel> {
    return this.createRecord(values, options);
  }

  /** Read a channel. */
  retrieve(
    id: string,
    query: { fields?: ChannelFields | readonly ChannelFields[]; expand?: ChannelExpand | readonly ChannelExpand[] } = {},
    options: RequestOptions = {},
  ): Promise<Channel> {
    return this.retrieveRecord(id, query, options);
  }

  /** Change a channel. */
  update(
    id: string,
    values: ChannelUpdate,
    options: RequestOptions & { etag?: string } = {},
  ): Promise<Channel> {
    return this.updateRecord(id, values, options);
  }

  /** Delete a channel. */
  delete(
    id: string,
    options: RequestOptions & { etag?: string; cascade?: boolean; permanently?: boolean } = {},
  ): Promise<Deletion> {
    return this.deleteRecord(id, { cascade: options.cascade, permanently: options.permanently }, options);
  }

  /** Change many channels. Each record is processed independently: an error in one does not affect the others. */
  bulk(
    action: 'update' | 'delete',
    ids: readonly string[],
    options: RequestOptions & { values?: Record<string, unknown>; cascade?: boolean } = {},
  ): Promise<BulkResult[]> {
    return this.bulkRecords(action, ids, options);
  }

  /**
   * Create or change a channel by its external id. Creates the record, or changes the one that has this external
   * id; fields that are left out stay as they are.
   */
  upsert(
    externalId: string,
    values: ChannelUpsert,
    options: RequestOptions = {},
  ): Promise<Channel> {
    return this.upsertRecord(externalId, values, options);
  }
}

/**
 * One airing of content on a channel, with a start time and a duration. To create one, send the ids of the channel
 * and the content and the start time; the duration defaults to that of the content's media. The programs of a
 * channel must not overlap, and begin in the future. One that was aired, or is about to be, is not moved, shortened
 * or deleted.
 */
export class ProgramResource extends Resource<Program> {
  protected readonly plural: string = 'programs';

  /** List programs. */
  list(query: ProgramList = {}, options: RequestOptions = {}): Paginator<Program> {
    return this.listPages(query, options);
  }

  /** Create a program. */
  create(
    values: ProgramCreate,
    options: RequestOptions & { idempotencyKey?: string } = {},
  ): Promise<Program> {
    return this.createRecord(values, options);
  }

  /** Read a program. */
  retrieve(
    id: string,
    query: { fields?: ProgramFields | readonly ProgramFields[]; expand?: ProgramExpand | readonly ProgramExpand[] } = {},
    options: RequestOptions = {},
  ): Promise<Program> {
    return this.retrieveRecord(id, query, options);
  }

  /** Change a program. */
  update(
    id: string,
    values: ProgramUpdate,
    options: RequestOptions & { etag?: string } = {},
  ): Promise<Program> {
    return this.updateRecord(id, values, options);
  }

  /** Delete a program. */
  delete(
    id: string,
    options: RequestOptions & { etag?: string; cascade?: boolean; permanently?: boolean } = {},
  ): Promise<Deletion> {
    return this.deleteRecord(id, { cascade: options.cascade, permanently: options.permanently }, options);
  }

  /** Change many programs. Each record is processed independently: an error in one does not affect the others. */
  bulk(
    action: 'update' | 'delete',
    ids: readonly string[],
    options: RequestOptions & { values?: Record<string, unknown>; cascade?: boolean } = {},
  ): Promise<BulkResult[]> {
    return this.bulkRecords(action, ids, options);
  }

  /**
   * Create or change a program by its external id. Creates the record, or changes the one that has this external
   * id; fields that are left out stay as they are.
   */
  upsert(
    externalId: string,
    values: ProgramUpsert,
    options: RequestOptions = {},
  ): Promise<Program> {
    return this.upsertRecord(externalId, values, options);
  }
}

/**
 * A server to which the live streams of a channel are sent on while they last, by RTMP or RTMPS, such as that of a
 * social network. The stream key is stored encrypted and never returned.
 */
export class SimulcastTargetResource extends Resource<SimulcastTarget> {
  protected readonly plural: string = 'simulcast_targets';

  /** List simulcast targets. */
  list(query: SimulcastTargetList = {}, options: RequestOptions = {}): Paginator<SimulcastTarget> {
    return this.listPages(query, options);
  }

  /** Create a simulcast target. */
  create(
    values: SimulcastTargetCreate,
    options: RequestOptions & { idempotencyKey?: string } = {},
  ): Promise<SimulcastTarget> {
    return this.createRecord(values, options);
  }

  /** Read a simulcast target. */
  retrieve(
    id: string,
    query: { fields?: SimulcastTargetFields | readonly SimulcastTargetFields[]; expand?: SimulcastTargetExpand | readonly SimulcastTargetExpand[] } = {},
    options: RequestOptions = {},
  ): Promise<SimulcastTarget> {
    return this.retrieveRecord(id, query, options);
  }

  /** Change a simulcast target. */
  update(
    id: string,
    values: SimulcastTargetUpdate,
    options: RequestOptions & { etag?: string } = {},
  ): Promise<SimulcastTarget> {
    return this.updateRecord(id, values, options);
  }

  /** Delete a simulcast target. */
  delete(
    id: string,
    options: RequestOptions & { etag?: string; cascade?: boolean } = {},
  ): Promise<Deletion> {
    return this.deleteRecord(id, { cascade: options.cascade }, options);
  }

  /**
   * Change many simulcast targets. Each record is processed independently: an error in one does not affect the
   * others.
   */
  bulk(
    action: 'update' | 'delete',
    ids: readonly string[],
    options: RequestOptions & { values?: Record<string, unknown>; cascade?: boolean } = {},
  ): Promise<BulkResult[]> {
    return this.bulkRecords(action, ids, options);
  }

  /**
   * Create or change a simulcast target by its external id. Creates the record, or changes the one that has this
   * external id; fields that are left out stay as they are.
   */
  upsert(
    externalId: string,
    values: SimulcastTargetUpsert,
    options: RequestOptions = {},
  ): Promise<SimulcastTarget> {
    return this.upsertRecord(externalId, values, options);
  }
}

/**
 * A folder that the server watches for media files. Libraries are configured in the configuration file; here they
 * get a label, and they are the targets of uploads.
 */
export class LibraryResource extends Resource<Library> {
  protected readonly plural: string = 'libraries';

  /** List libraries. */
  list(query: LibraryList = {}, options: RequestOptions = {}): Paginator<Library> {
    return this.listPages(query, options);
  }

  /** Read a library. */
  retrieve(
    id: string,
    query: { fields?: LibraryFields | readonly LibraryFields[] } = {},
    options: RequestOptions = {},
  ): Promise<Library> {
    return this.retrieveRecord(id, query, options);
  }
}

/**
 * A file of a library and everything encoded from it: renditions, subtitles and thumbnails. It is playable as soon
 * as its first segments are published. Media are linked to content automatically; the link can be changed. A
 * deletion includes everything that was encoded.
 */
export class MediaResource extends Resource<Media> {
  protected readonly plural: string = 'media';

  /** List media. */
  list(query: MediaList = {}, options: RequestOptions = {}): Paginator<Media> {
    return this.listPages(query, options);
  }

  /** Read a piece of media. */
  retrieve(
    id: string,
    query: { fields?: MediaFields | readonly MediaFields[]; expand?: MediaExpand | readonly MediaExpand[] } = {},
    options: RequestOptions = {},
  ): Promise<Media> {
    return this.retrieveRecord(id, query, options);
  }

  /** Change a piece of media. */
  update(
    id: string,
    values: MediaUpdate,
    options: RequestOptions & { etag?: string } = {},
  ): Promise<Media> {
    return this.updateRecord(id, values, options);
  }

  /** Delete a piece of media. */
  delete(
    id: string,
    options: RequestOptions & { etag?: string; cascade?: boolean; file?: boolean } = {},
  ): Promise<Deletion> {
    return this.deleteRecord(id, { cascade: options.cascade, file: options.file }, options);
  }

  /** Try again: piece of media. Try to encode failed media again. */
  retry(id: string, options: RequestOptions = {}): Promise<Media> {
    return this.actOn(id, 'retry', {}, options);
  }

  /**
   * New keys: piece of media. Encrypt with new content keys, without encoding. The title plays as before until that
   * is done.
   */
  rekey(id: string, options: RequestOptions = {}): Promise<Media> {
    return this.actOn(id, 'rekey', {}, options);
  }

  /**
   * Encode again: piece of media. Encode the file again as a new revision. The current revision plays until the new
   * one is playable.
   */
  reencode(id: string, options: RequestOptions = {}): Promise<Media> {
    return this.actOn(id, 'reencode', {}, options);
  }

  /** Change many media. Each record is processed independently: an error in one does not affect the others. */
  bulk(
    action: 'retry' | 'rekey' | 'reencode' | 'update' | 'delete',
    ids: readonly string[],
    options: RequestOptions & { values?: Record<string, unknown>; cascade?: boolean } = {},
  ): Promise<BulkResult[]> {
    return this.bulkRecords(action, ids, options);
  }
}

/**
 * A group of viewers, such as a class, a company or the crew of a film. A grant to the group applies to each of its
 * members.
 */
export class ViewerGroupResource extends Resource<ViewerGroup> {
  protected readonly plural: string = 'viewer_groups';

  /** List viewer groups. */
  list(query: ViewerGroupList = {}, options: RequestOptions = {}): Paginator<ViewerGroup> {
    return this.listPages(query, options);
  }

  /** Create a viewer group. */
  create(
    values: ViewerGroupCreate,
    options: RequestOptions & { idempotencyKey?: string } = {},
  ): Promise<ViewerGroup> {
    return this.createRecord(values, options);
  }

  /** Read a viewer group. */
  retrieve(
    id: string,
    query: { fields?: ViewerGroupFields | readonly ViewerGroupFields[] } = {},
    options: RequestOptions = {},
  ): Promise<ViewerGroup> {
    return this.retrieveRecord(id, query, options);
  }

  /** Change a viewer group. */
  update(
    id: string,
    values: ViewerGroupUpdate,
    options: RequestOptions & { etag?: string } = {},
  ): Promise<ViewerGroup> {
    return this.updateRecord(id, values, options);
  }

  /** Delete a viewer group. */
  delete(
    id: string,
    options: RequestOptions & { etag?: string; cascade?: boolean } = {},
  ): Promise<Deletion> {
    return this.deleteRecord(id, { cascade: options.cascade }, options);
  }

  /** Change many viewer groups. Each record is processed independently: an error in one does not affect the others. */
  bulk(
    action: 'update' | 'delete',
    ids: readonly string[],
    options: RequestOptions & { values?: Record<string, unknown>; cascade?: boolean } = {},
  ): Promise<BulkResult[]> {
    return this.bulkRecords(action, ids, options);
  }

  /**
   * Create or change a viewer group by its external id. Creates the record, or changes the one that has this
   * external id; fields that are left out stay as they are.
   */
  upsert(
    externalId: string,
    values: ViewerGroupUpsert,
    options: RequestOptions = {},
  ): Promise<ViewerGroup> {
    return this.upsertRecord(externalId, values, options);
  }
}

/**
 * The right of a viewer, or of each member of a viewer group, to watch a title, a series, a category or everything,
 * for a time or for ever. It applies to titles whose visibility is “entitled”. A grant with the effect “deny”
 * refuses titles for members too, and is stronger than any other grant. Public titles play for everybody. To revoke
 * a grant, delete it.
 */
export class GrantResource extends Resource<Grant> {
  protected readonly plural: string = 'grants';

  /** List grants. */
  list(query: GrantList = {}, options: RequestOptions = {}): Paginator<Grant> {
    return this.listPages(query, options);
  }

  /** Create a grant. */
  create(
    values: GrantCreate,
    options: RequestOptions & { idempotencyKey?: string } = {},
  ): Promise<Grant> {
    return this.createRecord(values, options);
  }

  /** Read a grant. */
  retrieve(
    id: string,
    query: { fields?: GrantFields | readonly GrantFields[]; expand?: GrantExpand | readonly GrantExpand[] } = {},
    options: RequestOptions = {},
  ): Promise<Grant> {
    return this.retrieveRecord(id, query, options);
  }

  /** Change a grant. */
  update(
    id: string,
    values: GrantUpdate,
    options: RequestOptions & { etag?: string } = {},
  ): Promise<Grant> {
    return this.updateRecord(id, values, options);
  }

  /** Delete a grant. */
  delete(
    id: string,
    options: RequestOptions & { etag?: string; cascade?: boolean } = {},
  ): Promise<Deletion> {
    return this.deleteRecord(id, { cascade: options.cascade }, options);
  }

  /** Change many grants. Each record is processed independently: an error in one does not affect the others. */
  bulk(
    action: 'update' | 'delete',
    ids: readonly string[],
    options: RequestOptions & { values?: Record<string, unknown>; cascade?: boolean } = {},
  ): Promise<BulkResult[]> {
    return this.bulkRecords(action, ids, options);
  }

  /**
   * Create or change a grant by its external id. Creates the record, or changes the one that has this external id;
   * fields that are left out stay as they are.
   */
  upsert(
    externalId: string,
    values: GrantUpsert,
    options: RequestOptions = {},
  ): Promise<Grant> {
    return this.upsertRecord(externalId, values, options);
  }
}

/**
 * Codes with the same terms, for viewers who redeem them on the site. Each gives the viewer a grant. The codes are
 * generated when the record is created, and returned once, one a line; only their hashes are stored. When the
 * record is deleted its codes can no longer be redeemed; grants that they have given stay.
 */
export class AccessCodeResource extends Resource<AccessCode> {
  protected readonly plural: string = 'access_codes';

  /** List access codes. */
  list(query: AccessCodeList = {}, options: RequestOptions = {}): Paginator<AccessCode> {
    return this.listPages(query, options);
  }

  /** Create an access code. */
  create(
    values: AccessCodeCreate,
    options: RequestOptions & { idempotencyKey?: string } = {},
  ): Promise<AccessCode> {
    return this.createRecord(values, options);
  }

  /** Read an access code. */
  retrieve(
    id: string,
    query: { fields?: AccessCodeFields | readonly AccessCodeFields[]; expand?: AccessCodeExpand | readonly AccessCodeExpand[] } = {},
    options: RequestOptions = {},
  ): Promise<AccessCode> {
    return this.retrieveRecord(id, query, options);
  }

  /** Delete an access code. */
  delete(
    id: string,
    options: RequestOptions & { etag?: string; cascade?: boolean } = {},
  ): Promise<Deletion> {
    return this.deleteRecord(id, { cascade: options.cascade }, options);
  }

  /** Change many access codes. Each record is processed independently: an error in one does not affect the others. */
  bulk(
    action: 'delete',
    ids: readonly string[],
    options: RequestOptions & { values?: Record<string, unknown>; cascade?: boolean } = {},
  ): Promise<BulkResult[]> {
    return this.bulkRecords(action, ids, options);
  }
}

/** A studio, broadcaster or network on this server. Other organizations cannot see its records. */
export class OrganizationResource extends Resource<Organization> {
  protected readonly plural: string = 'organizations';

  /** List organizations. */
  list(query: OrganizationList = {}, options: RequestOptions = {}): Paginator<Organization> {
    return this.listPages(query, options);
  }

  /** Read an organization. */
  retrieve(
    id: string,
    query: { fields?: OrganizationFields | readonly OrganizationFields[] } = {},
    options: RequestOptions = {},
  ): Promise<Organization> {
    return this.retrieveRecord(id, query, options);
  }
}

/**
 * A URL with which one file can be uploaded once, without any other credential, such as by a browser on your site.
 * The response to its creation contains `url`, once: a tus 1.0 endpoint that also accepts the file as the body of a
 * PUT. The file enters the library, and the content if one is named; its media gets the external id and the
 * metadata of the link. Delete a link to revoke it.
 */
export class UploadLinkResource extends Resource<UploadLink> {
  protected readonly plural: string = 'upload_links';

  /** List upload links. */
  list(query: UploadLinkList = {}, options: RequestOptions = {}): Paginator<UploadLink> {
    return this.listPages(query, options);
  }

  /** Create a upload link. */
  create(
    values: UploadLinkCreate,
    options: RequestOptions & { idempotencyKey?: string } = {},
  ): Promise<UploadLink> {
    return this.createRecord(values, options);
  }

  /** Read a upload link. */
  retrieve(
    id: string,
    query: { fields?: UploadLinkFields | readonly UploadLinkFields[]; expand?: UploadLinkExpand | readonly UploadLinkExpand[] } = {},
    options: RequestOptions = {},
  ): Promise<UploadLink> {
    return this.retrieveRecord(id, query, options);
  }

  /** Delete a upload link. */
  delete(
    id: string,
    options: RequestOptions & { etag?: string; cascade?: boolean } = {},
  ): Promise<Deletion> {
    return this.deleteRecord(id, { cascade: options.cascade }, options);
  }

  /** Change many upload links. Each record is processed independently: an error in one does not affect the others. */
  bulk(
    action: 'delete',
    ids: readonly string[],
    options: RequestOptions & { values?: Record<string, unknown>; cascade?: boolean } = {},
  ): Promise<BulkResult[]> {
    return this.bulkRecords(action, ids, options);
  }
}

/**
 * A rule about requests for media of this organization and for its player configurations. When its expression (CEL)
 * is true, its action happens. Every process follows a change within a second. Policies are evaluated after the
 * access decision and can only restrict it.
 */
export class PolicyResource extends Resource<Policy> {
  protected readonly plural: string = 'policies';

  /** List edge policies. */
  list(query: PolicyList = {}, options: RequestOptions = {}): Paginator<Policy> {
    return this.listPages(query, options);
  }

  /** Create an edge policy. */
  create(
    values: PolicyCreate,
    options: RequestOptions & { idempotencyKey?: string } = {},
  ): Promise<Policy> {
    return this.createRecord(values, options);
  }

  /** Read an edge policy. */
  retrieve(
    id: string,
    query: { fields?: PolicyFields | readonly PolicyFields[]; expand?: PolicyExpand | readonly PolicyExpand[] } = {},
    options: RequestOptions = {},
  ): Promise<Policy> {
    return this.retrieveRecord(id, query, options);
  }

  /** Change an edge policy. */
  update(
    id: string,
    values: PolicyUpdate,
    options: RequestOptions & { etag?: string } = {},
  ): Promise<Policy> {
    return this.updateRecord(id, values, options);
  }

  /** Delete an edge policy. */
  delete(
    id: string,
    options: RequestOptions & { etag?: string; cascade?: boolean } = {},
  ): Promise<Deletion> {
    return this.deleteRecord(id, { cascade: options.cascade }, options);
  }

  /**
   * Roll back: edge policy. Restore the values of an earlier version of the policy. The restored values become a
   * new version.
   */
  rollback(
    id: string,
    values: PolicyRollback,
    options: RequestOptions = {},
  ): Promise<Policy> {
    return this.actOn(id, 'rollback', values, options);
  }

  /** Change many edge policies. Each record is processed independently: an error in one does not affect the others. */
  bulk(
    action: 'update' | 'delete',
    ids: readonly string[],
    options: RequestOptions & { values?: Record<string, unknown>; cascade?: boolean } = {},
  ): Promise<BulkResult[]> {
    return this.bulkRecords(action, ids, options);
  }

  /**
   * Create or change an edge policy by its external id. Creates the record, or changes the one that has this
   * external id; fields that are left out stay as they are.
   */
  upsert(
    externalId: string,
    values: PolicyUpsert,
    options: RequestOptions = {},
  ): Promise<Policy> {
    return this.upsertRecord(externalId, values, options);
  }
}

/**
 * Gives another program access to the partner surface. The key is returned once, when it is created or rotated;
 * only its hash is stored. After a rotation the old key stays valid for the chosen overlap. Programs cannot create
 * keys or change their scopes. They rotate and revoke their own (as the id `current`), and keys that have no other
 * scopes and expire no later.
 */
export class ApiKeyResource extends Resource<ApiKey> {
  protected readonly plural: string = 'api_keys';

  /** List API keys. */
  list(query: ApiKeyList = {}, options: RequestOptions = {}): Paginator<ApiKey> {
    return this.listPages(query, options);
  }

  /** Read an API key. */
  retrieve(
    id: string,
    query: { fields?: ApiKeyFields | readonly ApiKeyFields[] } = {},
    options: RequestOptions = {},
  ): Promise<ApiKey> {
    return this.retrieveRecord(id, query, options);
  }

  /** Rotate: API key. Create a new key. The old key stays valid for the overlap, then expires. */
  rotate(
    id: string,
    values: ApiKeyRotate,
    options: RequestOptions = {},
  ): Promise<ApiKey> {
    return this.actOn(id, 'rotate', values, options);
  }

  /** Revoke: API key. Invalidate the key immediately, including the old key of a rotation. */
  revoke(id: string, options: RequestOptions = {}): Promise<ApiKey> {
    return this.actOn(id, 'revoke', {}, options);
  }
}

/**
 * A URL that receives events as HTTP requests, signed as in the Standard Webhooks specification and retried until
 * it responds with a 2xx status. The secret is returned once, when it is created or rotated. A webhook stays when
 * the key that created it is revoked.
 */
export class WebhookResource extends Resource<Webhook> {
  protected readonly plural: string = 'webhooks';

  /** List webhooks. */
  list(query: WebhookList = {}, options: RequestOptions = {}): Paginator<Webhook> {
    return this.listPages(query, options);
  }

  /** Create a webhook. */
  create(
    values: WebhookCreate,
    options: RequestOptions & { idempotencyKey?: string } = {},
  ): Promise<Webhook> {
    return this.createRecord(values, options);
  }

  /** Read a webhook. */
  retrieve(
    id: string,
    query: { fields?: WebhookFields | readonly WebhookFields[] } = {},
    options: RequestOptions = {},
  ): Promise<Webhook> {
    return this.retrieveRecord(id, query, options);
  }

  /** Change a webhook. */
  update(
    id: string,
    values: WebhookUpdate,
    options: RequestOptions & { etag?: string } = {},
  ): Promise<Webhook> {
    return this.updateRecord(id, values, options);
  }

  /** Delete a webhook. */
  delete(
    id: string,
    options: RequestOptions & { etag?: string; cascade?: boolean } = {},
  ): Promise<Deletion> {
    return this.deleteRecord(id, { cascade: options.cascade }, options);
  }

  /** Send a test: webhook. Send an event of the type “test” now. */
  test(id: string, options: RequestOptions = {}): Promise<Webhook> {
    return this.actOn(id, 'test', {}, options);
  }

  /** Rotate secret: webhook. Create a new secret. Both secrets sign for the overlap. */
  rotateSecret(
    id: string,
    values: WebhookRotateSecret,
    options: RequestOptions = {},
  ): Promise<Webhook> {
    return this.actOn(id, 'rotate_secret', values, options);
  }

  /** Change many webhooks. Each record is processed independently: an error in one does not affect the others. */
  bulk(
    action: 'update' | 'delete',
    ids: readonly string[],
    options: RequestOptions & { values?: Record<string, unknown>; cascade?: boolean } = {},
  ): Promise<BulkResult[]> {
    return this.bulkRecords(action, ids, options);
  }

  /**
   * Create or change a webhook by its external id. Creates the record, or changes the one that has this external
   * id; fields that are left out stay as they are.
   */
  upsert(
    externalId: string,
    values: WebhookUpsert,
    options: RequestOptions = {},
  ): Promise<Webhook> {
    return this.upsertRecord(externalId, values, options);
  }
}

/** The delivery of one event to one webhook, with every attempt and its response. */
export class WebhookDeliveryResource extends Resource<WebhookDelivery> {
  protected readonly plural: string = 'webhook_deliveries';

  /** List deliveries. */
  list(query: WebhookDeliveryList = {}, options: RequestOptions = {}): Paginator<WebhookDelivery> {
    return this.listPages(query, options);
  }

  /** Read a delivery. */
  retrieve(
    id: string,
    query: { fields?: WebhookDeliveryFields | readonly WebhookDeliveryFields[]; expand?: WebhookDeliveryExpand | readonly WebhookDeliveryExpand[] } = {},
    options: RequestOptions = {},
  ): Promise<WebhookDelivery> {
    return this.retrieveRecord(id, query, options);
  }

  /** Send again: delivery. Deliver the same event again now, with the same webhook-id. */
  replay(id: string, options: RequestOptions = {}): Promise<WebhookDelivery> {
    return this.actOn(id, 'replay', {}, options);
  }
}

/** The resources of a client. */
export class Resources {
  readonly content: ContentResource;
  readonly series: SeriesResource;
  readonly seasons: SeasonResource;
  readonly categories: CategoryResource;
  readonly genres: GenreResource;
  readonly people: PersonResource;
  readonly credits: CreditResource;
  readonly artwork: ArtworkResource;
  readonly channels: ChannelResource;
  readonly programs: ProgramResource;
  readonly simulcastTargets: SimulcastTargetResource;
  readonly libraries: LibraryResource;
  readonly media: MediaResource;
  readonly viewerGroups: ViewerGroupResource;
  readonly grants: GrantResource;
  readonly accessCodes: AccessCodeResource;
  readonly organizations: OrganizationResource;
  readonly uploadLinks: UploadLinkResource;
  readonly policies: PolicyResource;
  readonly apiKeys: ApiKeyResource;
  readonly webhooks: WebhookResource;
  readonly webhookDeliveries: WebhookDeliveryResource;

  constructor(transport: Transport) {
    this.content = new ContentResource(transport);
    this.series = new SeriesResource(transport);
    this.seasons = new SeasonResource(transport);
    this.categories = new CategoryResource(transport);
    this.genres = new GenreResource(transport);
    this.people = new PersonResource(transport);
    this.credits = new CreditResource(transport);
    this.artwork = new ArtworkResource(transport);
    this.channels = new ChannelResource(transport);
    this.programs = new ProgramResource(transport);
    this.simulcastTargets = new SimulcastTargetResource(transport);
    this.libraries = new LibraryResource(transport);
    this.media = new MediaResource(transport);
    this.viewerGroups = new ViewerGroupResource(transport);
    this.grants = new GrantResource(transport);
    this.accessCodes = new AccessCodeResource(transport);
    this.organizations = new OrganizationResource(transport);
    this.uploadLinks = new UploadLinkResource(transport);
    this.policies = new PolicyResource(transport);
    this.apiKeys = new ApiKeyResource(transport);
    this.webhooks = new WebhookResource(transport);
    this.webhookDeliveries = new WebhookDeliveryResource(transport);
  }
}
