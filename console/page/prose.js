import { h } from './dom.js';

/**
 * A text that grows, with marks where citations end. Only what changed is touched: what the reader has selected, and the
 * place he reads, stay as they are. Offsets are those of the raw text, so nothing is taken away from it.
 */
export class Prose {
  #cite;
  #pieces = [];

  element = h('div', { class: 'prose' });

  /** @param {(citation: object, element: Element) => void} cite someone wants to see the source */
  constructor(cite) {
    this.#cite = cite;
  }

  /** @param {boolean} over whether nothing comes any more: only then is it known which citations the text itself does not name */
  show(text, citations, over) {
    const wanted = pieces(text, citations, over);
    for (let i = 0; i < wanted.length; i++) {
      const is = this.#pieces[i];
      const shall = wanted[i];
      if (is && is.key === shall.key) {
        if (is.text !== shall.text) update(is, shall.text);
        continue;
      }
      this.#cutFrom(i);
      this.#pieces.push(this.#make(shall));
    }
    this.#cutFrom(wanted.length);
  }

  /** Shows a stretch of the text, and takes the reader there. */
  point(citation) {
    this.element.querySelectorAll('.pointed').forEach((old) => old.classList.remove('pointed'));
    const found = this.#pieces.filter((piece) => piece.start >= citation.start && piece.end <= citation.end && piece.end > piece.start);
    found.forEach((piece) => piece.node.classList.add('pointed'));
    const first = found[0]?.node ?? this.element;
    first.scrollIntoView({ block: 'center', behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' });
    return first;
  }

  #cutFrom(index) {
    this.#pieces.splice(index).forEach((piece) => piece.node.remove());
  }

  #make(piece) {
    if (piece.citation) {
      const { n, title } = piece.citation;
      const onclick = () => this.#cite(piece.citation, piece.node);
      // What the text itself says stays text, also for who copies it; a mark of ours is no part of it.
      const named = piece.text !== undefined;
      piece.node = h('button', { class: named ? 'mark' : 'mark added', type: 'button', 'aria-label': `Source ${n}: ${title}`, title, onclick }, named ? piece.text : `[${n}]`);
    } else {
      piece.node = h(piece.code ? 'code' : 'span', piece.code ? { class: 'block' } : {}, piece.text);
    }
    this.element.append(piece.node);
    return piece;
  }
}

function update(piece, text) {
  const node = piece.node.firstChild;
  // Appending keeps a selection; setting would drop it.
  if (node && text.startsWith(piece.text)) node.appendData(text.slice(piece.text.length));
  else piece.node.textContent = text;
  piece.text = text;
  piece.end = piece.start + text.length;
}

/**
 * The text between where citations begin and end. A number in brackets that names a source becomes a mark in its place;
 * a source that the text does not name gets a mark behind what it is for.
 */
function pieces(text, citations, over) {
  const placed = citations.filter((c) => typeof c.end === 'number');
  const code = blocks(text);
  const named = names(text, citations);
  const unnamed = over ? placed.filter((c) => ![...named.values()].some(({ citation }) => citation.n === c.n)) : [];
  const borders = new Set([0, text.length]);
  for (const { start, end } of placed) [start ?? end, end].forEach((at) => at < text.length && borders.add(at));
  for (const [start, end] of code) borders.add(start).add(end);
  for (const [start, { end }] of named) borders.add(start).add(end);
  const at = [...borders].sort((a, b) => a - b);
  const out = [];
  for (let i = 0; i < at.length; i++) {
    const start = at[i];
    // By number once at each place, however many of its quotes end here.
    const ending = new Map(unnamed.filter((c) => c.end === start && start > 0).map((c) => [c.n, c]));
    for (const citation of ending.values()) out.push({ key: `cite ${start} ${citation.n}`, citation, start, end: start });
    if (i + 1 === at.length) break;
    const name = named.get(start);
    const inCode = code.some(([from, to]) => start >= from && start < to);
    if (name && name.end === at[i + 1]) out.push({ key: `cite ${start} ${name.citation.n}`, citation: name.citation, text: text.slice(start, name.end), start, end: name.end });
    else out.push({ key: `${inCode ? 'code' : 'text'} ${start}`, code: inCode, text: text.slice(start, at[i + 1]), start, end: at[i + 1] });
  }
  return out;
}

/** Numbers in brackets for which there is a source: by their offset, with the nearest quote before them. */
function names(text, citations) {
  const found = new Map();
  for (const match of text.matchAll(/\[(\d{1,3})\]/g)) {
    const same = citations.filter((c) => c.n === Number(match[1]));
    if (same.length === 0) continue;
    const citation = same.findLast((c) => (c.end ?? 0) <= match.index) ?? same[0];
    found.set(match.index, { end: match.index + match[0].length, citation });
  }
  return found;
}

/** Where fenced code stands; a fence that is still open goes to the end. */
function blocks(text) {
  const found = [];
  const fence = /^```[^\n]*$/gm;
  for (let open = fence.exec(text); open; open = fence.exec(text)) {
    const close = fence.exec(text);
    found.push([open.index, close ? close.index + close[0].length : text.length]);
    if (!close) break;
  }
  return found;
}
