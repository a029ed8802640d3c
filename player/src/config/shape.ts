/**
 * Value descriptions from which the TypeScript type (`Of`), the runtime validation (`check.ts`) and the published
 * JSON Schema (`json-schema.ts`) are derived. Pure.
 */
export type Shape =
  | { t: 'text' }
  | { t: 'flag' }
  | { t: 'whole'; is: number }
  | { t: 'number'; min?: number; max?: number }
  | { t: 'word'; of: readonly (string | boolean | null)[] }
  | { t: 'colour' }
  | { t: 'list'; of: Shape }
  | { t: 'map'; of: Shape }
  | { t: 'either'; of: readonly Shape[] }
  | { t: 'self' }
  | { t: 'object'; required: Fields; optional: Fields };
export type Fields = Readonly<Record<string, Shape>>;

export const text = { t: 'text' } as const;
export const boolean = { t: 'flag' } as const;
export const colour = { t: 'colour' } as const;
export const self = { t: 'self' } as const;
export const constant = <N extends number>(is: N) => ({ t: 'whole', is }) as const;
export const number = (min?: number, max?: number) => ({ t: 'number', min, max }) as const;
export const seconds = number(0);
export const oneOf = <const W extends readonly (string | boolean | null)[]>(...of: W) => ({ t: 'word', of }) as const;
export const list = <S extends Shape>(of: S) => ({ t: 'list', of }) as const;
export const map = <S extends Shape>(of: S) => ({ t: 'map', of }) as const;
export const either = <const S extends readonly Shape[]>(...of: S) => ({ t: 'either', of }) as const;
export const object = <N extends Fields, M extends Fields>(required: N, optional: M) =>
  ({ t: 'object', required, optional }) as const;

type Simple<T> = { [K in keyof T]: T[K] };
/**
 * The TypeScript type of a value of shape `S`. `Self` is the type of the whole configuration, for recursive lists.
 */
export type Of<S, Self = never> = S extends { t: 'text' | 'colour' }
  ? string
  : S extends { t: 'flag' }
    ? boolean
    : S extends { t: 'number' }
      ? number
      : S extends { t: 'whole'; is: infer N }
        ? N
        : S extends { t: 'word'; of: readonly (infer W)[] }
          ? W
          : S extends { t: 'self' }
            ? Self
            : S extends { t: 'list'; of: infer I }
              ? Of<I, Self>[]
              : S extends { t: 'map'; of: infer I }
                ? Record<string, Of<I, Self>>
                : S extends { t: 'either'; of: readonly (infer I)[] }
                  ? I extends unknown
                    ? Of<I, Self>
                    : never
                  : S extends { t: 'object'; required: infer N; optional: infer M }
                    ? Simple<{ [K in keyof N]: Of<N[K], Self> } & { [K in keyof M]?: Of<M[K], Self> }>
                    : never;
