/** The page of a preview link: one title, also a draft, with its player. It leads to no other page. */
import { useState } from 'preact/hooks';
import type { PreviewPage } from '../../../shared/viewerApi';
import { endpoints } from '../api/endpoints';
import { useCachedGet } from '../api/cache';
import { Markdown } from '../components/Markdown';
import { LoadingNotice } from '../components/Notice';
import { Page } from '../components/Page';
import { Picture } from '../components/Picture';
import { ProblemNotice } from '../components/ProblemNotice';
import { t } from '../i18n';
import { dateLabel, durationLabel, roleLabel, timeLabel } from '../labels';
import { PlayerHost } from '../watch/PlayerHost';

export function Preview({ token }: { token: string }) {
  const url = endpoints.preview(token);
  const { data, problem, reload } = useCachedGet<PreviewPage>(url);
  if (!data) {
    return (
      <Page title={t('preview.label')} state={problem ? 'error' : 'loading'}>
        {problem ? <ProblemNotice problem={problem} retry={reload} /> : <LoadingNotice />}
      </Page>
    );
  }
  return <PreviewDetails page={data} playback={`${url}/playback`} />;
}

function explanation({ viewer, expires_at }: PreviewPage): string {
  if (viewer === null) return t('preview.why', { date: dateLabel(expires_at.slice(0, 10)) });
  return t('preview.as', { viewer, date: timeLabel(expires_at) });
}

function PreviewDetails({ page, playback }: { page: PreviewPage; playback: string }) {
  const [, setState] = useState('loading');
  const facts = [
    page.year,
    page.duration_s ? durationLabel(page.duration_s) : null,
    page.age_rating ? `${page.age_rating}+` : null,
    ...page.genres.slice(0, 3),
  ].filter(Boolean);
  return (
    <Page title={page.title} state="shown" class="page preview">
      <p class="preview-note" role="note">
        <b>{t('preview.label')}</b> {explanation(page)}
      </p>
      {page.playable ? (
        <div class="preview-player ink">
          <PlayerHost
            src={playback}
            audio={page.media_kind === 'audio'}
            onState={setState}
            onEngine={() => undefined}
          />
        </div>
      ) : (
        <p class="muted">{t('preview.not_playable')}</p>
      )}
      <div class="preview-head">
        {page.images.poster && (
          <div class="preview-poster">
            <Picture
              picture={page.images.poster}
              sizes="160px"
              art={{ seed: page.title, title: page.title, kind: 'film', ratio: 2 / 3 }}
              decorative={false}
            />
          </div>
        )}
        <div>
          <h1 dir="auto">{page.title}</h1>
          {page.subtitle && (
            <p class="subtitle" dir="auto">
              {page.subtitle}
            </p>
          )}
          <p class="muted">{facts.join(' · ')}</p>
          {page.tagline && page.tagline !== page.subtitle && (
            <p class="tagline" dir="auto">
              {page.tagline}
            </p>
          )}
          {page.synopsis && <Markdown text={page.synopsis} />}
          {page.credits.length > 0 && (
            <dl class="about-facts">
              {page.credits.map((credit) => (
                <div key={`${credit.role} ${credit.name} ${credit.character}`}>
                  <dt>{credit.character || roleLabel(credit.role)}</dt>
                  <dd dir="auto">{credit.name}</dd>
                </div>
              ))}
            </dl>
          )}
        </div>
      </div>
    </Page>
  );
}
