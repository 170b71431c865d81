using System.Text.RegularExpressions;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Systemd.Tests;

/// <summary>The recipe of docs/fleet.md that restarts services, as it is written, over real remoting to a machine whose services it restarts.</summary>
public sealed partial class FleetTests(Machine machine) : IClassFixture<Machine>, IAsyncLifetime
{
    private const string Daemon = Machine.Daemon, Worker = Machine.Worker, Scheduler = Machine.Scheduler;
    private const string Script = "/root/restart.ps1";

    public async Task InitializeAsync()
    {
        await machine.BuildSiteAsync();
        string recipe = Recipe().Match(File.ReadAllText(Path.Combine(Built.Root, "docs", "fleet.md"))).Groups[1].Value;
        Assert.NotEmpty(recipe);

        // pwsh's own transport, with a program in ssh's place that starts the other side here
        await machine.WriteAsync("/root/bin/ssh", "#!/bin/sh\nexec pwsh -sshs -NoLogo -NoProfile\n");
        await machine.RunAsync("chmod", "755", "/root/bin/ssh");
        await machine.WriteAsync(Script, $"""
            $ErrorActionPreference = 'Stop'
            $env:PATH = "/root/bin:$env:PATH"
            $env:PSModulePath = "/opt/dcp/share/powershell/Modules:$env:PSModulePath"
            $sessions = (New-PSSession -HostName localhost), (New-PSSession -HostName localhost)
            {recipe}
            Remove-PSSession $sessions
            """);
        await machine.SystemctlAsync("start", Scheduler, Daemon, Worker);
    }

    public Task DisposeAsync() => machine.ClearSiteAsync();

    [PwshFact]
    public async Task Host_after_host_is_restarted()
    {
        string[] before = [await machine.MainProcessAsync(Daemon), await machine.MainProcessAsync(Worker)];
        int starts = await StartsAsync();

        Machine.Answer answer = await RunAsync();
        Assert.True(answer.ExitCode == 0, answer.Output + answer.Errors);

        Assert.Equal(starts + 2, await StartsAsync());
        Assert.DoesNotContain(await machine.MainProcessAsync(Daemon), before);
        Assert.DoesNotContain(await machine.MainProcessAsync(Worker), before);
        Assert.Equal(2, Regex.Count(answer.Output, "localhost +InetDaemon +Running"));
        Assert.Equal(2, Regex.Count(answer.Output, "localhost +Worker +Running"));
    }

    [PwshFact]
    public async Task It_ends_at_the_first_host_that_is_not_well()
    {
        await machine.SystemctlAsync("stop", Scheduler);
        int starts = await StartsAsync();

        Machine.Answer answer = await RunAsync();

        Assert.Equal(1, answer.ExitCode);
        Assert.Contains("is not well after its restart: Scheduler: ", answer.Output + answer.Errors, StringComparison.Ordinal);
        Assert.Equal(starts + 1, await StartsAsync());
    }

    private Task<Machine.Answer> RunAsync() =>
        machine.TryAsync(TimeSpan.FromMinutes(4), "env", "NO_COLOR=1", "HOME=/root", "pwsh", "-NoProfile", "-NonInteractive", "-File", Script);

    private async Task<int> StartsAsync() =>
        Regex.Count(await machine.JournalAsync("--unit", Worker), "Started dcp-sa-worker");

    [GeneratedRegex("^```powershell id=restart\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Recipe();
}
