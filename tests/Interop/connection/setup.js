// Loads the package as a program without network, configuration or key files would have it, in a directory of its own.
'use strict';
const fs = require('fs');
const os = require('os');
const path = require('path');

exports.load = async function load(identityKey) {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'dcp-interop-'));
  process.on('exit', () => fs.rmSync(home, { recursive: true, force: true }));
  process.env.DCP_RESOURCE_DIR = home;
  process.env.HOME = home;
  process.env.DCP_CONFIG_LOCATION = '';
  process.env.DCP_SCHEDULER_LOCATION = 'http://127.0.0.1:9/';
  process.env.DCP_CLIENT_SKIP_VERSION_CHECK = '1';
  await require('dcp-client').init({ reportErrors: false });
  const wallet = require('dcp/wallet');
  const identity = await new wallet.Keystore(new wallet.PrivateKey(identityKey), '');
  return { wallet, identity, protocol: require('dcp/protocol'), DcpURL: require('dcp/dcp-url').DcpURL };
};

// A program whose parent has gone has nobody to tell: its standard input ends, and so does it.
exports.endWithParent = function endWithParent() {
  process.stdin.on('end', () => process.exit(0)).resume();
};
