/**
 * Defaults of the DCP worker. This file is replaced at each update: do not edit it. Write what you want to change into
 * dcp-site-config.js in the same folder; it is read after this one, and what it sets wins.
 *
 * Times are in seconds unless a name says otherwise, money is in DCC.
 */
{
  scheduler: {
    // where work comes from; its services, and the bank's, are asked of it
    location: url('https://scheduler.distributed.computer/'),
  },

  bank: {
    location: url('https://bank.distributed.computer/'),
  },

  packageManager: {
    location: url('https://packages.distributed.computer/'),
  },

  // The evaluators' port: where the inet-daemon listens, and where the worker looks for it. Change both together.
  // (Older files say standaloneWorker instead of evaluator; that is understood.)
  evaluator: {
    listen: url('tcp://localhost:9000/'),
    location: url('tcp://localhost:9000/'),
  },

  inetDaemon: {
    // most evaluators at once; undefined: two for each sandbox
    maxConnections: undefined,
    // addresses besides this host's own that may connect, as CIDR; needed before listening elsewhere than on loopback
    allowFrom: [],
    // users of this host that may connect: names, numbers, or 'self' for the inet-daemon's own; empty: all of them
    localUsers: [],
    // whether to offer evaluators although their lock-down is not in force: only where their jobs can harm nothing
    allowNoLockDown: false,
    // scheduling priority of the evaluators, 0 (ordinary) to 19 (only what nobody else wants)
    nice: 18,
    // MiB of JavaScript heap, and of array buffers, that one evaluator may use
    maxHeap: 2048,
    maxBuffers: 2048,
    // where a control group has been delegated to the inet-daemon (docs/operations.md), the kernel enforces for each evaluator:
    // MiB of memory altogether; undefined: heap, buffers and 1024 for the rest
    maxMemory: undefined,
    // share of the processor, 1 to 10000, to the inet-daemon's own 100
    cpuWeight: 100,
  },

  worker: {
    // the account that earns; undefined: that of the keystore which the worker is started with
    paymentAddress: undefined,
    // sandboxes at once; undefined: one less than there are cores, at least one
    maxSandboxes: undefined,
    // share of the cores to use, 0.01 to 1
    utilization: { cpu: 1 },
    // least pay that is accepted: DCC for an hour of CPU, an hour of GPU, a megabyte in, a megabyte out
    minimumWage: { CPU: 0, GPU: 0, in: 0, out: 0 },
    // only these jobs; empty: any
    jobIds: [],
    // further groups to work for, each { joinKey, joinSecret } or { joinKey, joinHash }
    computeGroups: {},
    leavePublicGroup: false,
    // sites besides the scheduler's that a job may fetch from or send to
    allowOrigins: { any: [], fetchWorkFunctions: [], fetchArguments: [], fetchData: [], sendResults: [] },
    // whether sites named by the scheduler for a compute group count as allowed
    trustScheduler: true,
    // seconds between two looks for work when there is none
    watchdogInterval: 7,
    // when to stop: after so many seconds without work, after so many slices; undefined: never
    exitWhenIdle: undefined,
    maxSlices: undefined,
    // when to pause by itself: 'load > 4', 'load > 0.8 per core', 'battery', 'user-active', 'hours Mon-Fri 08:00-18:00'; each may say
    // when to go on: 'resume after 5min', for load also 'resume below 3 after 5min'
    pauseWhen: [],
    // what becomes of the slices in sandboxes then: 'suspend' (their processes are stopped), 'finish', or 'stop' (given back at once)
    pauseMode: 'suspend',
  },

  supervisor: {
    sandbox: {
      // most seconds until an evaluator is ready, until it has taken a job, between two progress reports, for a slice
      creationTimeout: 120,
      assignTimeout: 60,
      progressTimeout: 300,
      sliceTimeout: 86400,
      // seconds between two progress reports that are passed on
      progressThrottle: 0.1,
      // slices until a sandbox is replaced by a new one
      maxSandboxUse: 200,
    },
  },

  // Where the log goes. Each member is a sink with its own level (trace, debug, info, warning, error, critical, none); there
  // can be any number, several of a kind under names of yours with type: 'file', 'syslog'… See docs/logging.md.
  logging: {
    // stderr: on a terminal, or the journal's when a service
    console: { level: 'warning' },
    // file: {
    //   level: 'info', path: '/var/log/dcp/{program}.log', format: 'text', // or 'json'
    //   maxSize: '10MB', maxAge: undefined, // '7d'; whichever comes first
    //   keep: 7, // files that were put aside
    // },
    // syslog: {
    //   level: 'info', address: 'unix:/dev/log', // or 'udp://loghost:514', 'tcp://loghost:514', 'tls://loghost:6514'
    //   facility: 'local7', format: undefined, // 'rfc5424', 'rfc3164'; undefined: what the address's readers expect
    //   caFile: undefined, // PEM file of the authorities to trust for tls; undefined: the system's
    // },
    // eventLog: { level: 'warning' }, // Windows
  },
}
