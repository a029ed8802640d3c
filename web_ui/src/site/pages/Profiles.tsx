/** “Who is watching?”: choose a profile of the account. */
import { useState } from 'preact/hooks';
import { t } from '../i18n';
import { navigate } from '../nav/clientNavigation';
import { FormProblem, SubmitButton, TextField, useSubmit } from '../components/form';
import { LoadingNotice, Notice } from '../components/Notice';
import { Page } from '../components/Page';
import { ProblemNotice } from '../components/ProblemNotice';
import { ProfileAvatar } from '../components/ProfileAvatar';
import { Problem } from '../../../shared/problem';
import { switchProfile, useProfiles } from '../profiles';
import { useSite } from '../session';
import type { ViewerProfile } from '../../../shared/viewerApi';

export function Profiles() {
  const { site } = useSite();
  const { data, problem, reload } = useProfiles(Boolean(site?.user));
  const [locked, setLocked] = useState<ViewerProfile | null>(null);
  const [fault, setFault] = useState<Problem | null>(null);
  if (site && !site.user) {
    return (
      <Page title={t('profiles.title')} state="signed-out">
        <Notice title={t('profile.out')} explanation={t('profile.out_why')} state="signed-out">
          <a class="button" href="/sign-in?next=%2Fprofiles">
            {t('nav.sign_in')}
          </a>
        </Notice>
      </Page>
    );
  }
  if (!data) {
    return (
      <Page title={t('profiles.title')} state={problem ? 'error' : 'loading'}>
        {problem ? <ProblemNotice problem={problem} retry={reload} /> : <LoadingNotice />}
      </Page>
    );
  }
  const choose = (profile: ViewerProfile) => {
    setFault(null);
    if (profile.has_pin && !profile.active) {
      setLocked(profile);
      return;
    }
    switchProfile(profile.id).then(
      () => navigate('/'),
      (error: unknown) => setFault(error instanceof Problem ? error : new Problem(0, 'other')),
    );
  };
  return (
    <Page title={t('profiles.title')} state="listed" class="page profiles">
      <h1 class="page-title">{t('profiles.title')}</h1>
      <FormProblem problem={fault} />
      <ul class="profile-grid" data-row>
        {data.items.map((profile) => (
          <li key={profile.id}>
            <button
              type="button"
              class="profile-choice"
              data-item
              aria-current={profile.active ? 'true' : undefined}
              aria-label={profile.has_pin ? t('profiles.locked', { name: profile.name }) : undefined}
              onClick={() => choose(profile)}
            >
              <ProfileAvatar profile={profile} />
              <span dir="auto">{profile.name}</span>
              {profile.max_age !== null && (
                <span class="muted line">{t('profiles.up_to', { age: profile.max_age })}</span>
              )}
            </button>
          </li>
        ))}
      </ul>
      {locked && <PinForm key={locked.id} profile={locked} />}
      <p>
        <a class="button quiet" href="/profile">
          {t('profiles.settings')}
        </a>
      </p>
    </Page>
  );
}

function PinForm({ profile }: { profile: ViewerProfile }) {
  const attempt = useSubmit(async ({ pin = '' }) => {
    await switchProfile(profile.id, pin);
    navigate('/');
  });
  return (
    <form class="stack pin-form" onSubmit={attempt.submit} data-testid="pin">
      <FormProblem problem={attempt.problem} texts={{ wrong_pin: t('profiles.pin_wrong') }} />
      <TextField
        name="pin"
        type="password"
        inputMode="numeric"
        pattern="[0-9]{4}"
        maxLength={4}
        autoComplete="off"
        label={t('profiles.pin', { name: profile.name })}
        required
        autoFocus
        problem={attempt.problem}
      />
      <SubmitButton busy={attempt.busy}>{t('profiles.pin_open')}</SubmitButton>
    </form>
  );
}
