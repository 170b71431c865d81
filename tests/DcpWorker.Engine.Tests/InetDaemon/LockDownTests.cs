using System.Runtime.Versioning;
using DcpWorker.Engine.InetDaemon;
using DcpWorker.Engine.InetDaemon.Events;
using DcpWorker.Engine.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Daemon = DcpWorker.Engine.InetDaemon.InetDaemon;

namespace DcpWorker.Engine.Tests.InetDaemon;

/// <summary>What a daemon makes sure of before it lets anybody have an evaluator.</summary>
[SupportedOSPlatform("linux")]
public sealed class LockDownTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Connections_that_come_before_the_lock_down_is_verified_are_served_after_it()
    {
        await using TestDaemon daemon = TestDaemon.OfEvaluators(Required);
        using TestClient early = await daemon.ConnectAsync();
        await early.ReadUntilAsync("MSG:");
        Assert.True(daemon.Daemon.Ready.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task An_evaluator_that_is_not_locked_down_is_offered_to_nobody_and_the_daemon_stops()
    {
        await using TestDaemon daemon = TestDaemon.OfEvaluators(o => Required(o) with { Evaluator = WithoutLockDown() });
        using TestClient client = await daemon.ConnectAsync();

        InetDaemonException error = await Assert.ThrowsAsync<InetDaemonException>(() => daemon.Daemon.Ready.WaitAsync(TestDaemon.Patience));
        Assert.Equal("LockDownFailed", error.Code);
        await daemon.Daemon.Completion.WaitAsync(TestDaemon.Patience);
        Assert.Null(await client.ReadLineAsync());
        Assert.True((await daemon.WaitForAsync<LockDownFailed>()).IsFatal);
        Assert.Empty(daemon.EventsSoFar().OfType<ConnectionOpened>());
    }

    [Fact]
    public async Task Where_lock_down_is_optional_its_lack_is_said_and_evaluators_are_offered()
    {
        await using TestDaemon daemon = TestDaemon.OfEvaluators(o => o with { Evaluator = WithoutLockDown(), LockDown = LockDownPolicy.Optional });
        using TestClient client = await daemon.ConnectAsync();
        await client.ReadUntilAsync("MSG:");

        LockDownFailed failed = await daemon.WaitForAsync<LockDownFailed>();
        Assert.False(failed.IsFatal);
        Assert.Contains("--no-lockdown", failed.Reason, StringComparison.Ordinal);

        // who asks later is told, too
        InetDaemonEvent[] late = await daemon.Daemon.Subscribe().Take(2).ToArrayAsync().AsTask().WaitAsync(TestDaemon.Patience);
        Assert.IsType<InetDaemonStarted>(late[0]);
        Assert.Same(failed, late[1]);
    }

    [PythonFact]
    public async Task A_filter_that_only_looks_like_ours_is_not_taken_for_it()
    {
        // As under a service manager with a filter of its own: the kernel shows one, and it stops nothing of what ours does.
        string program = Script("filtered", $"exec {PythonFactAttribute.Program} '{Script("filter.py", Filter)}' '{BuiltEvaluator.Command.Program}' --no-lockdown \"$@\"");
        await using TestDaemon daemon = TestDaemon.OfEvaluators(o => Required(o) with { Evaluator = o.Evaluator with { Program = program } });
        InetDaemonException error = await Assert.ThrowsAsync<InetDaemonException>(() => daemon.Daemon.Ready.WaitAsync(TestDaemon.Patience));
        Assert.Contains("not killed for opening a file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_daemon_that_is_stopped_meanwhile_says_so_and_not_that_lock_down_failed()
    {
        Daemon daemon = Daemon.Start(Required(TestDaemon.Options(BuiltEvaluator.Command)), NullLogger.Instance);
        await daemon.StopAsync().WaitAsync(TestDaemon.Patience);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => daemon.Ready.WaitAsync(TestDaemon.Patience));
        await daemon.DisposeAsync();
    }

    // prctl(PR_SET_NO_NEW_PRIVS), then a filter of one instruction that allows everything
    private const string Filter = """
        import ctypes, os, struct, sys
        libc = ctypes.CDLL(None, use_errno=True)
        code = ctypes.create_string_buffer(struct.pack('HBBI', 0x06, 0, 0, 0x7fff0000), 8)
        program = ctypes.create_string_buffer(struct.pack('HxxxxxxQ', 1, ctypes.addressof(code)), 16)
        if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, program): sys.exit(70)
        os.execv(sys.argv[1], sys.argv[1:])
        """;

    private static InetDaemonOptions Required(InetDaemonOptions options) => options with { LockDown = LockDownPolicy.Required };

    private EvaluatorCommand WithoutLockDown() =>
        BuiltEvaluator.Command with { Program = Script("evaluator", $"exec '{BuiltEvaluator.Command.Program}' --no-lockdown \"$@\"") };

    private string Script(string name, string text)
    {
        const UnixFileMode ForAll = UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        string file = _folder.Write(name, name.EndsWith(".py", StringComparison.Ordinal) ? text : $"#!/bin/sh\n{text}\n");
        File.SetUnixFileMode(_folder.Path, ForAll);
        File.SetUnixFileMode(file, ForAll);
        return file;
    }
}

/// <summary>A fact that needs a program to install a filter of its own, which .NET and the shell cannot.</summary>
internal sealed class PythonFactAttribute : FactAttribute
{
    internal const string Program = "/usr/bin/python3";

    public PythonFactAttribute() => Skip = File.Exists(Program) ? null : $"There is no {Program}.";
}
