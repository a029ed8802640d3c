/** Basic components. */
import { useEffect, useState, type ButtonHTMLAttributes, type ReactNode } from 'react';
import Tooltip from '@mui/material/Tooltip';
import { Link } from 'react-router-dom';
import { useT } from '../i18n';
import { formatDateTime, formatRelative, formatRemaining } from './format';
import { Check, Copy, type LucideIcon } from './lucide';

export function Bars({ className = '' }: { className?: string }) {
  return (
    <span className={`bars ${className}`} aria-hidden="true">
      {Array.from({ length: 7 }, (_, i) => (
        <i key={i} />
      ))}
    </span>
  );
}

export function Icon({ icon: Glyph, size = 16 }: { icon: LucideIcon; size?: number }) {
  return <Glyph size={size} strokeWidth={1.75} className="icon" aria-hidden="true" />;
}

type ButtonKind = 'primary' | 'plain' | 'quiet' | 'danger';
interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: ButtonKind;
  icon?: LucideIcon;
  busy?: boolean;
  small?: boolean;
}

export function Button({
  kind = 'plain',
  icon,
  busy = false,
  small = false,
  children,
  className = '',
  disabled,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      className={`btn btn-${kind} ${small ? 'btn-small' : ''} ${className}`}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      {...rest}
    >
      {busy ? <Bars className="loading btn-bars" /> : icon && <Icon icon={icon} />}
      {children}
    </button>
  );
}

export function LinkButton({
  to,
  kind = 'plain',
  icon,
  children,
}: {
  to: string;
  kind?: ButtonKind;
  icon?: LucideIcon;
  children: ReactNode;
}) {
  return (
    <Link to={to} className={`btn btn-${kind}`}>
      {icon && <Icon icon={icon} />}
      {children}
    </Link>
  );
}

/** A button with an icon; the label is announced and shown as a tooltip. */
export function IconButton({
  label,
  icon,
  className = '',
  ...rest
}: Omit<ButtonProps, 'kind'> & { label: string; icon: LucideIcon }) {
  return (
    <Tooltip title={label}>
      <button type="button" aria-label={label} className={`icon-btn ${className}`} {...rest}>
        <Icon icon={icon} size={18} />
      </button>
    </Tooltip>
  );
}

export type Tone = 'ready' | 'waiting' | 'danger' | 'live' | 'quiet' | 'accent';

/** A status: dot or icon and text, never colour alone. */
export function StatusBadge({
  tone,
  icon,
  children,
}: {
  tone: Tone;
  icon?: LucideIcon | undefined;
  children: ReactNode;
}) {
  return (
    <span className={`state tone-${tone}`}>
      {icon ? <Icon icon={icon} size={14} /> : <i className="dot" aria-hidden="true" />}
      <span>{children}</span>
    </span>
  );
}

/** A relative time that updates itself, with the exact time as a tooltip. */
export function RelativeTime({ at, countdown = false }: { at: string | null | undefined; countdown?: boolean }) {
  useTick(at ? (countdown ? 1000 : 30_000) : null);
  if (!at) return <span className="muted">–</span>;
  const words = countdown ? formatRemaining(at) : formatRelative(at);
  return (
    <time dateTime={at} title={formatDateTime(at)} className="num">
      {words ?? formatRelative(at)}
    </time>
  );
}

export function useTick(every: number | null): void {
  const [, tick] = useState(0);
  useEffect(() => {
    if (every === null) return undefined;
    const timer = window.setInterval(() => tick((n) => n + 1), every);
    return () => window.clearInterval(timer);
  }, [every]);
}

export function CopyButton({ text, label, kind = 'plain' }: { text: string; label: string; kind?: ButtonKind }) {
  const t = useT();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    window.setTimeout(() => setCopied(false), 2000);
  };
  return (
    <Button kind={kind} small icon={copied ? Check : Copy} onClick={() => void copy()}>
      <span aria-live="polite">{copied ? t('copied') : label}</span>
    </Button>
  );
}

export function Empty({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="empty">
      <Bars className="bars-wide" />
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {action && <div className="actions">{action}</div>}
    </div>
  );
}

export function Progress({ percent, label }: { percent: number; label: string }) {
  return (
    <div
      className="progress"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(percent)}
    >
      <i style={{ width: `${Math.min(100, Math.max(0, percent))}%` }} />
    </div>
  );
}

export function Section({
  title,
  count,
  action,
  children,
  className = '',
  id,
}: {
  title: string;
  id?: string;
  count?: number;
  action?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  return (
    <section className={`section ${className}`} {...(id ? { id, tabIndex: -1 } : {})}>
      <header className="section-head">
        <h2>
          {title}
          {count !== undefined && <span className="count num">{count}</span>}
        </h2>
        {action}
      </header>
      {children}
    </section>
  );
}
