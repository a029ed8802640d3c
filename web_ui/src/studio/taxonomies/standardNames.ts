/** Names for a first set of genres and categories, in the languages of the studio. */
const STANDARD_NAMES: Record<string, Record<string, readonly string[]>> = {
  genres: {
    en: [
      'Action',
      'Adventure',
      'Animation',
      'Comedy',
      'Crime',
      'Documentary',
      'Drama',
      'Family',
      'Fantasy',
      'History',
      'Horror',
      'Music',
      'Mystery',
      'Romance',
      'Science fiction',
      'Thriller',
      'War',
      'Western',
    ],
    de: [
      'Action',
      'Abenteuer',
      'Animation',
      'Komödie',
      'Krimi',
      'Dokumentarfilm',
      'Drama',
      'Familie',
      'Fantasy',
      'Historie',
      'Horror',
      'Musik',
      'Mystery',
      'Liebesfilm',
      'Science-Fiction',
      'Thriller',
      'Kriegsfilm',
      'Western',
    ],
  },
  categories: {
    en: ['Films', 'Series', 'Documentaries', 'Short films', 'Children', 'Music', 'Sport', 'Talks'],
    de: ['Filme', 'Serien', 'Dokumentationen', 'Kurzfilme', 'Kinder', 'Musik', 'Sport', 'Gespräche'],
  },
};

/** The names for a resource (by its plural); none for other resources. Pure. */
export const standardNames = (plural: string, locale: string): readonly string[] =>
  STANDARD_NAMES[plural]?.[locale] ?? STANDARD_NAMES[plural]?.en ?? [];
