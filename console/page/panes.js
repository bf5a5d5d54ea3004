import { byId } from './dom.js';

/**
 * The panes at both sides. On a wide page both are there; on a narrow one each comes over the conversation, and what is
 * under it can be neither pressed nor tabbed to.
 */
export function drawers() {
  const panes = ['sessions', 'beside'].map((name) => ({ pane: byId(name), button: byId(`open-${name}`), narrow: matchMedia(name === 'sessions' ? '(max-width: 899px)' : '(max-width: 1199px)') }));
  const set = ({ pane, button, narrow }, open) => {
    pane.classList.toggle('open', open);
    pane.inert = narrow.matches && !open;
    button.setAttribute('aria-expanded', String(open));
    const over = panes.some((one) => one.narrow.matches && one.pane.classList.contains('open'));
    document.querySelector('.talk').inert = over;
  };
  const close = () => panes.forEach((one) => set(one, false));
  for (const one of panes) {
    one.button.addEventListener('click', () => {
      const open = !one.pane.classList.contains('open');
      close();
      set(one, open);
      if (open) one.pane.querySelector('button, input')?.focus();
    });
    one.narrow.addEventListener('change', () => set(one, false));
    set(one, false);
  }
  byId('close-beside').addEventListener('click', () => {
    close();
    byId('open-beside').focus();
  });
  addEventListener('keydown', (event) => {
    const open = panes.find(({ pane, narrow }) => narrow.matches && pane.classList.contains('open'));
    if (event.key !== 'Escape' || !open) return;
    close();
    open.button.focus();
  });
  return { close };
}

/** Tabs as ARIA describes them: one stop for the tab key, and arrows between. @param {(name: string) => void} chosen */
export function tabs(chosen) {
  const all = [...document.querySelectorAll('[role=tab]')];
  const choose = (tab) => {
    for (const one of all) {
      one.setAttribute('aria-selected', String(one === tab));
      one.tabIndex = one === tab ? 0 : -1;
      byId(one.getAttribute('aria-controls')).hidden = one !== tab;
    }
    chosen(tab.getAttribute('aria-controls'));
  };
  all.forEach((tab, i) => {
    tab.addEventListener('click', () => choose(tab));
    tab.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = all[(i + step + all.length) % all.length];
      next.focus();
      choose(next);
    });
  });
}
