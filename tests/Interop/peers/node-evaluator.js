// The real evaluator (npm dcp-client, libexec/evaluator-node.js) behind a TCP port: one process a connection.
'use strict';

const { spawn } = require('child_process');
const net = require('net');
const path = require('path');

const client = path.dirname(require.resolve('dcp-client/package.json'));
const definitions = require('dcp-client/generated/sandbox-definitions.json').node;
const files = definitions.map((name) => (name.includes('/') ? require.resolve(name, { paths: [client] }) : require.resolve(path.join(client, 'libexec/sandbox', name))));

const children = new Set();
const server = net.createServer((socket) => {
  socket.setNoDelay(true);
  const env = { ...process.env, I_WANT_AN_INSECURE_DCP_WORKER: 'badly' };
  const child = spawn(process.execPath, [path.join(client, 'libexec/evaluator-node.js'), ...files], { stdio: ['pipe', 'pipe', 'inherit'], env });
  children.add(child);
  socket.pipe(child.stdin);
  child.stdout.pipe(socket);
  socket.on('error', () => child.kill('SIGKILL'));
  socket.on('close', () => child.kill('SIGKILL'));
  child.stdin.on('error', () => {});
  child.on('exit', () => { children.delete(child); socket.destroy(); });
});

server.listen(0, '127.0.0.1', () => console.log(`node-evaluator: listening on tcp://127.0.0.1:${server.address().port}`));

function stop() {
  for (const child of children)
    child.kill('SIGKILL');
  process.exit(0);
}

process.on('SIGTERM', stop);
process.on('SIGINT', stop);
process.stdin.on('end', stop).resume();
