// The real deployer (npm dcp-client): deploys jobs, all at once, and writes what came of each as KVIN text.
// Arguments: scheduler URL, file for the outcomes, job files (see jobs/).
'use strict';

const fs = require('fs');
const path = require('path');
const kvin = require('kvin');
const [scheduler, outcomeFile, ...jobFiles] = process.argv.slice(2);

/** Deploys one job, and waits for its end. */
async function deploy(file, account)
{
  const compute = require('dcp/compute');
  const description = require(path.resolve(file));
  const name = path.basename(file, '.js');
  if (description.publish)
    await require('dcp/publish').publish(path.resolve(path.dirname(file), description.publish));

  const job = description.range
    ? compute.for(...description.range, description.work, description.arguments)
    : compute.for(description.data, description.work, description.arguments);
  job.public.name = name;
  if (description.requires)
    job.requires(description.requires);

  const outcome = { expected: description.results, console: [], errors: [], custom: [], noProgress: 0, resultEvents: 0, statusEvents: 0 };
  job.on('console', (e) => outcome.console.push({ slice: e.sliceNumber, level: e.level, message: e.message }));
  job.on('error', (e) => outcome.errors.push({ slice: e.sliceNumber, message: e.message }));
  job.on('noProgress', () => { outcome.noProgress++; });
  job.on('result', () => { outcome.resultEvents++; });
  job.on('status', () => { outcome.statusEvents++; });
  for (const event of description.events || [])
    job.work.on(event, (e) => outcome.custom.push(e && e.data !== undefined ? e.data : e));

  const bySlice = (a, b) => a.slice - b.slice;
  try
  {
    const results = await job.exec(0.5, account);
    outcome.results = Array.from(results, (r) => (r instanceof Error ? { threw: r.message } : r));
  }
  catch (error)
  {
    outcome.failed = { message: error.message, code: error.code };
  }

  outcome.console.sort(bySlice);
  outcome.errors.sort(bySlice);
  outcome.custom.sort((a, b) => a.reached - b.reached);
  outcome.expectedConsole = description.console || [];
  outcome.expectedErrors = description.errors || [];
  outcome.expectedCustom = description.custom || [];
  outcome.expectedFailure = description.failed;
  return [name, outcome];
}

require('dcp-client').init(scheduler).then(async () => {
  const wallet = require('dcp/wallet');
  await require('dcp/identity').login();
  const account = await new wallet.Keystore('0x' + '5a'.repeat(32), '');
  const outcomes = {};
  await Promise.all(jobFiles.map(async (file) => {
    const [name, outcome] = await deploy(file, account);
    outcomes[name] = outcome;
    fs.writeFileSync(outcomeFile + '.new', kvin.serialize(outcomes));
    fs.renameSync(outcomeFile + '.new', outcomeFile);
    console.log(JSON.stringify({ event: 'done', name, failed: outcome.failed }));
  }));
  setTimeout(() => process.exit(0), 1500);
}).catch((error) => {
  console.error(error);
  process.exit(1);
});
