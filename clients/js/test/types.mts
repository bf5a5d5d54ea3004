// Never run: the system tests compile it, so that what programs write against the types goes on to compile.
import { audio, chat, events, Problem, type Message, type Run } from '../src/index.js';

const api = chat({ url: 'https://gateway.example.com', token: async ({ renew }) => (renew ? 'next' : undefined), connection: { deathMs: 1 } });

const run: Run = api.ask('Why?', { session: 'ses_1', edit: 'msg_1' });
run.addEventListener('gap', (gap) => gap.detail.lost.toFixed());
run.addEventListener('stream', () => run.stream.state === 'waiting' && run.hurry());
const message: Message = await run.finished;
message.citations.map(({ n, title }) => `${n} ${title}`);
// @ts-expect-error a state that no stream has
run.stream.state === 'done';

api.regenerate('msg_2', { session: 'ses_1' });
await api.input('run_1', { request: 'req_1', approved: true });
// @ts-expect-error an input says something
await api.input('run_1', { request: 'req_1' });
for (const { state, ended_at } of (await api.runs({ state: ['running', 'failed'] })).runs) `${state} ${ended_at?.length}`;

const feed = events({ ticket: async ({ feed }) => `ticket for ${feed}` }).subscribe({ type: ['com.example.**'], onGap: 'fail' });
feed.addEventListener('draining', ({ detail }) => detail.retry_ms.toFixed());
for await (const { id, event } of feed) `${id} ${event.type}`;
const one: string | undefined = (await events().publish({ specversion: '1.0', id: '1', source: '/', type: 'a.b' })).id;
const many: number = (await events().publish([])).length;

const call = await audio({ token: 'token' }).call({ conversation: 'ses_1', vad: { silence_ms: 300 } });
call.addEventListener('transcript.final', ({ detail }) => detail.text);
call.mute(true);

try {
  await api.session('ses_1', { branch: 'msg_1' });
} catch (error) {
  if (error instanceof Problem && error.passing) `${error.code} ${one} ${many}`;
}
