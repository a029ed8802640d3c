/** Two dialogs: caption style and keyboard shortcuts. The native <dialog> handles focus and Escape. */
import close from 'lucide-static/icons/x.svg?raw';
import { loadTranslations } from '../i18n';
import {
  applyCaptionStyle,
  STYLE_OPTIONS,
  saveCaptionStyle,
  loadCaptionStyle,
  type CaptionStyle,
  DEFAULT_STYLE,
} from './caption-style';
import type { Context } from './context';
import { escapeHtml, elementFrom } from './html';
import { svgIcon } from './icons';
import css from './dialogs.css?inline';
import { BINDINGS } from './key-bindings';

function openDialog(context: Context, title: string, body: string): HTMLDialogElement {
  const { translate, host, controller } = context;
  const dialog = elementFrom<HTMLDialogElement>(`
    <dialog part="dialog" aria-label="${escapeHtml(title)}">
      <header><h2>${escapeHtml(title)}</h2>
        <button type="button" class="plain close" aria-label="${escapeHtml(translate('ui.close'))}">
          ${svgIcon(close)}</button></header>
      ${body}
    </dialog>`);
  dialog.querySelector('.close')!.addEventListener('click', () => dialog.close());
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
  dialog.addEventListener('close', () => {
    dialog.remove();
    controller.focus({ preventScroll: true });
  });
  dialog.prepend(Object.assign(document.createElement('style'), { textContent: css }));
  host.shadowRoot!.append(dialog);
  dialog.showModal();
  return dialog;
}

export async function openHelp(context: Context, language: string): Promise<void> {
  const translate = await loadTranslations(language, 'base', 'dialogs');
  const rows = BINDINGS.map(({ action, keys, label }) => {
    const names = (label ? [label] : keys).map(
      (k) => `<kbd>${escapeHtml(k === ' ' ? translate('key.space') : k.length === 1 ? k.toUpperCase() : k)}</kbd>`,
    );
    return `<tr><th scope="row">${escapeHtml(translate(`key.${action}`))}</th><td>${names.join(' ')}</td></tr>`;
  });
  openDialog(
    context,
    translate('ui.shortcuts'),
    `<div class="scroll" tabindex="0"><table>${rows.join('')}</table></div>`,
  );
}

export async function openCaptionStyle(context: Context, language: string): Promise<void> {
  const translate = await loadTranslations(language, 'base', 'dialogs');
  const fields = (Object.keys(STYLE_OPTIONS) as (keyof CaptionStyle)[]).map((property) => {
    const options = STYLE_OPTIONS[property].map(
      (option) => `<option value="${option}">${escapeHtml(translate(`style.${option}`))}</option>`,
    );
    const name = escapeHtml(translate(`style.${property}`));
    return `<label><span>${name}</span><select name="${property}">${options.join('')}</select></label>`;
  });
  const dialog = openDialog(
    context,
    translate('ui.caption_style'),
    `
    <p class="sample"><span>${escapeHtml(translate('ui.sample'))}</span></p>
    <form>${fields.join('')}<button type="reset" class="plain">${escapeHtml(translate('ui.reset'))}</button></form>`,
  );
  const form = dialog.querySelector('form')!;
  const sample = dialog.querySelector<HTMLElement>('.sample')!;
  const show = (style: CaptionStyle): void => {
    for (const [property, option] of Object.entries(style))
      (form.elements.namedItem(property) as HTMLSelectElement).value = option;
    applyCaptionStyle(sample, style);
    applyCaptionStyle(context.controller, style);
  };
  show(loadCaptionStyle());
  form.addEventListener('change', () => {
    const style = Object.fromEntries(new FormData(form)) as CaptionStyle;
    saveCaptionStyle(style);
    show(style);
  });
  form.addEventListener('reset', (event) => {
    event.preventDefault();
    saveCaptionStyle(DEFAULT_STYLE);
    show(DEFAULT_STYLE);
  });
}
