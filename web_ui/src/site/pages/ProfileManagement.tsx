/** The profiles of the account, to add, edit and delete. */
import { Pencil, Plus } from 'lucide';
import { useState } from 'preact/hooks';
import { t } from '../i18n';
import { FormProblem, SubmitButton, TextField, useSubmit } from '../components/form';
import { Icon } from '../components/Icon';
import { ProfileAvatar } from '../components/ProfileAvatar';
import { AGE_LIMITS, deleteProfile, saveProfile, useProfiles } from '../profiles';
import type { ViewerProfile } from '../../../shared/viewerApi';

const MAX_PROFILES = 8;
const COLORS = [0, 1, 2, 3, 4, 5, 6];

export function ProfileManagement() {
  const { data } = useProfiles(true);
  const [edited, setEdited] = useState<string | null>(null);
  const profiles = data?.items ?? [];
  const close = () => setEdited(null);
  return (
    <section class="part" aria-labelledby="profiles">
      <div class="part-words">
        <h2 id="profiles">{t('profiles.heading')}</h2>
        <p class="muted">{t('profiles.why')}</p>
      </div>
      <div class="part-body stack">
        <ul class="lines" data-testid="profiles">
          {profiles.map((profile) => (
            <li key={profile.id} class="profile-line">
              <ProfileAvatar profile={profile} />
              <span>
                <span dir="auto">{profile.name}</span>
                <span class="line">
                  {profile.main
                    ? t('profiles.main')
                    : profile.max_age === null
                      ? t('profiles.no_limit')
                      : t('profiles.up_to', { age: profile.max_age })}
                </span>
              </span>
              <button
                type="button"
                class="icon-button"
                aria-label={t('profiles.edit', { name: profile.name })}
                aria-expanded={edited === profile.id}
                onClick={() => setEdited(edited === profile.id ? null : profile.id)}
              >
                <Icon node={Pencil} size={18} />
              </button>
              {edited === profile.id && <ProfileEditor profile={profile} close={close} />}
            </li>
          ))}
        </ul>
        {edited === 'new' && <ProfileEditor profile={null} close={close} />}
        {edited !== 'new' && profiles.length > 0 && profiles.length < MAX_PROFILES && (
          <button type="button" class="button quiet" onClick={() => setEdited('new')}>
            <Icon node={Plus} size={18} />
            {t('profiles.add')}
          </button>
        )}
      </div>
    </section>
  );
}

function ProfileEditor({ profile, close }: { profile: ViewerProfile | null; close: () => void }) {
  const [color, setColor] = useState(profile?.color ?? 1);
  const attempt = useSubmit(async ({ name = '', limit = '', pin = '', remove_pin }) => {
    await saveProfile(profile?.id ?? null, {
      name,
      color,
      ...(profile?.main ? {} : { max_age: limit === '' ? null : Number(limit) }),
      ...(remove_pin ? { pin: '' } : pin ? { pin } : {}),
    });
    close();
  });
  const removal = useSubmit(async () => {
    if (profile) await deleteProfile(profile.id);
    close();
  });
  return (
    <div class="profile-editor">
      <form class="stack" onSubmit={attempt.submit}>
        {attempt.problem?.errors.length === 0 && <FormProblem problem={attempt.problem} />}
        <TextField
          name="name"
          id="profile-name"
          label={t('profiles.name')}
          maxLength={40}
          defaultValue={profile?.name ?? ''}
          autoComplete="off"
          dir="auto"
          required
          autoFocus
          problem={attempt.problem}
        />
        <fieldset class="colors">
          <legend>{t('profiles.color')}</legend>
          {COLORS.map((n) => (
            <label key={n}>
              <input type="radio" name="color" checked={n === color} onChange={() => setColor(n)} />
              <span class={`swatch profile-color-${n}`} />
              <span class="unseen">{n + 1}</span>
            </label>
          ))}
        </fieldset>
        {!profile?.main && (
          <div class="field">
            <label for="limit">{t('profiles.limit')}</label>
            <select id="limit" name="limit" class="entry" defaultValue={String(profile?.max_age ?? '')}>
              <option value="">{t('profiles.no_limit')}</option>
              {AGE_LIMITS.map((age) => (
                <option key={age} value={age}>
                  {t('profiles.up_to', { age })}
                </option>
              ))}
            </select>
          </div>
        )}
        <TextField
          name="pin"
          id="profile-pin"
          type="password"
          inputMode="numeric"
          pattern="[0-9]{4}"
          maxLength={4}
          autoComplete="new-password"
          label={t('profiles.new_pin')}
          hint={t(profile?.has_pin ? 'profiles.pin_kept' : 'profiles.pin_hint')}
          problem={attempt.problem}
        />
        {profile?.has_pin && (
          <label class="check">
            <input type="checkbox" name="remove_pin" value="yes" /> {t('profiles.remove_pin')}
          </label>
        )}
        <SubmitButton busy={attempt.busy}>{t('profiles.save')}</SubmitButton>
        <button type="button" class="text-button" onClick={close}>
          {t('profiles.close')}
        </button>
      </form>
      {profile && !profile.main && (
        <form class="stack" onSubmit={removal.submit}>
          <FormProblem problem={removal.problem} />
          <p class="muted">{t('profiles.delete_why')}</p>
          <button type="submit" class="button quiet" disabled={removal.busy}>
            {t('profiles.delete')}
          </button>
        </form>
      )}
    </div>
  );
}
