/** Two small dialogs: how captions look, and what the keys do. The browser's own <dialog> keeps focus and Escape. */
import close from 'lucide-static/icons/x.svg?raw';
import { wordsFor } from '../i18n';
import { apply, CHOICES, keep, recalled, type Style, USUAL } from './caption-style';
import type { Context } from './context';
import { escaped, node } from './html';
import { drawn } from './icons';
import css from './dialogs.css?inline';
import { BINDINGS } from './key-bindings';

function dialog(context: Context, title: string, body: string): HTMLDialogElement {
  const { say, host, controller } = context;
  const made = node<HTMLDialogElement>(`
    <dialog part="dialog" aria-label="${escaped(title)}">
      <header><h2>${escaped(title)}</h2>
        <button type="button" class="plain close" aria-label="${escaped(say('ui.close'))}">
          ${drawn(close)}</button></header>
      ${body}
    </dialog>`);
  made.querySelector('.close')!.addEventListener('click', () => made.close());
  made.addEventListener('click', (event) => event.target === made && made.close());
  made.addEventListener('close', () => {
    made.remove();
    controller.focus({ preventScroll: true });
  });
  made.prepend(Object.assign(document.createElement('style'), { textContent: css }));
  host.shadowRoot!.append(made);
  made.showModal();
  return made;
}

export async function helpDialog(context: Context, language: string): Promise<void> {
  const say = await wordsFor(language, 'base', 'dialogs');
  const rows = BINDINGS.map(({ does, keys, show }) => {
    const names = (show ? [show] : keys).map(
      (k) => `<kbd>${escaped(k === ' ' ? say('key.space') : k.length === 1 ? k.toUpperCase() : k)}</kbd>`,
    );
    return `<tr><th scope="row">${escaped(say(`key.${does}`))}</th><td>${names.join(' ')}</td></tr>`;
  });
  dialog(context, say('ui.shortcuts'), `<div class="scroll" tabindex="0"><table>${rows.join('')}</table></div>`);
}

export async function styleDialog(context: Context, language: string): Promise<void> {
  const say = await wordsFor(language, 'base', 'dialogs');
  const fields = (Object.keys(CHOICES) as (keyof Style)[]).map((part) => {
    const options = CHOICES[part].map((word) => `<option value="${word}">${escaped(say(`style.${word}`))}</option>`);
    const name = escaped(say(`style.${part}`));
    return `<label><span>${name}</span><select name="${part}">${options.join('')}</select></label>`;
  });
  const made = dialog(
    context,
    say('ui.caption_style'),
    `
    <p class="sample"><span>${escaped(say('ui.sample'))}</span></p>
    <form>${fields.join('')}<button type="reset" class="plain">${escaped(say('ui.reset'))}</button></form>`,
  );
  const form = made.querySelector('form')!;
  const sample = made.querySelector<HTMLElement>('.sample')!;
  const show = (style: Style): void => {
    for (const [part, word] of Object.entries(style)) (form.elements.namedItem(part) as HTMLSelectElement).value = word;
    apply(sample, style);
    apply(context.controller, style);
  };
  show(recalled());
  form.addEventListener('change', () => {
    const style = Object.fromEntries(new FormData(form)) as Style;
    keep(style);
    show(style);
  });
  form.addEventListener('reset', (event) => {
    event.preventDefault();
    keep(USUAL);
    show(USUAL);
  });
}
