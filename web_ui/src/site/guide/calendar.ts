/** A broadcast as an iCalendar file (RFC 5545) with a reminder. Pure. */

export interface Broadcast {
  starts_at: string;
  ends_at: string;
  title: string;
  description?: string;
  /** The name of the channel. */
  channel: string;
  /** The address of the channel's page. */
  url: string;
}

const REMIND_MINUTES = 5;
const MAX_OCTETS = 75;

/** TEXT (RFC 5545 §3.3.11), without other control characters. */
const text = (value: string): string =>
  value
    .replace(/\r\n?/g, '\n')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
    .replace(/[\u0000-\u0009\u000b-\u001f\u007f]/g, ' ')
    .replace(/[\\;,]/g, '\\$&')
    .replace(/\n/g, '\\n');

const moment = (iso: string | number): string => `${new Date(iso).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;

/** Lines have at most 75 octets; a longer one is continued with a space (RFC 5545 §3.1). */
function fold(line: string): string {
  const encoder = new TextEncoder();
  const lines: string[] = [];
  let current = '';
  let octets = 0;
  for (const character of line) {
    const length = encoder.encode(character).length;
    if (octets + length > MAX_OCTETS) {
      lines.push(current);
      [current, octets] = [' ', 1];
    }
    current += character;
    octets += length;
  }
  return [...lines, current].join('\r\n');
}

export function calendarOf(broadcast: Broadcast, now = Date.now()): string {
  const { starts_at, ends_at, title, description, channel, url } = broadcast;
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//OTNet//Guide//EN',
    'BEGIN:VEVENT',
    `UID:${moment(starts_at)}-${encodeURIComponent(url)}`,
    `DTSTAMP:${moment(now)}`,
    `DTSTART:${moment(starts_at)}`,
    `DTEND:${moment(ends_at)}`,
    `SUMMARY:${text(title)}`,
    `LOCATION:${text(channel)}`,
    ...(description ? [`DESCRIPTION:${text(description)}`] : []),
    `URL:${url}`,
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    `DESCRIPTION:${text(title)}`,
    `TRIGGER:-PT${REMIND_MINUTES}M`,
    'END:VALARM',
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  return `${lines.map(fold).join('\r\n')}\r\n`;
}

/** The name of the file: of letters, digits and hyphens. */
export const calendarName = (title: string): string =>
  `${
    title
      .normalize('NFC')
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 60) || 'broadcast'
  }.ics`;
