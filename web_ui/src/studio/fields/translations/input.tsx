/** Original and translation side by side, with a tab per language. */
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import { useState } from 'react';
import { useFormContext, useWatch } from 'react-hook-form';
import type { Field } from '../../api/schema';
import { useT } from '../../i18n';
import { fieldLabel } from '../../i18n/labels';
import { languageName } from '../../ui/format';
import { Plus, Trash2 } from '../../ui/lucide';
import { Button } from '../../ui/components';
import { LANGUAGE_TAGS } from '../language/tags';
import { errorText } from '../FieldLayout';
import type { FieldInputProps } from '../types';

type Translations = Record<string, Record<string, string>>;

export function Input({ field, resource, source }: FieldInputProps) {
  const t = useT();
  const { setValue, getFieldState, formState } = useFormContext();
  const values = useWatch() as Record<string, unknown>;
  const translations = (values[source] ?? {}) as Translations;
  const languages = Object.keys(translations).sort();
  const [chosen, setChosen] = useState(languages[0] ?? '');
  const activeLanguage = languages.includes(chosen) ? chosen : (languages[0] ?? '');
  const translatedFields = (field as Field & { translatedFields?: string[] }).translatedFields;
  const fields = resource.fields.filter((f) => (translatedFields ? translatedFields.includes(f.name) : f.translatable));
  const save = (next: Translations) => setValue(source, next, { shouldDirty: true });
  const error = errorText((getFieldState(source, formState).error as { message?: string } | undefined)?.message);
  const original =
    typeof values.original_language === 'string' ? languageName(values.original_language) : t('translations.original');
  const change = (name: string, text: string) => {
    const { [name]: _, ...rest } = translations[activeLanguage] ?? {};
    save({ ...translations, [activeLanguage]: text ? { ...rest, [name]: text } : rest });
  };
  return (
    <div className="translations">
      <div className="translations-bar">
        {languages.length > 0 && (
          <Tabs
            value={activeLanguage}
            onChange={(_, tag: string) => setChosen(tag)}
            variant="scrollable"
            scrollButtons={false}
            aria-label={t('translations.languages')}
          >
            {languages.map((tag) => (
              <Tab key={tag} value={tag} label={languageName(tag)} />
            ))}
          </Tabs>
        )}
        <label className="add-language">
          <Plus size={16} aria-hidden="true" />
          <select
            value=""
            aria-label={t('translations.add')}
            onChange={(e) => {
              save({ ...translations, [e.target.value]: {} });
              setChosen(e.target.value);
            }}
          >
            <option value="" disabled>
              {t('translations.add')}
            </option>
            {LANGUAGE_TAGS.filter((tag) => !languages.includes(tag) && tag !== values.original_language).map((tag) => (
              <option key={tag} value={tag}>
                {languageName(tag)}
              </option>
            ))}
          </select>
        </label>
      </div>
      {error && <p className="field-error">{error}</p>}
      {!activeLanguage && <p className="muted">{t('translations.none')}</p>}
      {activeLanguage && (
        <div className="pairs">
          <div className="pair pair-head">
            <span>{original}</span>
            <span>{languageName(activeLanguage)}</span>
          </div>
          {fields.map((f) => {
            const text = String(values[f.name] ?? '');
            const long = f.type === 'markdown';
            const label = `${fieldLabel(f, resource)}, ${languageName(activeLanguage)}`;
            const props = {
              className: 'control',
              value: translations[activeLanguage]?.[f.name] ?? '',
              'aria-label': label,
              lang: activeLanguage,
              dir: 'auto' as const,
              onChange: (e: { target: { value: string } }) => change(f.name, e.target.value),
            };
            return (
              <div className="pair" key={f.name}>
                <div className="original">
                  <span className="muted">{fieldLabel(f, resource)}</span>
                  <p dir="auto">{text || '–'}</p>
                </div>
                {long ? <textarea rows={6} {...props} /> : <input {...props} />}
              </div>
            );
          })}
          <div>
            <Button
              kind="quiet"
              small
              icon={Trash2}
              onClick={() => {
                const { [activeLanguage]: _, ...rest } = translations;
                save(rest);
              }}
            >
              {t('translations.remove', { language: languageName(activeLanguage) })}
            </Button>
          </div>
        </div>
      )}
    </div>
  );
}
