import { Artifacts } from './artifacts.js';
import { audio, chat, events } from './client/index.js';
import { Conversation } from './conversation.js';
import { byId } from './dom.js';
import { EventsPanel } from './events-panel.js';
import { Happenings } from './happenings.js';
import { Line } from './line.js';
import { drawers, tabs } from './panes.js';
import { Runs } from './runs.js';
import { Sessions } from './sessions.js';
import { TokenKeeper } from './token.js';
import { VoicePanel } from './voice.js';

const keeper = new TokenKeeper();
const options = { token: keeper.get };
const chatApi = chat(options);
const eventsApi = events(options);

const line = new Line(byId('line'), byId('line-text'));
const artifacts = new Artifacts(byId('artifacts'));
const sessions = new Sessions(chatApi, byId('session-list'), byId('more-sessions'));
const conversation = new Conversation(chatApi, { turns: byId('turns'), scroll: byId('scroll'), follow: byId('follow') });
const panel = new EventsPanel(eventsApi, { form: byId('filters'), list: byId('feed'), state: byId('feed-state') }, () => line.show());
const happenings = new Happenings(eventsApi, happened, () => line.show());
const runs = new Runs(chatApi, byId('run-list'));
const voice = new VoicePanel(
  audio(options),
  Object.fromEntries(['call', 'mute', 'state', 'level', 'engines', 'said'].map((part) => [part, byId(`voice-${part}`)])),
  () => conversation.session,
);
const panes = drawers();
const question = byId('question');
const notice = byId('notice');

line.of(() => [happenings.feed, panel.feed, conversation.active, voice.call].filter((stream) => stream !== undefined));
byId('cut').addEventListener('click', () => line.cut());
tabs((name) => {
  panel.visible(name === 'events' && !document.hidden);
  runs.visible(name === 'runs');
});
document.addEventListener('visibilitychange', () => panel.visible(!byId('events').hidden && !document.hidden));

// ---- which conversation: the address says it, so that a reload and a link come back to it

function address(session) {
  history.pushState(null, '', session ? `#${session}` : location.pathname + location.search);
  arrive();
}

function arrive() {
  const session = /^#(ses_[\w-]+)$/.exec(location.hash)?.[1];
  if (session !== undefined && session === conversation.session) return;
  artifacts.clear();
  sessions.current(session);
  conversation.open(session);
}

addEventListener('popstate', arrive);
byId('new-session').addEventListener('click', () => {
  panes.close();
  address(undefined);
  question.focus();
});
for (const list of [sessions, runs]) {
  list.addEventListener('chosen', ({ detail }) => {
    panes.close();
    address(detail);
  });
  list.addEventListener('trouble', ({ detail }) => say(detail.message));
}
conversation.addEventListener('begun', ({ detail }) => {
  history.replaceState(null, '', `#${detail}`);
  sessions.current(detail);
  sessions.refresh();
});

// ---- what happens elsewhere

function happened(type, { session, changed }) {
  if (type === 'lost' || type.startsWith('dev.millrace.session.') || type.startsWith('dev.millrace.run.completed.')) sessions.refresh();
  if (type === 'lost' || type.startsWith('dev.millrace.run.')) runs.refresh();
  if (type !== 'lost' && session !== conversation.session) return;
  if (changed === 'erased') address(undefined);
  else conversation.sync();
}

conversation.addEventListener('found', ({ detail }) => artifacts.follow(detail));
byId('turns').addEventListener('cited', ({ detail }) => artifacts.point(detail));
conversation.addEventListener('gap', ({ detail }) => say(`${detail.lost} events of this answer are no longer kept.`));
conversation.addEventListener('reset', () => say('The server has begun this stream anew; the answer was read again.'));
conversation.addEventListener('trouble', ({ detail }) => say(detail.status === 404 ? 'There is no such conversation, or it is not yours.' : detail.message));
conversation.addEventListener('change', () => {
  const { active } = conversation;
  byId('stop').disabled = !active?.id;
  byId('send').textContent = active?.id ? 'Steer' : 'Ask';
  question.placeholder = active?.id ? 'Add something while it answers' : 'Ask a question';
  line.show();
});

// ---- talking: what is said stands in the conversation as well

voice.addEventListener('line', () => line.show());
voice.addEventListener('conversation', ({ detail }) => {
  if (detail === conversation.session) conversation.sync();
  else address(detail);
});
addEventListener('pagehide', () => voice.hangUp());

// ---- asking, steering, stopping

function say(text) {
  notice.textContent = text;
}

function grow() {
  question.style.height = 'auto';
  question.style.height = `${Math.min(question.scrollHeight, innerHeight / 3)}px`;
}

async function send() {
  const text = question.value.trim();
  if (!text) return;
  question.value = '';
  grow();
  say('');
  const { active } = conversation;
  if (!active?.id) {
    conversation.ask(text);
    return;
  }
  try {
    await chatApi.input(active.id, { text });
  } catch (error) {
    if (!['not_steerable', 'run_over', 'input_not_expected'].includes(error.code)) {
      say(error.message);
      question.value = text;
      return;
    }
    if (error.code === 'not_steerable') say('This agent cannot be steered; your question is answered next.');
    conversation.ask(text);
  }
}

byId('composer').addEventListener('submit', (event) => {
  event.preventDefault();
  send();
});
question.addEventListener('input', grow);
question.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  send();
});
byId('stop').addEventListener('click', () => {
  const { active } = conversation;
  if (active?.id) chatApi.cancel(active.id).catch((error) => say(error.message));
});
addEventListener('keydown', (event) => {
  const typing = event.target.matches?.('input, textarea, select');
  if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    question.focus();
  }
});

happenings.read();
sessions.refresh();
arrive();
