import { h } from './dom.js';

/**
 * What a run asks a person for: leave to call a tool, words, or the fields of a form.
 *
 * @param {object} request the `input_required` status
 * @param {(answer: object) => Promise<unknown>} send
 */
export function requestForm(request, send) {
  const wrong = h('p', { class: 'wrong', role: 'alert' });
  const submit = (answer) => {
    buttons().forEach((button) => (button.disabled = true));
    send(answer).catch((error) => {
      wrong.textContent = error.message;
      buttons().forEach((button) => (button.disabled = false));
    });
  };
  const body = { approval, form, text }[request.kind] ?? text;
  const element = h('form', { class: 'request', 'aria-label': 'The agent asks', onsubmit: (event) => event.preventDefault() }, ...body(request, submit), wrong, until(request));
  const buttons = () => [...element.querySelectorAll('button')];
  return element;
}

function approval(request, submit) {
  return [
    h('p', { class: 'label' }, request.label ?? `May it call ${request.tool}?`),
    h('pre', { tabIndex: 0, 'aria-label': 'Arguments' }, `${request.tool} ${JSON.stringify(request.arguments ?? {}, null, 2)}`),
    h('div', { class: 'choices' },
      h('button', { type: 'button', class: 'primary', onclick: () => submit({ approved: true }) }, 'Allow'),
      h('button', { type: 'button', class: 'quiet', onclick: () => submit({ approved: false }) }, 'Refuse'),
    ),
  ];
}

function text(request, submit) {
  const input = h('input', { type: 'text', required: true, autocomplete: 'off' });
  const answer = () => input.reportValidity() && submit({ text: input.value });
  input.addEventListener('keydown', (event) => event.key === 'Enter' && !event.isComposing && (event.preventDefault(), answer()));
  return [labelled(request.label ?? 'The agent asks', input), h('div', { class: 'choices' }, h('button', { type: 'button', class: 'primary', onclick: answer }, 'Answer'))];
}

function form(request, submit) {
  const { properties = {}, required = [] } = request.schema ?? {};
  const inputs = Object.entries(properties).map(([name, schema]) => ({ name, schema, input: field(schema, required.includes(name)) }));
  const send = () => {
    if (!inputs.every(({ input }) => input.reportValidity())) return;
    const output = {};
    for (const { name, schema, input } of inputs) {
      if (schema.type === 'boolean') output[name] = input.checked;
      else if (input.value !== '') output[name] = schema.type === 'number' || schema.type === 'integer' ? Number(input.value) : input.value;
    }
    submit({ output });
  };
  return [
    h('p', { class: 'label' }, request.label ?? 'The agent asks'),
    ...inputs.map(({ name, schema, input }) => labelled(schema.title ?? schema.description ?? name, input)),
    h('div', { class: 'choices' }, h('button', { type: 'button', class: 'primary', onclick: send }, 'Answer')),
  ];
}

function field(schema, required) {
  if (Array.isArray(schema.enum)) {
    return h('select', { required }, required ? null : h('option', { value: '' }, ''), ...schema.enum.map((value) => h('option', { value: String(value) }, String(value))));
  }
  if (schema.type === 'boolean') return h('input', { type: 'checkbox' });
  const number = schema.type === 'number' || schema.type === 'integer';
  return h('input', { type: number ? 'number' : 'text', step: schema.type === 'integer' ? '1' : 'any', required, autocomplete: 'off' });
}

let fields = 0;

/** Beside each other and not in one another: what can be chosen is no part of the name. */
function labelled(name, input) {
  input.id = `field-${++fields}`;
  return h('div', { class: 'field' }, h('label', { for: input.id }, name), input);
}

function until({ expires_at: at }) {
  return at ? h('p', { class: 'small' }, `It waits until ${new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })}.`) : null;
}
