// The real deployer (npm dcp-client). Arguments: scheduler URL, a file of job description (see jobs/), a file for the outcome.
'use strict';

const fs = require('fs');
const path = require('path');
const kvin = require('kvin');
const [scheduler, jobFile, outcomeFile] = process.argv.slice(2);

require('dcp-client').init(scheduler).then(async () => {
  const compute = require('dcp/compute');
  const wallet = require('dcp/wallet');
  const identity = require('dcp/identity');
  await identity.login();

  const description = require(path.resolve(jobFile));
  const account = await new wallet.Keystore('0x' + '5a'.repeat(32), '');
  if (description.publish)
    await require('dcp/publish').publish(path.resolve(path.dirname(jobFile), description.publish));

  const job = description.range
    ? compute.for(...description.range, description.work, description.arguments)
    : compute.for(description.data, description.work, description.arguments);
  job.public.name = description.name;
  if (description.requires)
    job.requires(description.requires);
  if (description.groups)
    job.computeGroups = description.groups;

  const events = { console: [], error: [], custom: [], noProgress: [], result: 0, status: 0 };
  job.on('console', (e) => events.console.push({ slice: e.sliceNumber, level: e.level, message: e.message, same: e.same }));
  job.on('error', (e) => events.error.push({ slice: e.sliceNumber, message: e.message, code: e.code || e.errorCode }));
  job.on('noProgress', (e) => events.noProgress.push({ slice: e.sliceNumber }));
  job.on('result', () => { events.result++; });
  job.on('status', () => { events.status++; });
  job.on('accepted', () => console.log(JSON.stringify({ event: 'accepted', job: job.id })));
  for (const name of description.events || [])
    job.work.on(name, (e) => events.custom.push({ name, data: e && e.data !== undefined ? e.data : e }));

  const outcome = { events };
  try
  {
    const results = await job.exec(compute.marketValue ? compute.marketValue(1) : 0.001, account);
    outcome.results = Array.from(results, (r) => (r instanceof Error ? { threw: r.message } : r));
  }
  catch (error)
  {
    outcome.failed = { message: error.message, code: error.code };
  }

  outcome.id = job.id;
  fs.writeFileSync(outcomeFile, kvin.serialize(outcome));
  console.log(JSON.stringify({ event: 'done', failed: outcome.failed }));
  setTimeout(() => process.exit(0), 200);
}).catch((error) => {
  console.error(error);
  process.exit(1);
});
