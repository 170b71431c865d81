// A second wallet, of another make. Reads lines {"keystore": text, "passphrase": "…"}; answers each with
// {"address": what it holds, "privateKey": …, "keystore": a new one, as text, of the same key and passphrase} or {"error": why not}.
'use strict';

const readline = require('readline');
const { Wallet } = require('ethers');

async function answer({ keystore, passphrase })
{
  const wallet = await Wallet.fromEncryptedJson(keystore, passphrase);
  return { address: wallet.address, privateKey: wallet.privateKey, keystore: await wallet.encrypt(passphrase) };
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin, terminal: false }))
    console.log(JSON.stringify(await answer(JSON.parse(line)).catch(error => ({ error: error.message }))));
})();
