// The HttpAgent of AG-UI, told by the tests what to do: a command a line on stdin, a tab's state a line on stdout.
// usage: node agent.mjs @ag-ui/client|@ag-ui/client-0
import { createInterface } from 'node:readline';

const { HttpAgent } = await import(process.argv[2]);
const tabs = new Map();

// The client rejects twice when a connection breaks, and only one of the two can be caught.
process.on('unhandledRejection', () => {});

function say(line) {
  process.stdout.write(JSON.stringify(line) + '\n');
}

function show(tab, state) {
  const { agent } = state;
  say({
    tab,
    status: state.status,
    error: state.error,
    messages: agent.messages,
    events: state.events,
    interrupts: state.interrupts,
    outcome: state.outcome,
    custom: state.custom,
  });
}

async function run(tab, parameters) {
  const state = tabs.get(tab);
  Object.assign(state, { status: 'running', error: null, events: [], custom: [], outcome: null });
  const told = () => show(tab, state);
  try {
    await state.agent.runAgent(parameters, {
      onEvent({ event }) {
        state.events.push(event.type);
        if (event.type === 'CUSTOM') state.custom.push(event);
        if (event.type === 'RUN_ERROR') state.error = `${event.code}: ${event.message}`;
        if (event.type === 'RUN_FINISHED') {
          state.outcome = event.outcome ?? null;
          state.interrupts = event.outcome?.interrupts ?? [];
        }
      },
      onMessagesChanged: told,
    });
    state.status = 'ready';
  } catch (error) {
    state.status = 'broken';
    state.error = String(error.message ?? error);
  }
  told();
}

const commands = {
  // A tab: base is the server it happens to reach, which may be another one later.
  open({ tab, base, token, thread, messages = [], state = { theme: 'dark' } }) {
    const agent = new HttpAgent({
      url: `${base}/api/chat`,
      headers: { Authorization: `Bearer ${token}` },
      threadId: thread,
      initialMessages: messages,
      initialState: state,
    });
    tabs.set(tab, { agent, status: 'ready', error: null, events: [], interrupts: [], outcome: null, custom: [] });
    show(tab, tabs.get(tab));
  },
  move: ({ tab, base }) => { tabs.get(tab).agent.url = `${base}/api/chat`; },
  say: ({ tab, id, text }) => { tabs.get(tab).agent.addMessage({ id, role: 'user', content: text }); },
  result: ({ tab, id, call, content }) => {
    tabs.get(tab).agent.addMessage({ id, role: 'tool', toolCallId: call, content });
  },
  run: ({ tab, run: runId, tools, resume }) => run(tab, { runId, tools, resume }),
  abort: ({ tab }) => { tabs.get(tab).agent.abortRun(); },
};

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  Promise.resolve()
    .then(() => commands[command.do](command))
    .then(() => say({ tab: command.tab, done: command.do }))
    .catch(error => say({ tab: command.tab, done: command.do, failed: String(error?.stack ?? error) }));
}
