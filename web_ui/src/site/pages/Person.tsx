/** A person: who they are, and what of theirs is here. */
import { calls } from '../api/endpoints';
import { useRead } from '../api/cache';
import { t } from '../i18n';
import { Fault } from '../components/ProblemNotice';
import { Grid } from '../components/Grid';
import { Markdown } from '../components/Markdown';
import { Notice, Waiting } from '../components/Notice';
import { Page } from '../components/Page';
import { Picture } from '../components/Picture';
import type { Person as PersonData } from '../types';
import { date, role } from '../labels';

/** One card for each title, with all that the person did in it. Pure. */
export function works(credits: PersonData['credits']) {
  const found = new Map<string, { title: PersonData['credits'][number]['title']; did: string[] }>();
  for (const { title, character, role: name } of credits) {
    const known = found.get(title.id) ?? { title, did: [] };
    const did = character || role(name);
    if (!known.did.includes(did)) known.did.push(did);
    found.set(title.id, known);
  }
  return [...found.values()];
}

export function Person({ slug }: { slug: string }) {
  const { data: person, problem, reload } = useRead<PersonData>(calls.person(slug));
  if (!person) {
    return (
      <Page title={problem ? t('fault.not_found') : ''} state={problem ? 'error' : 'loading'}>
        {problem ? <Fault problem={problem} retry={reload} /> : <Waiting />}
      </Page>
    );
  }
  const done = works(person.credits);
  const life = [
    person.born && t('person.born', { date: date(person.born) }),
    person.died && t('person.died', { date: date(person.died) }),
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
            {life.filter(Boolean).map((fact) => (
              <span key={String(fact)}>{fact}</span>
            ))}
          </p>
          {person.biography && <Markdown text={person.biography} />}
        </div>
      </div>
      <section class="plain" aria-labelledby="works">
        <h2 id="works">{t('person.credits')}</h2>
        {done.length > 0 ? (
          <Grid cards={done.map(({ title }) => title)} lines={done.map(({ did }) => did.join(', '))} />
        ) : (
          <Notice small title={t('person.none')} why={t('person.none_why')} state="none" />
        )}
      </section>
    </Page>
  );
}
