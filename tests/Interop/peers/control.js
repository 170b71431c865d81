// The real deployer (npm dcp-client) and what it asks about a job that nobody computes: state, results, cancelling.
// Arguments: scheduler URL. Prints one line of JSON.
'use strict';

const [scheduler] = process.argv.slice(2);

require('dcp-client').init(scheduler).then(async () => {
  const compute = require('dcp/compute');
  const wallet = require('dcp/wallet');
  await require('dcp/identity').login();
  const identity = await wallet.getId();
  const account = await new wallet.Keystore('0x' + '5a'.repeat(32), '');
  const job = compute.for([1, 2, 3], (x) => { progress(); return x; });
  const said = {};
  for (const event of ['stop', 'cancel'])
    job.on(event, (e) => { said[event] = { runStatus: e.runStatus, reason: e.reason, sliceCount: e.sliceCount }; });
  const deployed = new Promise((resolve) => job.on('readystatechange', (state) => state === 'deployed' && resolve()));
  const ended = job.exec(0.5, account).then(() => ({}), (error) => ({ code: error.code, message: error.message }));
  await deployed;
  const brief = (status) => status && { id: status.id, runStatus: status.runStatus, total: status.totalSlices };
  said.id = job.id;
  said.byId = brief(await compute.status(job.id));
  said.all = (await compute.status({ startTime: Date.now() - 600000 })).map(brief);
  said.others = (await compute.status({ statuses: ['finished'] })).map(brief);
  said.results = await job.results.list().length;
  await job.cancel('changed my mind');
  said.ended = await ended;
  said.after = brief(await compute.status(job.id));
  said.again = (await compute.cancel(job.id, identity, 'twice')).success;
  console.log(JSON.stringify(said));
  process.exit(0);
}).catch((error) => {
  console.error(error);
  process.exit(1);
});
