// The real worker (npm dcp-client). Arguments: scheduler URL, evaluator port, payment address, options as JSON.
'use strict';

const [scheduler, evaluatorPort, paymentAddress, optionsText] = process.argv.slice(2);
const options = JSON.parse(optionsText || '{}');

require('dcp-client').init(scheduler).then(async () => {
  const { DistributiveWorker } = require('dcp/worker');
  const identity = require('dcp/identity');
  const { workerFactory } = require('dcp-client/lib/standaloneWorker');
  await identity.login();

  const worker = new DistributiveWorker({
    unmanaged: true,
    paymentAddress,
    cores: { cpu: options.cores || 2 },
    maxSandboxes: options.cores || 2,
    utilization: { cpu: 1, gpu: 0 },
    trustScheduler: true,
    ...options.worker,
  }, workerFactory({ hostname: '127.0.0.1', port: Number(evaluatorPort) }));

  const say = (event, more) => console.log(JSON.stringify({ event, ...more }));
  worker.on('error', (error) => say('error', { message: String(error && error.message || error), code: error && error.code }));
  worker.on('warning', (...args) => say('warning', { message: args.map(String).join(' ') }));
  worker.on('payment', (...args) => say('payment', { args: args.map(String) }));
  worker.on('fetch', (fetched) => say('fetch', { slices: fetched && fetched.slices, error: fetched instanceof Error ? fetched.message : undefined }));
  worker.on('result', (...args) => say('result', { error: args.find((a) => a instanceof Error)?.message }));

  const stop = () => { worker.stop(true).finally(() => process.exit(0)); setTimeout(() => process.exit(0), 8000).unref(); };
  process.on('SIGTERM', stop);
  process.stdin.on('end', stop).resume();

  await worker.start();
  say('started', { id: worker.id });
}).catch((error) => {
  console.error(error);
  process.exit(1);
});
