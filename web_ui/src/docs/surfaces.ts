/** The API surfaces of the reference, by their name in the URL (`/docs?surface=partner`). */
export interface Surface {
  slug: 'partner' | 'public' | 'dashboard' | 'site';
  title: string;
  about: string;
}

export const SURFACES: readonly Surface[] = [
  { slug: 'partner', title: 'Partner', about: 'For other programs, with an API key' },
  { slug: 'public', title: 'Public', about: 'For anonymous reading' },
  { slug: 'dashboard', title: 'Dashboard', about: 'For signed-in studio users' },
  { slug: 'site', title: 'Viewer', about: 'For viewers’ sites, apps and players' },
];

/** The surface named by the query, else the first. */
export function surfaceFromQuery(query: string): Surface {
  const requested = new URLSearchParams(query).get('surface');
  return SURFACES.find((s) => s.slug === requested) ?? SURFACES[0]!;
}

export const openApiUrl = (surface: Surface): string => `/api/v1/${surface.slug}/openapi.json`;
