using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using DcpScheduler.Web;
using DcpWorker.Engine;
using DcpWorker.Engine.Logging;
using DcpWorker.Engine.Logging.Streams;

namespace DcpScheduler;

internal static class Program
{
    private const string Name = "dcp-scheduler";
    private const int Done = 0;
    private const int WrongUse = 1;
    private const int Refused = 3;
    private const int InternalFault = 70;

    private static async Task<int> Main(string[] args)
    {
        Option<string> listen = new("--listen") { Description = "Address to listen on; port 0 lets the system choose.", HelpName = "HOST:PORT", DefaultValueFactory = _ => "127.0.0.1:8080" };
        Option<string> data = new("--data") { Description = "Directory of the database and the key.", HelpName = "DIR", DefaultValueFactory = _ => SchedulerOptions.Default.DataDirectory };
        Option<string?> publicUrl = new("--public-url") { Description = "Address under which clients reach the scheduler, when it is not the one that it listens on.", HelpName = "URL" };
        Option<string?> groups = new("--compute-groups") { Description = "JSON file: a list of groups {joinKey, joinSecret | joinHash, name?, opaqueId?}.", HelpName = "FILE" };
        Option<double> lease = new("--lease") { Description = "Seconds after which a silent worker's slices are handed out again.", HelpName = "SECONDS", DefaultValueFactory = _ => SchedulerOptions.Default.Lease.TotalSeconds };
        Option<double> patience = new("--reject-patience") { Description = "Seconds after which a job that its workers refuse is cancelled.", HelpName = "SECONDS", DefaultValueFactory = _ => SchedulerOptions.Default.RejectedJobPatience.TotalSeconds };
        Option<bool> allowRoot = new("--allow-root") { Description = RootUser.OptionDescription };
        Option<bool> verbose = new("--verbose", "-v") { Description = "Log more." };
        Option<bool> quiet = new("--quiet", "-q") { Description = "Log warnings and errors only." };
        Option<string[]> log = new("--log") { Description = $"Where the log goes, instead of stderr; may be given several times. {LogSinkText.Forms}.", HelpName = "KIND[:VALUE][,NAME=VALUE…]" };
        RootCommand command = new("The embedded DCP scheduler: for one machine or one site.") { listen, data, publicUrl, groups, lease, patience, allowRoot, log, verbose, quiet };
        command.SetAction(async (parsed, _) =>
        {
            SchedulerOptions options;
            LogDispatcher sinks;
            try
            {
                if (RootUser.Check("A scheduler", "dcp-scheduler --data /opt/dcp/.dcp/scheduler", parsed.GetValue(allowRoot), hasUnit: false) is { } risk)
                {
                    await Console.Error.WriteLineAsync("dcp-scheduler: warning: " + risk).ConfigureAwait(false);
                }

                (string host, int port) = ListenOption.Parse(parsed.GetValue(listen)!);
                options = SchedulerOptions.Default with
                {
                    Host = host,
                    Port = port,
                    DataDirectory = parsed.GetValue(data)!,
                    PublicUrl = ListenOption.ParsePublicUrl(parsed.GetValue(publicUrl)),
                    ComputeGroups = parsed.GetValue(groups) is { } file ? ComputeGroupsFile.Read(file) : [],
                    Lease = Seconds(parsed.GetValue(lease), "--lease"),
                    RejectedJobPatience = Seconds(parsed.GetValue(patience), "--reject-patience"),
                };
                LogLevel level = parsed.GetValue(verbose) ? LogLevel.Debug : parsed.GetValue(quiet) ? LogLevel.Warning : LogLevel.Information;
                sinks = StartLog(parsed.GetValue(log) ?? [], level);
            }
            catch (Exception e) when (e is FormatException or DcpException or IOException or UnauthorizedAccessException)
            {
                await Console.Error.WriteLineAsync("dcp-scheduler: " + e.Message).ConfigureAwait(false);
                return e is RunningAsRootException ? Refused : WrongUse;
            }

            using LogDispatcher ending = sinks;
            return await RunAsync(options, sinks).ConfigureAwait(false);
        });
        return await command.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null }).ConfigureAwait(false);
    }

    private static TimeSpan Seconds(double value, string option) => value is > 0 and <= 1e7
        ? TimeSpan.FromSeconds(value)
        : throw new FormatException($"{option} {value.ToString(CultureInfo.InvariantCulture)}: a number of seconds above 0 is needed.");

    private static LogDispatcher StartLog(string[] sinks, LogLevel level) => LogDispatcher.Start(
        sinks.Length == 0 ? [new ConsoleSinkOptions { Level = level }] : [.. sinks.Select(text => LogSinkText.Parse(text, Name))],
        LogSource.OfThisProcess(Name),
        new ConsoleTarget(Console.OpenStandardError(), ConsoleStyle.Plain),
        TimeProvider.System);

    private static async Task<int> RunAsync(SchedulerOptions options, LogDispatcher log)
    {
        // as logrotate tells programs that it has moved their files away
        using PosixSignalRegistration? hangUp = log.HasFiles ? PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            log.Reopen();
        }) : null;
        try
        {
            SchedulerHost host = await SchedulerHost.StartAsync(options, TimeProvider.System, log.Least, log).ConfigureAwait(false);
            await using (host.ConfigureAwait(false))
            {
                await Console.Out.WriteLineAsync($"dcp-scheduler: listening on {host.Url}").ConfigureAwait(false);
                await Console.Out.FlushAsync().ConfigureAwait(false);
                await host.WaitForShutdownAsync().ConfigureAwait(false);
            }

            return Done;
        }
        catch (Exception e) when (e is DcpException or IOException or System.Net.Sockets.SocketException)
        {
            await Console.Error.WriteLineAsync("dcp-scheduler: " + e.Message).ConfigureAwait(false);
            return WrongUse;
        }
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync("dcp-scheduler: internal fault: " + e).ConfigureAwait(false);
            return InternalFault;
        }
    }
}
