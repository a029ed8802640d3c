// The client against a real server: OTNET, OTNET_KEY and OTNET_READING_KEY are in the environment; film.mp4 and poster.jpg
// in the working folder.
import assert from 'node:assert/strict';
import { openAsBlob, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import * as errors from '../dist/errors.js';
import { Client, uploadToLink } from '../dist/index.js';

const otnet = new Client();

/** A film with a content of its own. */
function newFilm(name) {
  const unique = Buffer.from(`\0\0\0\x1cfree${crypto.randomUUID().slice(0, 20)}`, 'latin1');
  writeFileSync(name, Buffer.concat([readFileSync('film.mp4'), unique]));
  return name;
}

test('records are created, changed and deleted', async () => {
  const made = await otnet.content.create({ title: 'Night Train', kind: 'film', release_date: '2026-03-14' });
  const until = new Date('2030-01-01T00:00:00Z');
  const changed = await otnet.content.update(made.id, { age_rating: 12, published_until: until }, { etag: made.etag });
  assert.equal(changed.age_rating, 12);
  assert.equal(Date.parse(changed.published_until), until.getTime());
  await assert.rejects(
    otnet.content.update(made.id, { age_rating: 16 }, { etag: made.etag }),
    errors.ChangedMeanwhileError,
  );
  assert.equal((await otnet.content.publish(made.id)).status, 'published');
  const [result] = await otnet.content.bulk('unpublish', [made.id]);
  assert.equal(result.record.status, 'draft');
  assert.deepEqual({ ...(await otnet.content.retrieve(made.id, { fields: 'id' })) }, { id: made.id });
  await otnet.content.delete(made.id, { permanently: true });
  await assert.rejects(otnet.content.retrieve(made.id), errors.NotFoundError);
  assert.match(otnet.serverVersion, /\d/);
});

test('upsert is repeatable and cascade counts', async () => {
  const film = await otnet.content.upsert('ts/4711 ü', { title: 'By external id', metadata: { desk: 'culture' } });
  const again = await otnet.content.upsert('ts/4711 ü', { title: 'Renamed' });
  assert.deepEqual([again.id, again.title, again.metadata], [film.id, 'Renamed', { desk: 'culture' }]);
  const genre = await otnet.genres.create({ name: 'TypeScript' }, { idempotencyKey: 'ts-genre' });
  assert.equal((await otnet.genres.create({ name: 'TypeScript' }, { idempotencyKey: 'ts-genre' })).id, genre.id);
  await otnet.content.update(film.id, { genres: [genre.id] });
  await assert.rejects(otnet.genres.delete(genre.id), (e) => e.code === 'in_use' && e.usedBy[0].resource === 'content');
  const deletion = await otnet.genres.delete(genre.id, { cascade: true });
  assert.deepEqual(deletion, { deleted: { genre: 1 }, cleared: { content: 1 } });
});

test('lists page, filter and count', async () => {
  for (let n = 0; n < 5; n += 1) await otnet.categories.create({ name: `Category ${n}` });
  const names = [];
  for await (const category of otnet.categories.list({ limit: 2, sort: 'name' })) names.push(category.name);
  assert.deepEqual(
    names,
    [0, 1, 2, 3, 4].map((n) => `Category ${n}`),
  );
  const some = await otnet.categories.list({ name: ['Category 1', 'Category 3'], 'created_at.gte': new Date(0) }).all();
  assert.equal(some.length, 2);
  const first = await otnet.categories.list({ limit: 2, total: true }).firstPage();
  assert.deepEqual([first.items.length, first.total, Boolean(first.next)], [2, 5, true]);
});

test('errors name fields and requests', async () => {
  await assert.rejects(otnet.programs.create({ starts_at: 'tomorrow' }), (error) => {
    assert.ok(error instanceof errors.ValidationError);
    assert.deepEqual(Object.keys(error.fieldErrors).sort(), ['channel', 'content', 'starts_at']);
    assert.ok(error.requestId && error.message.includes(error.requestId));
    return error.code === 'invalid' && error.type === 'about:blank';
  });
  const wrong = new Client({ key: 'otk_wrong' });
  await assert.rejects(wrong.content.list().firstPage(), errors.AuthenticationError);
  const reader = new Client({ key: process.env.OTNET_READING_KEY });
  await assert.rejects(reader.genres.create({ name: 'Refused' }), errors.PermissionDeniedError);
});

test('a file is uploaded for content, and awaited', async () => {
  const film = await otnet.content.create({ title: 'Upload', kind: 'film' });
  const sent = [];
  const options = { content: film.id, externalId: 'ts asset', metadata: { desk: 'culture' }, chunkBytes: 4096 };
  const onProgress = (bytes, total) => sent.push([bytes, total]);
  const link = await otnet.uploads.uploadFile(newFilm('Überfahrt, 1.mp4'), { ...options, onProgress });
  assert.ok(sent.length > 2 && sent[0][0] === 0 && sent.at(-1)[0] === sent.at(-1)[1]);
  const media = await otnet.uploads.waitUntilReady(link);
  assert.deepEqual(
    [media.state, media.content, media.external_id, media.metadata],
    ['ready', film.id, 'ts asset', { desk: 'culture' }],
  );
  await assert.rejects(otnet.uploads.uploadFile('film.mp4', { externalId: 'ts asset' }), errors.ConflictError);
  await otnet.media.putSubtitles(media.id, '1\n00:00:00,000 --> 00:00:00,400\nHi\n', { language: 'de' });
  const [subtitles] = await otnet.media.listSubtitles(media.id);
  assert.equal(subtitles.language, 'de');
  const changed = await otnet.media.changeSubtitles(media.id, subtitles.id, { roles: ['sdh'] });
  await otnet.media.deleteSubtitles(media.id, changed.id);
});

test('an upload with a link continues where it was interrupted, without a key', async () => {
  const [library] = await otnet.libraries.list().all();
  const link = await otnet.uploadLinks.create({ library: library.id, filename: 'Browser.mp4' });
  const file = new File([await openAsBlob(newFilm('browser.mp4'))], 'browser.mp4');
  const controller = new AbortController();
  const interrupt = (sent, total) => sent > total / 2 && controller.abort(new Error('closed'));
  const options = { chunkBytes: 4096, signal: controller.signal, onProgress: interrupt };
  await assert.rejects(uploadToLink(link, file, options), /closed/);
  const offsets = [];
  await uploadToLink(link.url, file, { chunkBytes: 4096, onProgress: (sent) => offsets.push(sent) });
  assert.ok(offsets[0] > file.size / 2);
  assert.match((await otnet.uploads.waitForMedia(link)).title, /^Browser/);
  await assert.rejects(uploadToLink(link, new Blob(['other'])), { name: 'UploadError', resumable: false });
});

test('a refused file leaves no upload link', async () => {
  const text = new File(['no film'], 'text.mp4');
  await assert.rejects(otnet.uploads.uploadFile(text), { status: 415 });
  const links = await otnet.uploadLinks.list().all();
  assert.ok(links.every((link) => link.filename !== 'text.mp4'));
  await assert.rejects(otnet.uploads.uploadFile('nowhere.mp4'), /can't be read/);
});

test('pictures are stored, events listed, and waiting ends', async () => {
  const film = await otnet.content.create({ title: 'Picture', kind: 'film' });
  const artwork = await otnet.artwork.create({ kind: 'poster', content: film.id });
  const crop = { x: 0, y: 0, width: 0.5, height: 1 };
  const stored = await otnet.artwork.putFile(artwork.id, await openAsBlob('poster.jpg'), { crop });
  assert.ok(stored.image);
  await assert.rejects(otnet.artwork.putFile(artwork.id, Buffer.from('GIF89a')), /neither JPEG/);
  const position = await otnet.events.position();
  const genre = await otnet.genres.create({ name: 'Event' });
  const [event] = await otnet.events.list({ after: position, type: 'genre.created' }).all();
  assert.deepEqual([event.kind, event.data.id], ['record', genre.id]);
  assert.deepEqual(await otnet.events.list({ after: event.id, type: 'genre.created' }).all(), []);
  const [library] = await otnet.libraries.list().all();
  const link = await otnet.uploadLinks.create({ library: library.id });
  await assert.rejects(otnet.uploads.waitForMedia(link, { timeoutMs: 5 }), errors.WaitTimeoutError);
  await assert.rejects(otnet.imports.waitUntilDone('0'.repeat(32)), errors.NotFoundError);
  const download = (await otnet.exports.list()).find((e) => !e.feed);
  assert.ok((await (await otnet.exports.download(download.name)).arrayBuffer()).byteLength);
});

test('stream keys are created, rotated and revoked', async () => {
  const channel = await otnet.channels.create({ name: 'Live TypeScript' });
  const made = await otnet.channels.createStreamKey(channel.id, { name: 'Camera', role: 'backup' });
  assert.deepEqual([made.name, made.role, made.key.startsWith(made.prefix)], ['Camera', 'backup', true]);
  const rotated = await otnet.channels.rotateStreamKey(channel.id, made.id, { overlap_hours: 1 });
  assert.deepEqual([rotated.id, rotated.old_prefix], [made.id, made.prefix]);
  const [listed] = await otnet.channels.listStreamKeys(channel.id);
  assert.deepEqual([listed.prefix, 'key' in listed], [rotated.prefix, false]);
  assert.equal((await otnet.channels.live(channel.id)).state, 'waiting');
  await otnet.channels.revokeStreamKey(channel.id, made.id);
  assert.equal((await otnet.channels.live(channel.id)).state, 'off');
  await assert.rejects(otnet.media.createClip('0'.repeat(12), { in: 0, out: 1 }), errors.NotFoundError);
});
