/** Sections of the account page: what the account includes, redeeming a code, and what it plays now. */
import { useState } from 'preact/hooks';
import type { Inclusion, InclusionList } from '../../../shared/viewerApi';
import { revalidate, revalidateStale, useCachedGet } from '../api/cache';
import { INCLUSIONS, REDEEM } from '../api/endpoints';
import { send } from '../api/http';
import { FormProblem, SubmitButton, TextField, useSubmit } from '../components/form';
import { Streams } from '../components/Streams';
import { t } from '../i18n';
import { dateLabel } from '../labels';

const SCOPES = {
  title: 'access.title',
  series: 'access.series',
  category: 'access.category',
} as const;
const nameOf = ({ scope, title }: Inclusion): string => (scope === 'everything' ? t('access.everything') : title);
const untilOf = ({ ends_at }: Inclusion): string =>
  ends_at ? t('access.until', { date: dateLabel(ends_at) }) : t('access.always');

export function IncludedTitles() {
  const { data, problem } = useCachedGet<InclusionList>(INCLUSIONS);
  const [done, setDone] = useState<Inclusion | null>(null);
  const [forms, setForms] = useState(0);
  const attempt = useSubmit(async ({ code = '' }) => {
    setDone(null);
    setDone((await send('POST', REDEEM, { code })) as Inclusion);
    setForms((n) => n + 1);
    void revalidate(INCLUSIONS);
    revalidateStale(0);
  });
  const wait = Math.max(1, Math.ceil((attempt.problem?.retryAfter ?? 60) / 60));
  const problemTexts = {
    no_such_code: t('access.wrong'),
    redeemed_already: t('access.already'),
    too_many_attempts: t('access.too_many', { n: wait }),
  };
  return (
    <section class="part" aria-labelledby="access">
      <div class="part-words">
        <h2 id="access">{t('access.heading')}</h2>
        <p class="muted">{t('access.why')}</p>
      </div>
      <div class="part-body stack">
        {problem && <FormProblem problem={problem} />}
        <ul class="lines" data-testid="inclusions">
          {(data?.items ?? []).map((item, at) => (
            <li key={at}>
              <span>
                {item.href ? (
                  <a class="link" href={item.href} dir="auto">
                    {nameOf(item)}
                  </a>
                ) : (
                  nameOf(item)
                )}
                <span class="line">
                  {item.scope === 'everything' ? untilOf(item) : `${t(SCOPES[item.scope])} · ${untilOf(item)}`}
                </span>
              </span>
            </li>
          ))}
        </ul>
        <form class="stack" onSubmit={attempt.submit} key={forms}>
          <FormProblem problem={attempt.problem} texts={problemTexts} />
          {done && !attempt.busy && !attempt.problem && (
            <p role="status" class="ready">
              {t('access.done', { what: nameOf(done) || t('access.title'), until: untilOf(done) })}
            </p>
          )}
          <TextField
            name="code"
            label={t('access.code')}
            class="mono"
            autoComplete="off"
            autoCapitalize="characters"
            spellcheck={false}
            maxLength={40}
            placeholder="BCDF-GHJK-LMNP"
            required
            problem={attempt.problem}
          />
          <SubmitButton busy={attempt.busy}>{t('access.redeem')}</SubmitButton>
        </form>
      </div>
    </section>
  );
}

export function PlayingNow() {
  return (
    <section class="part" aria-labelledby="streams">
      <div class="part-words">
        <h2 id="streams">{t('streams.heading')}</h2>
        <p class="muted">{t('streams.why')}</p>
      </div>
      <div class="part-body">
        <Streams />
      </div>
    </section>
  );
}
