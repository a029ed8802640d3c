/**
 * A field that is edited where it is shown: a click on it makes it an input. Leaving the input saves, as Enter does
 * (Ctrl+Enter in long texts); Escape cancels.
 */
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { Form } from 'react-admin';
import { Problem } from '../../../shared/problem';
import { errorsByField } from '../api/problem';
import type { Field, Resource, Row } from '../api/schema';
import { fieldType } from '../fields';
import { submitWhenCreated } from '../fields/reference/submitWhenCreated';
import { useT } from '../i18n';
import { fieldLabel } from '../i18n/labels';
import { Check, Pencil, TriangleAlert } from '../ui/lucide';
import { Button, Icon, IconButton } from '../ui/components';
import { useProblemText } from '../ui/ProblemNotice';
import { useEditRequest } from './requests';
import { useSave } from './useSave';

const SAVED_SHOWN_MS = 2500;
/** Types that are complete as soon as a choice is made. */
const SAVED_BY_CHOICE = ['choice', 'boolean'];

export const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === '' ||
  (Array.isArray(value) ? value.length === 0 : typeof value === 'object' && Object.keys(value).length === 0);

/** The input of one field. `onDone` is called after it was saved or cancelled. */
export function Editor({
  field,
  resource,
  record,
  onDone,
}: {
  field: Field;
  resource: Resource;
  record: Row;
  onDone: (saved: boolean) => void;
}) {
  const t = useT();
  const save = useSave(resource);
  const problemText = useProblemText();
  const [saving, setSaving] = useState(false);
  const isSaving = useRef(false);
  const [error, setError] = useState<unknown>(null);
  const [start] = useState(record);
  const { Input } = fieldType(field.type);
  const submit = async (entered: Record<string, unknown>) => {
    if (isSaving.current) return undefined;
    const value = entered[field.name] === '' ? null : (entered[field.name] ?? null);
    if (JSON.stringify(value) === JSON.stringify(start[field.name] ?? null)) return onDone(false);
    isSaving.current = true;
    setSaving(true);
    setError(null);
    try {
      await save(start, { [field.name]: value });
      return onDone(true);
    } catch (problem) {
      isSaving.current = false;
      setSaving(false);
      const errors = problem instanceof Problem ? errorsByField(problem.errors) : {};
      if (errors[field.name]) return errors;
      setError(problem);
      return undefined;
    }
  };
  const conflict = error instanceof Problem && error.status === 412;
  const failure = error === null ? null : problemText(error);
  return (
    <Form
      defaultValues={{ [field.name]: start[field.name] ?? null }}
      record={start}
      onSubmit={submit as never}
      noValidate
    >
      <EditorBody field={field} saving={saving} onCancel={() => onDone(false)}>
        <Input field={field} resource={resource} source={field.name} autoFocus />
        {failure && (
          <p className="field-error" role="alert">
            <Icon icon={TriangleAlert} size={14} />
            {conflict ? t('edit.conflict') : [failure.title, failure.remedy].filter(Boolean).join(' ')}
          </p>
        )}
      </EditorBody>
    </Form>
  );
}

function EditorBody({
  field,
  saving,
  onCancel,
  children,
}: {
  field: Field;
  saving: boolean;
  onCancel: () => void;
  children: ReactNode;
}) {
  const t = useT();
  const body = useRef<HTMLDivElement>(null);
  const byKeyboard = useRef(false);
  useEffect(() => {
    const input = body.current?.querySelector<HTMLElement>('input, textarea, select, button');
    if (!body.current?.contains(document.activeElement)) input?.focus();
    if (input instanceof HTMLInputElement && input.type === 'text') input.select();
  }, []);
  const submit = () => submitWhenCreated(body.current?.closest('form'));
  const keyDown = (e: KeyboardEvent) => {
    byKeyboard.current = true;
    if (e.key === 'Escape' && !e.defaultPrevented) {
      e.stopPropagation();
      onCancel();
    } else if (e.key === 'Enter' && !e.defaultPrevented && !e.nativeEvent.isComposing) {
      const target = e.target as HTMLElement;
      if (target.tagName === 'TEXTAREA' && !e.ctrlKey && !e.metaKey) return;
      if (target.tagName === 'BUTTON') return;
      e.preventDefault();
      submit();
    }
  };
  return (
    <div
      ref={body}
      className="inline-editor"
      data-editing={field.name}
      onKeyDown={keyDown}
      onPointerDown={() => {
        byKeyboard.current = false;
      }}
      onChange={() => {
        // The arrow keys change the choice at every step, so with them it is saved when the input is left.
        if (SAVED_BY_CHOICE.includes(field.type) && !byKeyboard.current) window.setTimeout(submit, 0);
      }}
      onBlur={() =>
        window.setTimeout(() => {
          if (body.current && document.hasFocus() && !body.current.contains(document.activeElement)) submit();
        }, 0)
      }
    >
      {children}
      <div className="inline-foot">
        <Button small busy={saving} onClick={submit}>
          {t('form.save')}
        </Button>
        <Button small kind="quiet" onClick={onCancel} disabled={saving}>
          {t('cancel')}
        </Button>
      </div>
    </div>
  );
}

export function useSavedMark(): [boolean, () => void] {
  const [saved, setSaved] = useState(0);
  useEffect(() => {
    if (saved === 0) return undefined;
    const timer = window.setTimeout(() => setSaved(0), SAVED_SHOWN_MS);
    return () => window.clearTimeout(timer);
  }, [saved]);
  return [saved > 0, () => setSaved(Date.now())];
}

export function SavedMark({ shown }: { shown: boolean }) {
  const t = useT();
  return (
    <span className="saved-mark" aria-live="polite">
      {shown && (
        <>
          <Icon icon={Check} size={14} />
          {t('form.saved')}
        </>
      )}
    </span>
  );
}

/** The field with its label. `editing`: it begins as an input, and `onClose` is called when that is left. */
export function InlineField({
  field,
  resource,
  record,
  editing = false,
  onClose,
  children,
}: {
  field: Field;
  resource: Resource;
  record: Row;
  editing?: boolean;
  onClose?: () => void;
  children?: ReactNode;
}) {
  const t = useT();
  const [open, setOpen] = useState(editing);
  const [saved, markSaved] = useSavedMark();
  const editButton = useRef<HTMLSpanElement>(null);
  const editable = resource.verbs.includes('update') && !field.read_only && !field.create_only;
  useEditRequest(field.name, () => editable && setOpen(true));
  const { Show, wide } = fieldType(field.type);
  const label = fieldLabel(field, resource);
  const close = (changed: boolean) => {
    const focused = document.activeElement;
    setOpen(false);
    if (changed) markSaved();
    // Keep the focus in place for the keyboard, unless it has moved on.
    if (focused === document.body || focused?.closest(`[data-field="${field.name}"]`))
      window.setTimeout(() => editButton.current?.querySelector('button')?.focus({ preventScroll: true }), 0);
    onClose?.();
  };
  const long = wide || ['markdown', 'translations', 'references', 'regions'].includes(field.type);
  if (open)
    return (
      <div className={long ? 'wide' : ''} data-field={field.name}>
        <Editor field={field} resource={resource} record={record} onDone={close} />
      </div>
    );
  return (
    <div className={`${long ? 'wide ' : ''}${editable ? 'inline' : ''}`} data-field={field.name}>
      <dt>
        {label}
        <SavedMark shown={saved} />
      </dt>
      <dd
        onClick={(e) => {
          const selecting = (window.getSelection()?.toString() ?? '') !== '';
          if (editable && !selecting && !(e.target as HTMLElement).closest('a, button')) setOpen(true);
        }}
      >
        <span className="inline-value">
          {children ?? <Show field={field} resource={resource} record={record} value={record[field.name]} />}
        </span>
        {editable && (
          <span ref={editButton} className="inline-edit">
            <IconButton
              className="small"
              label={t('edit.field', { name: label })}
              icon={Pencil}
              onClick={() => setOpen(true)}
            />
          </span>
        )}
      </dd>
    </div>
  );
}
