// The package's Connection against whatever listens at argv[2]. Prints one JSON line a step; a line on standard input lets it go on.
'use strict';
const readline = require('readline');
const { load } = require('./setup.js');

const report = (step, value) => process.stdout.write(JSON.stringify({ step, value }) + '\n');

async function main() {
  const { wallet, identity, protocol, DcpURL } = await load('0x' + '11'.repeat(32));
  const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const goOn = async () => { if ((await lines.next()).done) process.exit(1); };

  const connection = new protocol.Connection({ location: new DcpURL(process.argv[2]) }, { identity });
  connection.on('request', (request) => {
    request.respond({ event: request.payload.operation, data: request.payload.data });
  });
  let ended = false;
  connection.on('end', () => { ended = true; });

  await connection.connect();
  await connection.keepalive();
  report('connected', connection.dcpsid);

  const hello = await connection.request('hello', { a: 1, s: 'é😀\u2028', n: [1e21, 1e-7, -0, 0.1] });
  report('hello', hello.payload);

  const many = await Promise.all(Array.from({ length: 50 }, (_, n) => connection.request('count', { n })));
  report('batched', many.map((r) => r.payload.youSaid.n));

  const big = 'x"é😀\\'.repeat(200000);
  const echoed = await connection.request('big', big);
  report('big', echoed.payload.youSaid === big);

  const failed = await connection.request('fail', {});
  report('failed', { success: failed.success, code: failed.payload.code, message: failed.payload.message });

  const account = await new wallet.Keystore(new wallet.PrivateKey('0x' + '33'.repeat(32)), '');
  const pay = new connection.Request('pay', { n: 2 });
  await pay.authorize(account);
  report('authorised', (await pay.send()).payload);

  report('asked', (await connection.request('ask', {})).payload);

  const started = Date.now();
  for (let i = 0; i < 20; i++) await connection.request('count', { n: i });
  report('roundTripMs', (Date.now() - started) / 20);

  await goOn(); // the other side cuts the socket
  const resumed = await Promise.all(Array.from({ length: 30 }, (_, n) => connection.request('count', { n })));
  report('resumed', resumed.map((r) => r.payload.youSaid.n));

  await goOn(); // the other side forgets the session
  report('lost', await connection.request('count', { n: 1 }).then(() => 'answered', (error) => error.code));
  report('ended', ended);
  process.exit(0);
}

main().catch((error) => {
  report('error', String(error.stack));
  process.exit(1);
});
