/** Signs in a television: a signed-in viewer enters and confirms its code. */
import { Check, Tv } from 'lucide';
import { useEffect, useState } from 'preact/hooks';
import { useSearch } from 'wouter-preact';
import { get, send } from '../api/http';
import { Problem } from '../../../shared/problem';
import { isCompleteCode, formatDeviceCode } from '../deviceCode';
import { t } from '../i18n';
import { Icon } from '../components/Icon';
import { FormProblem, SubmitButton, useSubmit } from '../components/form';
import { Notice, LoadingNotice } from '../components/Notice';
import { ProblemNotice } from '../components/ProblemNotice';
import { Page } from '../components/Page';
import { useSite } from '../session';
import type { WaitingDevice } from '../../../shared/viewerApi';
import { deviceName as deviceWords } from '../labels';
import { AccountLayout } from './AccountLayout';

const devicePath = (code: string) => `/api/v1/auth/device/${encodeURIComponent(code)}`;

export function Activate() {
  const { site, problem, reload } = useSite();
  const initialCode = formatDeviceCode(new URLSearchParams(useSearch()).get('code') ?? '');
  const [device, setDevice] = useState<WaitingDevice | null>(null);
  const [done, setDone] = useState<'in' | 'out' | null>(null);
  if (!site)
    return (
      <Page title={t('activate.title')} state="loading">
        {problem ? <ProblemNotice problem={problem} retry={reload} /> : <LoadingNotice />}
      </Page>
    );
  if (!site.user) {
    const returnPath = initialCode ? `/activate?code=${initialCode}` : '/activate';
    return (
      <Page title={t('activate.title')} state="signed-out">
        <Notice title={t('activate.sign_in')} explanation={t('activate.sign_in_why')} state="signed-out">
          <a class="button" href={`/sign-in?next=${encodeURIComponent(returnPath)}`}>
            {t('nav.sign_in')}
          </a>
        </Notice>
      </Page>
    );
  }
  const restart = () => {
    setDevice(null);
    setDone(null);
  };
  if (done) return <Decision allowed={done === 'in'} restart={restart} />;
  if (device) return <ConfirmDevice device={device} email={site.user.email} onDecision={setDone} />;
  return <EnterCode initialCode={initialCode} onFound={setDevice} />;
}

function EnterCode({ initialCode, onFound }: { initialCode: string; onFound: (device: WaitingDevice) => void }) {
  const [code, setCode] = useState(initialCode);
  const attempt = useSubmit(async () => onFound(await get<WaitingDevice>(devicePath(code))));
  const unknown = attempt.problem && [400, 404, 410].includes(attempt.problem.status);
  const problemTexts: Record<string, string> =
    attempt.problem && unknown
      ? { [attempt.problem.code]: `${t('activate.unknown')}. ${t('activate.unknown_why')}` }
      : {};
  // The QR code contains the code: continue without typing.
  useEffect(() => {
    if (isCompleteCode(initialCode)) get<WaitingDevice>(devicePath(initialCode)).then(onFound, () => undefined);
  }, []);
  return (
    <AccountLayout title={t('activate.title')} explanation={t('activate.why')} state="enter">
      <form class="stack" onSubmit={attempt.submit}>
        <FormProblem problem={attempt.problem} texts={problemTexts} />
        <div class="field">
          <label for="code">{t('activate.code')}</label>
          <input
            id="code"
            name="code"
            class="entry tv-code"
            value={code}
            onInput={(e) => {
              e.currentTarget.value = formatDeviceCode(e.currentTarget.value);
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
        <SubmitButton busy={attempt.busy} disabled={!isCompleteCode(code)}>
          {t('activate.submit')}
        </SubmitButton>
      </form>
    </AccountLayout>
  );
}

function ConfirmDevice({
  device,
  email,
  onDecision,
}: {
  device: WaitingDevice;
  email: string;
  onDecision: (done: 'in' | 'out') => void;
}) {
  const [problem, setProblem] = useState<Problem | null>(null);
  const answer = (allow: boolean) => {
    send('POST', devicePath(device.user_code), { allow }).then(
      () => onDecision(allow ? 'in' : 'out'),
      (error: unknown) => setProblem(error instanceof Problem ? error : new Problem(0, 'other')),
    );
  };
  return (
    <AccountLayout title={t('activate.ask')} explanation={t('activate.ask_why')} state="ask">
      <p class="tv-code tv-shown" data-testid="tv-shown">
        {device.user_code}
      </p>
      <p class="with-icon">
        <Icon node={Tv} /> <span>{[device.agent && deviceWords(device.agent), email].filter(Boolean).join(' · ')}</span>
      </p>
      <FormProblem problem={problem} />
      <div class="actions">
        <button type="button" class="button" onClick={() => answer(true)} data-testid="allow">
          {t('activate.allow')}
        </button>
        <button type="button" class="button quiet" onClick={() => answer(false)}>
          {t('activate.deny')}
        </button>
      </div>
    </AccountLayout>
  );
}

function Decision({ allowed, restart }: { allowed: boolean; restart: () => void }) {
  return (
    <AccountLayout
      title={t(allowed ? 'activate.done' : 'activate.denied')}
      explanation={t(allowed ? 'activate.done_why' : 'activate.denied_why')}
      state={allowed ? 'done' : 'denied'}
    >
      {allowed ? (
        <p class="with-icon ready" role="status">
          <Icon node={Check} size={32} />
        </p>
      ) : (
        <button type="button" class="button quiet" onClick={restart}>
          {t('activate.again')}
        </button>
      )}
    </AccountLayout>
  );
}
