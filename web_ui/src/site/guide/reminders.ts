/**
 * Reminders of broadcasts on this device: a notification when one begins, while a page of the site is open. They are in
 * the local storage of the browser.
 */
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n';

export interface Reminder {
  starts_at: string;
  title: string;
  channel: string;
  /** The path of the channel's page. */
  href: string;
}

const KEY = 'otnet.reminders';
const MAX_REMINDERS = 50;
const CHECK_MS = 15_000;
/** One that is noticed later than this is left out. */
const LATE_MS = 10 * 60_000;

const isReminder = (value: unknown): value is Reminder => {
  const one = value as Reminder | null;
  return (
    typeof one === 'object' &&
    one !== null &&
    [one.starts_at, one.title, one.channel, one.href].every((field) => typeof field === 'string') &&
    !Number.isNaN(Date.parse(one.starts_at))
  );
};

const isSame = (a: Reminder, b: Reminder): boolean => a.starts_at === b.starts_at && a.href === b.href;

/** The reminders that are stored; none from a text that is malformed. Pure. */
export function parseReminders(stored: string | null): Reminder[] {
  try {
    const value: unknown = JSON.parse(stored ?? '[]');
    return Array.isArray(value) ? value.filter(isReminder) : [];
  } catch {
    return [];
  }
}

/** Which reminders are due, and which stay. Pure. */
export function dueReminders(reminders: readonly Reminder[], now: number): { due: Reminder[]; rest: Reminder[] } {
  const begun = reminders.filter((one) => Date.parse(one.starts_at) <= now);
  return {
    due: begun.filter((one) => now - Date.parse(one.starts_at) < LATE_MS),
    rest: reminders.filter((one) => !begun.includes(one)),
  };
}

const listeners = new Set<() => void>();

function read(): Reminder[] {
  try {
    return parseReminders(localStorage.getItem(KEY));
  } catch {
    return [];
  }
}

function save(reminders: readonly Reminder[]): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(reminders.slice(-MAX_REMINDERS)));
  } catch {
    // Without storage there are no reminders.
  }
  listeners.forEach((listener) => listener());
}

async function notify({ title, channel, href }: Reminder): Promise<void> {
  const options = { body: t('remind.begins', { channel }), tag: href, data: { href } };
  try {
    const notification = new Notification(title, options);
    notification.onclick = () => {
      window.focus();
      location.assign(href);
    };
  } catch {
    // Browsers on phones only show notifications of service workers.
    const registration = await navigator.serviceWorker?.getRegistration();
    await registration?.showNotification(title, options);
  }
}

function check(): void {
  const reminders = read();
  const { due, rest } = dueReminders(reminders, Date.now());
  if (rest.length === reminders.length) return;
  save(rest);
  if (canRemind() && Notification.permission === 'granted') due.forEach((one) => void notify(one));
}

export const canRemind = (): boolean => 'Notification' in window && Notification.permission !== 'denied';

/** Looks for due reminders while the page is open. The page that removes one first shows it. */
export function watchReminders(): () => void {
  const run = () =>
    navigator.locks ? void navigator.locks.request(KEY, { ifAvailable: true }, (lock) => lock && check()) : check();
  run();
  const timer = window.setInterval(run, CHECK_MS);
  return () => window.clearInterval(timer);
}

/** Whether there is a reminder of a broadcast, and a function that adds or removes it. */
export function useReminder(reminder: Reminder): [boolean, () => Promise<void>] {
  const [, redraw] = useState(0);
  useEffect(() => {
    const listener = () => redraw((n) => n + 1);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, []);
  const reminders = read();
  const isSet = reminders.some((one) => isSame(one, reminder));
  const toggle = async () => {
    if (isSet) return save(reminders.filter((one) => !isSame(one, reminder)));
    if ((await Notification.requestPermission()) === 'granted') save([...read(), reminder]);
    else listeners.forEach((listener) => listener());
  };
  return [isSet, toggle];
}
