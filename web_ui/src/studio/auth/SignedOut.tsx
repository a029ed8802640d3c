/** The pages before signing in: set-up, sign-in, password reset; and invitations, which signed-in users accept too. */
import type { ReactNode } from 'react';
import type { SessionDocument } from '../session/session';
import { changeLocale, LOCALES, useLocale, useT } from '../i18n';
import { Bars } from '../ui/components';
import { Forgot } from './Forgot';
import { Invitation } from './Invitation';
import { Login } from './Login';
import { Reset } from './Reset';
import { Setup, SetupHint } from './Setup';
import { Verify } from './Verify';
import { useHash } from './useHash';

export function SignedOutPage({ title, intro, children }: { title: string; intro?: ReactNode; children: ReactNode }) {
  return (
    <>
      <h1>{title}</h1>
      {intro && <p className="muted">{intro}</p>}
      {children}
    </>
  );
}

export function SignedOut({ document: sessionDocument }: { document: SessionDocument }) {
  const t = useT();
  const locale = useLocale();
  const { path, query } = useHash();
  const page =
    path === '/setup' ? (
      <Setup code={query.get('code') ?? ''} />
    ) : sessionDocument.setup_needed ? (
      <SetupHint />
    ) : path === '/invitation' ? (
      <Invitation token={query.get('token') ?? ''} document={sessionDocument} />
    ) : path === '/verify' ? (
      <Verify token={query.get('token') ?? ''} document={sessionDocument} />
    ) : path === '/forgot' ? (
      <Forgot />
    ) : path === '/reset' ? (
      <Reset token={query.get('token') ?? ''} />
    ) : (
      <Login providers={sessionDocument.providers} />
    );
  return (
    <div className="door">
      <header className="door-head">
        <span className="brand">
          <span className="brand-word">OTNet</span>
          <Bars />
        </span>
      </header>
      <main className="door-main" aria-label={t('door.label')}>
        {page}
      </main>
      <footer className="door-foot">
        {LOCALES.map((l) => (
          <button
            key={l.locale}
            type="button"
            className="text-btn"
            lang={l.locale}
            aria-pressed={l.locale === locale}
            onClick={() => changeLocale(l.locale)}
          >
            {l.name}
          </button>
        ))}
      </footer>
    </div>
  );
}
