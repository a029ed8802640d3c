/** Language and roles of subtitles, for a new file or one that exists. */
import { useState } from 'react';
import { LANGUAGE_TAGS } from '../fields/language/tags';
import { useT } from '../i18n';
import { Dialog } from '../ui/Dialog';
import { languageName } from '../ui/format';
import { ProblemNotice } from '../ui/ProblemNotice';
import { Button } from '../ui/components';
import { TEXT_ROLES, type Description } from './subtitles';

export function SubtitleDialog({
  title,
  start,
  onClose,
  onSave,
}: {
  title: string;
  start: Description;
  onClose: () => void;
  onSave: (description: Description) => Promise<void>;
}) {
  const t = useT();
  const [values, setValues] = useState(start);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const languages = [...new Set([start.language, ...LANGUAGE_TAGS])].filter((tag) => tag && tag !== 'und');
  const save = async () => {
    setBusy(true);
    setError(null);
    try {
      await onSave(values);
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  };
  return (
    <Dialog open title={title} onClose={onClose}>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          void save();
        }}
      >
        <div className="dialog-body stack">
          <label className="field">
            <span className="field-label">{t('subtitles.language')}</span>
            <select
              className="control"
              required
              value={values.language === 'und' ? '' : values.language}
              onChange={(e) => setValues({ ...values, language: e.target.value })}
            >
              <option value="" disabled>
                {t('subtitles.choose_language')}
              </option>
              {languages.map((tag) => (
                <option key={tag} value={tag}>
                  {languageName(tag)}
                </option>
              ))}
            </select>
          </label>
          <div role="group" aria-label={t('subtitles.roles')} className="ticks-row">
            {TEXT_ROLES.map((role) => (
              <label key={role} className="check">
                <input
                  type="checkbox"
                  checked={values.roles.includes(role)}
                  onChange={(e) =>
                    setValues({
                      ...values,
                      roles: TEXT_ROLES.filter((r) => (r === role ? e.target.checked : values.roles.includes(r))),
                    })
                  }
                />
                <span>{t(`subtitles.role.${role}`)}</span>
              </label>
            ))}
            <label className="check">
              <input
                type="checkbox"
                checked={values.default}
                onChange={(e) => setValues({ ...values, default: e.target.checked })}
              />
              <span>{t('subtitles.default')}</span>
            </label>
          </div>
          {error !== null && <ProblemNotice error={error} />}
        </div>
        <footer className="dialog-foot">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" type="submit" busy={busy} autoFocus>
            {t('form.save')}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
