// The network's own wallet. Reads lines {"keystore": …, "passphrase": "…"}; answers each with
// {"privateKey": what it holds, "keystore": a new one of the same key and passphrase} or {"error": why not}.
'use strict';

const readline = require('readline');
const setup = require('./connection/setup');

async function answer(wallet, { keystore, passphrase })
{
  const given = await new wallet.Keystore(keystore);
  await given.unlock(passphrase, 60);
  const key = await given.getPrivateKey();
  const made = await new wallet.Keystore(key, passphrase);
  return { privateKey: String(key), address: String(given.address), label: given.label, keystore: JSON.parse(JSON.stringify(made)) };
}

setup.load('0x' + '11'.repeat(32)).then(async ({ wallet }) => {
  for await (const line of readline.createInterface({ input: process.stdin, terminal: false }))
    console.log(JSON.stringify(await answer(wallet, JSON.parse(line)).catch(error => ({ error: error.message }))));
  process.exit(0);
});
