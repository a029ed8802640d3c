/** Signing a television in: its code is typed here, by somebody who is signed in and sees it. */
import { Check, Tv } from 'lucide';
import { useEffect, useState } from 'preact/hooks';
import { useSearch } from 'wouter-preact';
import { get, send } from '../api/http';
import { Problem } from '../api/problem';
import { complete, tidy } from '../deviceCode';
import { t } from '../i18n';
import { Icon } from '../components/Icon';
import { Said, Submit, useAttempt } from '../components/form';
import { Notice, Waiting } from '../components/Notice';
import { Fault } from '../components/ProblemNotice';
import { Page } from '../components/Page';
import { useSite } from '../session';
import type { Device } from '../types';
import { device as deviceWords } from '../labels';
import { Door } from './AccountLayout';

const at = (code: string) => `/api/v1/auth/device/${encodeURIComponent(code)}`;

export function Activate() {
  const { site, problem, reload } = useSite();
  const given = tidy(new URLSearchParams(useSearch()).get('code') ?? '');
  const [found, setFound] = useState<Device | null>(null);
  const [done, setDone] = useState<'in' | 'out' | null>(null);
  if (!site)
    return (
      <Page title={t('activate.title')} state="loading">
        {problem ? <Fault problem={problem} retry={reload} /> : <Waiting />}
      </Page>
    );
  if (!site.user) {
    const here = given ? `/activate?code=${given}` : '/activate';
    return (
      <Page title={t('activate.title')} state="signed-out">
        <Notice title={t('activate.sign_in')} why={t('activate.sign_in_why')} state="signed-out">
          <a class="button" href={`/sign-in?next=${encodeURIComponent(here)}`}>
            {t('nav.sign_in')}
          </a>
        </Notice>
      </Page>
    );
  }
  const again = () => {
    setFound(null);
    setDone(null);
  };
  if (done) return <Done allowed={done === 'in'} again={again} />;
  if (found) return <Ask device={found} email={site.user.email} answered={setDone} />;
  return <Type given={given} found={setFound} />;
}

function Type({ given, found }: { given: string; found: (device: Device) => void }) {
  const [code, setCode] = useState(given);
  const attempt = useAttempt(async () => found(await get<Device>(at(code))));
  const unknown = attempt.problem && [400, 404, 410].includes(attempt.problem.status);
  const words: Record<string, string> =
    attempt.problem && unknown
      ? { [attempt.problem.code]: `${t('activate.unknown')}. ${t('activate.unknown_why')}` }
      : {};
  // The code came with the address, from the television's QR code: nothing is left to type.
  useEffect(() => {
    if (complete(given)) get<Device>(at(given)).then(found, () => undefined);
  }, []);
  return (
    <Door title={t('activate.title')} why={t('activate.why')} state="enter">
      <form class="stack" onSubmit={attempt.submit}>
        <Said problem={attempt.problem} words={words} />
        <div class="field">
          <label for="code">{t('activate.code')}</label>
          <input
            id="code"
            name="code"
            class="entry tv-code"
            value={code}
            onInput={(e) => {
              e.currentTarget.value = tidy(e.currentTarget.value);
              setCode(e.currentTarget.value);
            }}
            placeholder="BCDF-GHJK"
            autoComplete="off"
            autoCapitalize="characters"
            spellcheck={false}
            required
            autoFocus
            data-testid="tv-code"
          />
        </div>
        <Submit busy={attempt.busy} disabled={!complete(code)}>
          {t('activate.submit')}
        </Submit>
      </form>
    </Door>
  );
}

function Ask({ device, email, answered }: { device: Device; email: string; answered: (done: 'in' | 'out') => void }) {
  const [problem, setProblem] = useState<Problem | null>(null);
  const answer = (allow: boolean) => {
    send('POST', at(device.user_code), { allow }).then(
      () => answered(allow ? 'in' : 'out'),
      (error: unknown) => setProblem(error instanceof Problem ? error : new Problem(0, 'other')),
    );
  };
  return (
    <Door title={t('activate.ask')} why={t('activate.ask_why')} state="ask">
      <p class="tv-code tv-shown" data-testid="tv-shown">
        {device.user_code}
      </p>
      <p class="with-icon">
        <Icon node={Tv} /> <span>{[device.agent && deviceWords(device.agent), email].filter(Boolean).join(' · ')}</span>
      </p>
      <Said problem={problem} />
      <div class="actions">
        <button type="button" class="button" onClick={() => answer(true)} data-testid="allow">
          {t('activate.allow')}
        </button>
        <button type="button" class="button quiet" onClick={() => answer(false)}>
          {t('activate.deny')}
        </button>
      </div>
    </Door>
  );
}

function Done({ allowed, again }: { allowed: boolean; again: () => void }) {
  return (
    <Door
      title={t(allowed ? 'activate.done' : 'activate.denied')}
      why={t(allowed ? 'activate.done_why' : 'activate.denied_why')}
      state={allowed ? 'done' : 'denied'}
    >
      {allowed ? (
        <p class="with-icon ready" role="status">
          <Icon node={Check} size={32} />
        </p>
      ) : (
        <button type="button" class="button quiet" onClick={again}>
          {t('activate.again')}
        </button>
      )}
    </Door>
  );
}
