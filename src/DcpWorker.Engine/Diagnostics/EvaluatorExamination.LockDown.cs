using System.Globalization;
using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.InetDaemon;
using DcpWorker.Engine.InetDaemon.Events;

namespace DcpWorker.Engine.Diagnostics;

/// <content>
/// Whether the kernel confines an evaluator: by something forbidden that is really tried, and by the kernel's own word.
/// The one would not do without the other: a service's own filter shows in /proc just as the evaluator's does, and one attempt says
/// nothing of the rest.
/// </content>
public sealed partial class EvaluatorExamination
{
    // SIGSYS on x86-64 and arm64: what the filter kills with
    private const int BadSystemCall = 31;

    // the three streams, and the one by which V8 is woken
    private const int MostDescriptors = 4;

    private PlannedCheck LockDownCheck =>
        new(CheckNames.LockDown, true, "Use a kernel that has seccomp, and an evaluator that was not started with --no-lockdown.", LockDownAsync);

    /// <summary>Only whether the local program is locked down by the time that it serves anybody.</summary>
    internal async Task<EvaluatorCheck> CheckLockDownAsync(CancellationToken cancellationToken)
    {
        try
        {
            _program = _options.Locate();
            return await LookAsync(LockDownCheck, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await EndLocalAsync().ConfigureAwait(false);
        }
    }

    private async Task<string> LockDownAsync(CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new EvaluatorFault("Only Linux can lock an evaluator down.");
        }

        Task<bool> shown = KernelConfirmsAsync(cancellationToken);
        Task attempt = _program!.DiesWithParent ? AttemptForbiddenAsync(cancellationToken) : Task.CompletedTask;
        Task closed = _program.DiesWithParent ? CountDescriptorsAsync(cancellationToken) : Task.CompletedTask;
        Task all = Task.WhenAll(shown, attempt, closed);
        await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (all.Exception?.InnerExceptions is { Count: > 1 } several && several.All(e => e is EvaluatorFault))
        {
            throw new EvaluatorFault(string.Join(' ', several.Select(e => e.Message)));
        }

        await all.ConfigureAwait(false);
        return await shown.ConfigureAwait(false)
            ? "The kernel filters its system calls, and it can gain no privilege."
            : "It is killed for a forbidden system call, and nobody can look at it.";
    }

    /// <summary>proc(5) of an evaluator that has taken a job. False when it is hidden from us, as is one that is not dumpable where /proc shows only what one may trace.</summary>
    private async Task<bool> KernelConfirmsAsync(CancellationToken cancellationToken)
    {
        EvaluatorDialogue dialogue = await AssignAsync(cancellationToken).ConfigureAwait(false);
        await using (dialogue.ConfigureAwait(false))
        {
            string folder = string.Create(CultureInfo.InvariantCulture, $"/proc/{dialogue.Connection.Process!.ProcessId}");
            if (!Directory.Exists(folder) && _program!.DiesWithParent)
            {
                return false;
            }

            string[] status = File.ReadAllLines($"{folder}/status");
            RequireFilter(status);
            foreach (string thread in Directory.GetDirectories($"{folder}/task"))
            {
                if (ReadThread(thread) is { } ofThread)
                {
                    RequireFilter(ofThread);
                }
            }

            string user = Field(status, "Uid").Split('\t')[0];
            if (user != "0" && FileOwner.UserOf($"{folder}/mem").ToString(CultureInfo.InvariantCulture) == user)
            {
                throw new EvaluatorFault("It is dumpable: other processes of its user can look into it.");
            }

            return true;
        }
    }

    // null for a thread that has ended meanwhile
    private static string[]? ReadThread(string folder)
    {
        try
        {
            return File.ReadAllLines($"{folder}/status");
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static void RequireFilter(string[] status)
    {
        string seccomp = Field(status, "Seccomp");
        string noNewPrivileges = Field(status, "NoNewPrivs");
        if (seccomp != "2" || noNewPrivileges != "1")
        {
            throw new EvaluatorFault($"Seccomp is {seccomp} (2 expected), NoNewPrivs is {noNewPrivileges} (1 expected).");
        }
    }

    /// <summary>Lets an evaluator open a file once it is locked down; it must be killed for it.</summary>
    private async Task AttemptForbiddenAsync(CancellationToken cancellationToken)
    {
        LocalEvaluators daemon = LocalEvaluators.Start(_program! with { Arguments = ["--probe-lockdown"] }, _options, _time);
        await using (daemon.ConfigureAwait(false))
        {
            EvaluatorConnection connection = await EvaluatorConnection.OpenAsync(daemon, _options.Timeout, cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                ConnectionClosed? end = await daemon.WaitForEndAsync(connection.Process!, _options.Timeout, cancellationToken).ConfigureAwait(false);
                if (end?.Exit.Signal != BadSystemCall)
                {
                    throw new EvaluatorFault($"It was not killed for opening a file: {(end is null ? "it went on" : $"it ended with {end.Exit}{daemon.ErrorText}")}.");
                }
            }
        }
    }

    private async Task CountDescriptorsAsync(CancellationToken cancellationToken)
    {
        string open = await ReadFirstLineAsync(["--probe-lockdown=descriptors"], cancellationToken).ConfigureAwait(false);
        if (open.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not (["0", "1", "2", ..] and { Length: <= MostDescriptors }))
        {
            throw new EvaluatorFault($"It keeps more descriptors than it needs: {open.Trim()}.");
        }
    }

    private static string Field(string[] status, string name) =>
        status.FirstOrDefault(l => l.StartsWith(name + ":", StringComparison.Ordinal))?[(name.Length + 1)..].Trim() ?? "unknown";
}
