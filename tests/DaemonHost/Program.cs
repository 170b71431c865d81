// An inet-daemon in a process of its own, for tests that kill it:
//   DaemonHost dcp-evaluator            with the evaluator of this build
//   DaemonHost PROGRAM [ARGUMENT…]      with any program
//   DaemonHost --cores                  prints how many cores it may use, and ends
// Evaluators run as nobody when this is root. Prints the port, then runs until it is killed.
using DcpWorker.Engine.InetDaemon;
using DcpWorker.Engine.Limits;
using Microsoft.Extensions.Logging.Abstractions;

if (args is ["--cores"])
{
    Console.WriteLine(AvailableCores.Count);
    return;
}

EvaluatorCommand command = args[0] == "dcp-evaluator"
    ? EvaluatorCommand.Locate()
    : new EvaluatorCommand { Program = args[0], Arguments = args[1..] };
await using InetDaemon daemon = InetDaemon.Start(
    new InetDaemonOptions
    {
        Evaluator = command,
        Listen = ListenAddress.Parse("127.0.0.1:0"),
        MaxConnections = 100,
        LockDown = args[0] == "dcp-evaluator" ? LockDownPolicy.Required : LockDownPolicy.Unchecked,
        RunAs = Environment.IsPrivilegedProcess ? new UnixUser(65534, 65534) : null,
    },
    NullLogger.Instance);
Console.WriteLine(daemon.Endpoint.Port);
await daemon.Completion;
