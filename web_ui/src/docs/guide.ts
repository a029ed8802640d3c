/** The pages of the documentation are rendered by the server; this adds their styles, and opens the list of pages. */
import '../styles/base.css';
import './docs.css';
import './guide.css';

const pages = document.querySelector<HTMLDetailsElement>('.doc-nav');
const wide = matchMedia('(min-width: 1000px)');
const show = () => {
  if (pages) pages.open = wide.matches;
};
wide.addEventListener('change', show);
show();
