import { connect, createServer } from 'node:net';

/** A line to the server that can be cut: what a train in a tunnel does to a stream. */
export async function line(url) {
  const { hostname, port } = new URL(url);
  const sockets = new Set();
  const proxy = createServer((client) => {
    const server = connect(Number(port), hostname);
    for (const [one, other] of [[client, server], [server, client]]) {
      sockets.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise((listening) => proxy.listen(0, '127.0.0.1', listening));
  const cut = () => sockets.forEach((socket) => socket.destroy());
  return {
    url: `http://127.0.0.1:${proxy.address().port}`,
    cut,
    close() {
      proxy.close();
      cut();
    },
  };
}
