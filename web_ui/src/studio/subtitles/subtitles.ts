/** Requests for the subtitles of a media, and the cues of a WebVTT file. */
import { get, request } from '../api/http';

export type TextRole = 'forced' | 'sdh' | 'commentary';
export const TEXT_ROLES: readonly TextRole[] = ['forced', 'sdh', 'commentary'];
export const SUBTITLE_FILES = '.srt,.vtt,.ass,.ssa,.ttml,.dfxp,.sub,.smi';

export interface Subtitle {
  id: string;
  /** `media`: inside the media file; it can't be changed. */
  source: 'file' | 'media';
  file: string | null;
  language: string;
  title: string;
  roles: string[];
  default: boolean;
  state: 'waiting' | 'ready' | 'failed';
  error: string | null;
  url: string | null;
}
export interface Description {
  language: string;
  roles: string[];
  default: boolean;
}

const query = (values: Record<string, string>): string => new URLSearchParams(values).toString();
const base = (media: string): string => `/api/v1/dashboard/media/${media}/subtitles`;

export const subtitles = {
  list: async (media: string, signal?: AbortSignal): Promise<Subtitle[]> =>
    (await get<{ items: Subtitle[] }>(base(media), { signal })).items,
  add: (media: string, file: File, d: Description) =>
    request(
      'POST',
      `${base(media)}?${query({
        name: file.name,
        language: d.language,
        roles: d.roles.join(','),
        default: String(d.default),
      })}`,
      textOf(file),
    ),
  change: (media: string, id: string, d: Description) => request('PATCH', `${base(media)}/${id}`, d),
  replace: (media: string, id: string, file: File) =>
    request('PUT', `${base(media)}/${id}?${query({ name: file.name })}`, textOf(file)),
  remove: (media: string, id: string) => request('DELETE', `${base(media)}/${id}`),
};

/** Browsers know no type for most subtitle files. */
const textOf = (file: File): Blob => new Blob([file], { type: file.type || 'application/octet-stream' });

export interface Cue {
  start: string;
  text: string;
}

/** The first cues of a WebVTT file, without markup. Pure. */
export function cuesOf(vtt: string, most: number): Cue[] {
  const cues: Cue[] = [];
  for (const block of vtt.replaceAll('\r\n', '\n').split(/\n{2,}/)) {
    const lines = block.split('\n');
    const at = lines.findIndex((line) => line.includes('-->'));
    if (at < 0) continue;
    const start = lines[at]!.split('-->')[0]!
      .trim()
      .replace(/\.\d+$/, '')
      .replace(/^00:/, '');
    const text = lines
      .slice(at + 1)
      .join('\n')
      .replace(/<[^>]*>/g, '')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&');
    cues.push({ start, text });
    if (cues.length === most) break;
  }
  return cues;
}

const TAG = /^[a-z]{2,3}([-_][A-Za-z]{2,4})*$/i;

/** The language that the name of a subtitle file says (`Film.de.forced.srt`), or the fallback. Pure. */
export function languageOfName(name: string, known: readonly string[], fallback: string): string {
  const words = name.split('.').slice(1, -1);
  return words.find((word) => TAG.test(word) && known.includes(word.toLowerCase().split(/[-_]/)[0]!)) ?? fallback;
}

/** The roles that the name of a subtitle file says. Pure. */
export const rolesOfName = (name: string): TextRole[] => {
  const words = name.toLowerCase().split(/[.\s_()[\]-]+/);
  return TEXT_ROLES.filter(
    (role) => words.includes(role) || (role === 'sdh' && (words.includes('cc') || words.includes('hi'))),
  );
};
