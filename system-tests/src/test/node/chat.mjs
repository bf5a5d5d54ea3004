// The AI SDK's own client, told by the tests what to do: a command a line on stdin, a tab's state a line on stdout.
// usage: node chat.mjs ai|ai-6|ai-5|react
import { createInterface } from 'node:readline';

const sdk = process.argv[2];
const ai = await import(sdk === 'react' ? 'ai' : sdk);
const { Chat } = sdk === 'react' ? await import('@ai-sdk/react') : { Chat: plain() };

const tabs = new Map();

function say(line) {
  process.stdout.write(JSON.stringify(line) + '\n');
}

// What a framework adds to the SDK: somewhere to keep the state.
function plain() {
  class State {
    constructor(told) {
      this.told = told;
      this.list = [];
      this.now = 'ready';
    }
    get messages() { return this.list; }
    set messages(messages) { this.list = messages; this.told(); }
    get status() { return this.now; }
    set status(status) { this.now = status; this.told(); }
    get error() { return this.wrong; }
    set error(error) { this.wrong = error; this.told(); }
    pushMessage = message => { this.messages = this.list.concat(message); };
    popMessage = () => { this.messages = this.list.slice(0, -1); };
    replaceMessage = (index, message) => {
      this.messages = [...this.list.slice(0, index), this.snapshot(message), ...this.list.slice(index + 1)];
    };
    snapshot = value => structuredClone(value);
  }
  return class extends ai.AbstractChat {
    constructor({ told, ...init }) {
      const state = new State(() => told());
      super({ ...init, state });
      state.messages = init.messages ?? [];
    }
  };
}

const commands = {
  // A tab: base is the server it happens to reach, which may be another one later.
  open({ tab, base, token, chat, api = '/api/chat', body, automatic, messages }) {
    const state = { base, calls: [], data: [], ended: 0 };
    const told = () => state.chat && say({
      tab,
      status: state.chat.status,
      error: state.chat.error?.message ?? null,
      messages: state.chat.messages,
      calls: state.calls,
      data: state.data,
    });
    const init = {
      id: chat,
      messages,
      transport: new ai.DefaultChatTransport({
        api,
        body,
        headers: { authorization: `Bearer ${token}` },
        fetch: (path, options) => fetch(state.base + path, options),
      }),
      onToolCall: ({ toolCall }) => { state.calls.push(toolCall.toolName); },
      onData: part => { state.data.push(part); },
      onError: () => {},
      sendAutomaticallyWhen: automatic
        ? options => ai.lastAssistantMessageIsCompleteWithToolCalls(options)
            || (ai.lastAssistantMessageIsCompleteWithApprovalResponses?.(options) ?? false)
        : undefined,
    };
    if (sdk === 'react') {
      state.chat = new Chat(init);
      state.chat['~registerMessagesCallback'](told);
      state.chat['~registerStatusCallback'](told);
      state.chat['~registerErrorCallback'](told);
    } else {
      state.chat = new Chat({ ...init, told });
    }
    tabs.set(tab, state);
    told();
  },
  move: ({ tab, base }) => { tabs.get(tab).base = base; },
  send: ({ tab, text, messageId }) => tabs.get(tab).chat.sendMessage({ text, messageId }),
  regenerate: ({ tab, messageId }) => tabs.get(tab).chat.regenerate({ messageId }),
  resume: ({ tab }) => tabs.get(tab).chat.resumeStream(),
  abort: ({ tab }) => tabs.get(tab).chat.stop(),
  output: ({ tab, tool, call, output }) => {
    const { chat } = tabs.get(tab);
    return (chat.addToolOutput ?? chat.addToolResult)({ tool, toolCallId: call, output });
  },
  approve: ({ tab, id, approved }) => tabs.get(tab).chat.addToolApprovalResponse({ id, approved }),
};

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  // Not awaited: a send ends with its answer, and other commands come meanwhile.
  Promise.resolve()
    .then(() => commands[command.do](command))
    .then(() => say({ tab: command.tab, done: command.do }))
    .catch(error => say({ tab: command.tab, done: command.do, failed: String(error?.stack ?? error) }));
}
