// A worker in a process of its own, for tests that kill it:
//   WorkerHost SCHEDULER EVALUATOR FOLDER IDENTITY
// The identity is a throw-away private key, made by the test. Runs until it is killed.
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Sandboxes;
using DcpWorker.Engine.Supervision;
using Microsoft.Extensions.Logging.Abstractions;

using PrivateKey identity = PrivateKey.Parse(args[3]);
await using Worker worker = new(
    new WorkerOptions
    {
        Scheduler = new Uri(args[0]),
        Evaluator = EvaluatorLocation.Parse(args[1]),
        PaymentAddress = identity.Address,
        ResourceDirectory = args[2],
        Sandboxes = 2,
    },
    identity,
    TimeProvider.System,
    NullLoggerFactory.Instance);
await worker.RunAsync(CancellationToken.None);
