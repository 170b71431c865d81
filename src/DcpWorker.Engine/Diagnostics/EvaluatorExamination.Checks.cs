using System.Text;
using DcpWorker.Engine.InetDaemon;
using DcpWorker.Engine.InetDaemon.Events;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Diagnostics;

/// <content>What is looked at, one method a check: it gives what was found, or throws what is wrong.</content>
public sealed partial class EvaluatorExamination
{
    private const string ReinstallEvaluator = "Reinstall the evaluator: it does not do what this version expects.";
    private const string ReinstallFiles = "Reinstall the evaluator and its sandbox set-up files; both must be those of this version.";

    private IEnumerable<PlannedCheck> Plan()
    {
        if (_options.Location is { } location)
        {
            string remedy = $"Start the inet-daemon that listens at {location.Host}:{location.Port}, and let this machine through to it.";
            yield return new(CheckNames.Connection, false, remedy, ConnectionAsync);
        }
        else
        {
            yield return new(CheckNames.Program, true, "Install the evaluator, or name it by its path.", ProgramAsync);
            yield return new(CheckNames.FiveFunctions, true, ReinstallEvaluator, FiveFunctionsAsync);
        }

        yield return new(CheckNames.Start, false, ReinstallFiles, StartAsync);
        yield return LockDownCheck;
        yield return new(CheckNames.Slice, false, ReinstallFiles, SliceAsync);
        yield return new(CheckNames.WebAssembly, false, ReinstallEvaluator, WebAssemblyAsync);
        yield return new(CheckNames.HangUp, true, ReinstallEvaluator, HangUpAsync);
        yield return new(CheckNames.Die, false, ReinstallFiles, DieAsync);
    }

    private async Task<string> ConnectionAsync(CancellationToken cancellationToken)
    {
        EvaluatorConnection connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await connection.DisposeAsync().ConfigureAwait(false);
        return $"{_options.Location} takes connections.";
    }

    private Task<string> ProgramAsync(CancellationToken cancellationToken)
    {
        _program = _options.Locate();
        return ReadFirstLineAsync(["--version"], cancellationToken);
    }

    private async Task<string> FiveFunctionsAsync(CancellationToken cancellationToken)
    {
        // The user that the evaluator runs as must be able to read it, whoever that is.
        string probe = Path.Combine(Path.GetTempPath(), $"dcp-globals-{Guid.NewGuid():N}.js");
        FileStreamOptions fresh = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            fresh.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        }

        try
        {
            using (FileStream file = new(probe, fresh))
            {
                await file.WriteAsync(Encoding.UTF8.GetBytes(SandboxProbes.ListGlobals), cancellationToken).ConfigureAwait(false);
            }

            string line = await ReadFirstLineAsync([probe], cancellationToken).ConfigureAwait(false);
            string[] found = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            string[] missing = [.. SandboxProbes.FiveFunctions.Except(found)];
            string[] extra = [.. found.Except(SandboxProbes.FiveFunctions)];
            return missing.Length + extra.Length == 0
                ? $"Beside core JavaScript: {string.Join(", ", SandboxProbes.FiveFunctions)}, and nothing else."
                : throw new EvaluatorFault($"Missing: {Join(missing)}. Beyond the five functions: {Join(extra)}.");
        }
        finally
        {
            File.Delete(probe);
        }
    }

    private async Task<string> StartAsync(CancellationToken cancellationToken)
    {
        long start = _time.GetTimestamp();
        EvaluatorDialogue dialogue = await LoadAsync(cancellationToken).ConfigureAwait(false);
        TimeSpan elapsed = _time.GetElapsedTime(start);
        await dialogue.DisposeAsync().ConfigureAwait(false);
        return $"The sandbox was ready after {elapsed.TotalMilliseconds:0} ms.";
    }

    private async Task<string> SliceAsync(CancellationToken cancellationToken)
    {
        JsValue result = await ComputeAsync(21, cancellationToken).ConfigureAwait(false);
        return result.AsNumber() == 42 ? "Datum 21 gave 42." : throw new EvaluatorFault($"Datum 21 gave {result}, not 42.");
    }

    private async Task<string> WebAssemblyAsync(CancellationToken cancellationToken)
    {
        JsValue result = await ComputeAsync("wasm", cancellationToken).ConfigureAwait(false);
        return result.AsNumber() == 42 ? "A module that was compiled in a slice gave 42." : throw new EvaluatorFault($"A module that was compiled in a slice gave {result}, not 42.");
    }

    private async Task<string> HangUpAsync(CancellationToken cancellationToken)
    {
        EvaluatorDialogue dialogue = await AssignAsync(cancellationToken).ConfigureAwait(false);
        await using (dialogue.ConfigureAwait(false))
        {
            // Once its progress is here, the slice is in its loop.
            await dialogue.AskAsync(SandboxProbes.Slice("loop"), "progress", cancellationToken).ConfigureAwait(false);
        }

        ConnectionClosed? end = await _local!.WaitForEndAsync(dialogue.Connection.Process!, _options.HangUpLimit, cancellationToken).ConfigureAwait(false);
        return end is not null
            ? "A slice in an endless loop ended when its supervisor was gone."
            : throw new EvaluatorFault($"A slice in an endless loop went on for {_options.HangUpLimit.TotalSeconds:0.#} s after its supervisor was gone.");
    }

    private async Task<string> DieAsync(CancellationToken cancellationToken)
    {
        EvaluatorDialogue dialogue = await LoadAsync(cancellationToken).ConfigureAwait(false);
        await using (dialogue.ConfigureAwait(false))
        {
            await dialogue.SendLineAsync("""{"type":"die"}""", cancellationToken).ConfigureAwait(false);
            string? answer;
            do
            {
                answer = await dialogue.ReadLineAsync(cancellationToken).ConfigureAwait(false);
            }
            while (answer?.StartsWith("DIE:", StringComparison.Ordinal) == false);

            if (answer is null)
            {
                throw new EvaluatorFault("The evaluator ended without the line 'DIE:'.");
            }

            // Behind a port the daemon may keep the connection; only of our own do we know that it is gone.
            bool gone = dialogue.Connection.Process is not { } process
                || await _local!.WaitForEndAsync(process, _options.HangUpLimit, cancellationToken).ConfigureAwait(false) is not null;
            return gone ? answer : throw new EvaluatorFault($"The evaluator answered '{answer}' and went on.");
        }
    }

    /// <summary>The first line that the program writes when it is started with these arguments only.</summary>
    private async Task<string> ReadFirstLineAsync(string[] arguments, CancellationToken cancellationToken)
    {
        EvaluatorCommand command = _program! with { Arguments = arguments };
        LocalEvaluators daemon = LocalEvaluators.Start(command, _options, _time);
        await using (daemon.ConfigureAwait(false))
        {
            EvaluatorConnection connection = await EvaluatorConnection.OpenAsync(daemon, _options.Timeout, cancellationToken).ConfigureAwait(false);
            EvaluatorDialogue dialogue = new(connection, _options.Timeout);
            await using (dialogue.ConfigureAwait(false))
            {
                return await dialogue.ReadLineAsync(cancellationToken).ConfigureAwait(false)
                    ?? throw new EvaluatorFault($"Nothing was said: {await connection.ExplainEndAsync(cancellationToken).ConfigureAwait(false)}.");
            }
        }
    }

    private static string Join(string[] names) => names.Length == 0 ? "nothing" : string.Join(", ", names);
}
