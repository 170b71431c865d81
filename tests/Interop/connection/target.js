// The package's Target on a port of the system's choice. Prints its location; ends with its standard input.
'use strict';
const { load, endWithParent } = require('./setup.js');

async function main() {
  const { wallet, identity, protocol, DcpURL } = await load('0x' + '22'.repeat(32));
  endWithParent();
  const port = await new Promise((resolve) => {
    const probe = require('net').createServer().listen(0, '127.0.0.1', () => {
      const chosen = probe.address().port;
      probe.close(() => resolve(chosen));
    });
  });
  const location = new DcpURL(`http://127.0.0.1:${port}/svc/`);
  const target = new protocol.Target(['socketio'], { listen: location, location, identity }, {
    socketio: { module: require('socket.io') },
  });
  const account = new wallet.Address('0x5CbDd86a2FA8Dc4bDdd8a8f69dBa48572EeC07FB');
  target.on('session', (connection) => {
    connection.on('request', async (request) => {
      const { operation, data } = request.payload;
      if (operation === 'fail') {
        const error = new Error('because');
        error.code = 'EFAIL';
        request.respond(error);
      } else if (operation === 'pay') {
        request.respond({ authorised: request.doesAuthorize(account) });
      } else if (operation === 'ask') {
        request.respond({ heard: (await connection.request('event', { token: 1 })).payload });
      } else {
        request.respond({ youSaid: data });
      }
    });
  });
  target.on('listening', () => process.stdout.write(location.href + '\n'));
}

main().catch((error) => {
  process.stderr.write(String(error.stack) + '\n');
  process.exit(1);
});
