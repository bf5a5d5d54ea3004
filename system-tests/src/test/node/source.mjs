// The EventSource of npm on the native stream: each event is a line on stdout.
// usage: node source.mjs url token
import { EventSource } from 'eventsource';

const [, , url, token] = process.argv;
const source = new EventSource(url, {
  fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, Authorization: `Bearer ${token}` } }),
});
const events = [];

function show(status) {
  process.stdout.write(JSON.stringify({ tab: 'source', status, events }) + '\n');
}

for (const type of ['status', 'token', 'citation', 'artifact', 'warning', 'done']) {
  source.addEventListener(type, event => {
    events.push({ id: event.lastEventId, type, data: JSON.parse(event.data) });
    show(type === 'done' ? 'done' : 'open');
    if (type === 'done') source.close();
  });
}
source.onerror = () => show(source.readyState === source.CLOSED ? 'closed' : 'connecting');
process.stdin.resume();
