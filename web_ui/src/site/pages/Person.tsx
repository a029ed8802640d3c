/** A person's page: biography and titles. */
import { endpoints } from '../api/endpoints';
import { useCachedGet } from '../api/cache';
import { t } from '../i18n';
import { ProblemNotice } from '../components/ProblemNotice';
import { Grid } from '../components/Grid';
import { Markdown } from '../components/Markdown';
import { Notice, LoadingNotice } from '../components/Notice';
import { Page } from '../components/Page';
import { Picture } from '../components/Picture';
import type { Person as PersonData } from '../../../shared/viewerApi';
import { dateLabel, roleLabel } from '../labels';

/** One entry per title, with all roles of the person in it. Pure. */
export function titlesByCredit(credits: PersonData['credits']) {
  const byTitle = new Map<string, { title: PersonData['credits'][number]['title']; roles: string[] }>();
  for (const { title, character, role: name } of credits) {
    const known = byTitle.get(title.id) ?? { title, roles: [] };
    const roles = character || roleLabel(name);
    if (!known.roles.includes(roles)) known.roles.push(roles);
    byTitle.set(title.id, known);
  }
  return [...byTitle.values()];
}

export function Person({ slug }: { slug: string }) {
  const { data: person, problem, reload } = useCachedGet<PersonData>(endpoints.person(slug));
  if (!person) {
    return (
      <Page title={problem ? t('fault.not_found') : ''} state={problem ? 'error' : 'loading'}>
        {problem ? <ProblemNotice problem={problem} retry={reload} /> : <LoadingNotice />}
      </Page>
    );
  }
  const titles = titlesByCredit(person.credits);
  const lifespan = [
    person.born && t('person.born', { date: dateLabel(person.born) }),
    person.died && t('person.died', { date: dateLabel(person.died) }),
  ];
  return (
    <Page title={person.name} state="shown" class="page">
      <div class="portrait">
        <div class="round">
          <Picture
            picture={person.image}
            sizes="(min-width: 768px) 240px, 160px"
            eager
            decorative={false}
            art={{ seed: person.slug, title: person.name, kind: 'person', ratio: 1 }}
          />
        </div>
        <div>
          <h1 dir="auto">{person.name}</h1>
          <p class="facts">
            {lifespan.filter(Boolean).map((fact) => (
              <span key={String(fact)}>{fact}</span>
            ))}
          </p>
          {person.biography && <Markdown text={person.biography} />}
        </div>
      </div>
      <section class="plain" aria-labelledby="works">
        <h2 id="works">{t('person.credits')}</h2>
        {titles.length > 0 ? (
          <Grid cards={titles.map(({ title }) => title)} lines={titles.map(({ roles }) => roles.join(', '))} />
        ) : (
          <Notice small title={t('person.none')} explanation={t('person.none_why')} state="none" />
        )}
      </section>
    </Page>
  );
}
