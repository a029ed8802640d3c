/**
 * Client of the API of OTNet, a self-hosted OTT platform.
 *
 *     const otnet = new Client({ url: 'https://studio.example.org', key: 'otk_…' });
 *     for await (const film of otnet.content.list({ kind: 'film' })) console.log(film.title);
 */
export { Client, type ClientOptions } from './client.js';
export * from './errors.js';
export type { Event, MediaEvent, OtherEvent, RecordEvent } from './events.js';
export type * from './files.js';
export type * from './generated/types.js';
export type { Page, Paginator } from './paginator.js';
export type { ApiRecord, BulkResult, Deletion, RequestOptions } from './resource.js';
export { type UploadOptions, uploadToLink } from './tus.js';
export type { UploadFileOptions } from './uploads.js';
export { VERSION } from './version.js';
export type { WaitOptions } from './waiting.js';
export { type VerifyOptions, verify } from './webhooks.js';
