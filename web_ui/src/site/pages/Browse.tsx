/** Genres and categories to browse, each with the picture of its newest title. */
import { endpoints } from '../api/endpoints';
import { useCachedGet } from '../api/cache';
import { t } from '../i18n';
import { pictureFor } from '../components/Card';
import { LoadingNotice, Notice } from '../components/Notice';
import { Page } from '../components/Page';
import { Picture } from '../components/Picture';
import { ProblemNotice } from '../components/ProblemNotice';
import type { Browse as BrowseData, TaxonomyTile } from '../../../shared/viewerApi';

export function Browse() {
  const { data, problem, reload } = useCachedGet<BrowseData>(endpoints.browse());
  if (!data) {
    return (
      <Page title={t('nav.browse')} state={problem ? 'error' : 'loading'}>
        {problem ? <ProblemNotice problem={problem} retry={reload} /> : <LoadingNotice />}
      </Page>
    );
  }
  if (data.genres.length + data.categories.length === 0) {
    return (
      <Page title={t('nav.browse')} state="empty">
        <Notice title={t('browse.empty')} explanation={t('browse.empty_why')} state="empty" />
      </Page>
    );
  }
  return (
    <Page title={t('nav.browse')} state="listed">
      <h1 class="page-title">{t('nav.browse')}</h1>
      <Tiles id="genres" heading={t('browse.genres')} tiles={data.genres} />
      <Tiles id="categories" heading={t('browse.categories')} tiles={data.categories} />
    </Page>
  );
}

function Tiles({ id, heading, tiles }: { id: string; heading: string; tiles: readonly TaxonomyTile[] }) {
  if (tiles.length === 0) return null;
  return (
    <section class="tiles" aria-labelledby={id}>
      <h2 id={id}>{heading}</h2>
      <ul data-row>
        {tiles.map((tile) => (
          <li key={tile.href}>
            <a class="tile ink" href={tile.href} data-item>
              <Picture
                picture={pictureFor(tile, 'still')}
                sizes="(min-width: 1160px) 25vw, 50vw"
                art={{ seed: tile.slug, title: tile.name, kind: 'film', ratio: 16 / 9 }}
                fill
              />
              <span dir="auto">{tile.name}</span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
