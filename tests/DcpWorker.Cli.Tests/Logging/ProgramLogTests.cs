using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Cli.Tests.Logging;

/// <summary>The logs of the real program: signals, failures, consoles.</summary>
public sealed class ProgramLogTests : IDisposable
{
    private static readonly string[] Worker = [Built.Program("dcp-worker"), .. RunningProgram.IdleWorker];

    private readonly TemporaryFolder _folder = new();

    private string File => Path.Combine(_folder.Path, "x.log");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("start", "tape:x", "'tape:x' is no description of a log")]
    [InlineData("start", "file:x,max-size=none", "'file:x,max-size=none': max-size takes a number of bytes")]
    [InlineData("inet-daemon", "console:loud", "'console:loud': level takes trace, debug")]
    [InlineData("inet-daemon", "syslog:tls://x,ca-file=/no/such/file", "The file of authorities '/no/such/file' cannot be read")]
    [InlineData("start", "eventlog", "There is an event log on Windows only")]
    public async Task A_wrong_option_is_exit_code_1_and_one_line(string verb, string sink, string says)
    {
        Finished run = await new Tool(_folder).RunAsync(verb, "--log", sink);

        Assert.Equal(1, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.StartsWith($"dcp-worker: {says}", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_console_is_enough()
    {
        Finished run = await new Tool(_folder).RunAsync("start", "--log", "console", "--log", "console:debug");
        Assert.Equal((1, "dcp-worker: There is one console: give --log console once."), (run.ExitCode, Assert.Single(run.ErrorLines)));
    }

    [Fact]
    public async Task A_wrong_configuration_is_exit_code_1_and_says_where_and_config_set_does_not_make_one()
    {
        Tool tool = new(_folder);
        Finished set = await tool.RunAsync("config", "set", "logging.file.level", "loud");
        Assert.Equal(1, set.ExitCode);
        Assert.Contains("logging.file", Assert.Single(set.ErrorLines), StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(Path.Combine(_folder.Path, "dcp-site-config.js")));

        string file = _folder.Write("dcp-site-config.js", "{\n  logging: {\n    file: { path: '/x',\n      keep: 'all' },\n  },\n}\n");
        Finished run = await tool.RunAsync(RunningProgram.IdleWorker);
        Assert.Equal(1, run.ExitCode);
        Assert.Equal($"dcp-worker: {file}:4: logging.file.keep takes a number of files from 0 to 1000, not \"all\".", Assert.Single(run.ErrorLines));
    }

    [Fact]
    public async Task SIGHUP_opens_log_files_anew_and_stops_nothing()
    {
        using RunningProgram program = RunningProgram.Start(_folder, [.. Worker, "--log", $"file:{File}"]);
        program.WaitUntil(() => LogFile.Lines(File).Length > 0);
        System.IO.File.Move(File, $"{File}.moved");
        program.Signal(RunningProgram.SigHup);

        program.WaitUntil(() => LogFile.Lines(File).Any(l => l.Contains("SIGHUP: log files are opened anew", StringComparison.Ordinal)));
        program.Signal(RunningProgram.SigHup);
        program.WaitUntil(() => LogFile.Lines(File).Count(l => l.Contains("SIGHUP", StringComparison.Ordinal)) == 2);
        Assert.False(program.HasExited);
        program.Signal(RunningProgram.SigTerm);

        Assert.Equal(0, await program.WaitForEndAsync());
        Assert.Contains("workerStateChanged: Starting", LogFile.Lines($"{File}.moved")[0], StringComparison.Ordinal);
        Assert.Contains("workerStateChanged: Stopped", LogFile.Lines(File)[^1], StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, System.IO.File.GetUnixFileMode(File));
        }
    }

    [Fact]
    public async Task SIGHUP_without_a_log_file_stops_the_program()
    {
        using RunningProgram program = RunningProgram.Start(_folder, Worker);
        program.WaitUntil(() => program.Output.Contains("starting", StringComparison.Ordinal));
        program.Signal(RunningProgram.SigHup);

        Assert.Equal(4, await program.WaitForEndAsync());
    }

    [Fact]
    public void A_terminal_that_is_closed_stops_the_program_also_when_it_has_a_log_file()
    {
        string command = string.Join(' ', ((string[])[.. Worker, "--log", $"file:{File}"]).Select(a => $"'{a}'"));
        using RunningProgram terminal = RunningProgram.Start(_folder, ["script", "--quiet", "--return", "--command", $"exec {command}", "/dev/null"]);
        terminal.WaitUntil(() => LogFile.Lines(File).Length > 0);
        string id = Regex.Match(LogFile.Lines(File)[0], @" dcp-worker\[(\d+)\] ").Groups[1].Value;
        Assert.True(Directory.Exists($"/proc/{id}"));

        terminal.KillAtOnce();

        terminal.WaitUntil(() => !Directory.Exists($"/proc/{id}"));
        Assert.Contains(LogFile.Lines(File), l => l.Contains("workerStateChanged: Stopped", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_fault_of_the_program_reaches_every_log_and_is_exit_code_70()
    {
        using UdpClient syslog = new(new IPEndPoint(IPAddress.Loopback, 0));
        syslog.Client.ReceiveTimeout = 60_000;
        string trigger = Path.Combine(_folder.Path, "now");
        using RunningProgram program = RunningProgram.Start(
            _folder,
            [.. Worker, "--log", $"file:{File},format=json", "--log", $"syslog:udp://{syslog.Client.LocalEndPoint},level=critical", "--log", "console:none"],
            ("DOTNET_STARTUP_HOOKS", Path.Combine(AppContext.BaseDirectory, "LogHost.dll")),
            ("DCP_TEST_THROW_WHEN", trigger));
        program.WaitUntil(() => LogFile.Lines(File).Length > 0);
        System.IO.File.WriteAllText(trigger, "");

        Assert.Equal(70, await program.WaitForEndAsync());
        IPEndPoint? from = null;
        string message = Encoding.UTF8.GetString(syslog.Receive(ref from));
        const string Fault = @"System.InvalidOperationException: thrown\non purpose";
        Assert.Contains($"Program: Internal fault, the program ends: {Fault}", message, StringComparison.Ordinal);
        Assert.Contains(LogFile.Lines(File), l => l.Contains("\"level\":\"critical\"", StringComparison.Ordinal) && l.Contains("thrown\\\\non purpose", StringComparison.Ordinal));
        program.WaitUntil(() => program.Errors.Contains($"dcp-worker: internal fault, please report it: {Fault}", StringComparison.Ordinal));
        Assert.Single(program.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task What_ends_the_program_is_in_its_log()
    {
        Finished run = await new Tool(_folder).RunAsync([.. RunningProgram.IdleWorker, "--sandboxes", "0", "--log", $"file:{File}"]);

        Assert.Equal(1, run.ExitCode);
        Assert.Matches(" error Program: The program ends: --sandboxes takes a number from 1 to 10000.$", Assert.Single(LogFile.Lines(File)));
        Assert.Single(run.ErrorLines);
    }

    [Fact]
    public async Task A_sink_that_cannot_be_reached_is_said_on_the_others_and_stops_nothing()
    {
        using RunningProgram program = RunningProgram.Start(_folder, [.. Worker, "--log", "file:/no/such/folder/x.log", "--log", $"file:{File}"]);
        program.WaitUntil(() => LogFile.Lines(File).Any(l => l.Contains("Logging: The log to file /no/such/folder/x.log cannot be written, trying again: ", StringComparison.Ordinal)));
        program.WaitUntil(() => program.Errors.Contains("warning: Logging: The log to file /no/such/folder/x.log cannot be written", StringComparison.Ordinal));
        program.Signal(RunningProgram.SigTerm);

        Assert.Equal(0, await program.WaitForEndAsync());
    }

    [Fact]
    public async Task The_journal_is_told_how_much_each_line_matters()
    {
        string command = string.Join(' ', Worker.Select(a => $"'{a}'"));
        // what systemd does: both streams are one, and the variable says which
        using RunningProgram program = RunningProgram.Start(_folder, ["sh", "-c", $"exec 2>&1; export JOURNAL_STREAM=$(stat -Lc %d:%i /proc/$$/fd/1); exec {command} --log console:warning"]);
        program.WaitUntil(() => program.Output.Contains("Trying again", StringComparison.Ordinal));
        program.Signal(RunningProgram.SigTerm);
        Assert.Equal(0, await program.WaitForEndAsync());

        string[] lines = program.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.Matches("^<[2-7]>[^<]", line));
        Assert.Contains(lines, l => l.StartsWith("<4>Worker: Trying again", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.StartsWith("<6>worker       starting", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.StartsWith("<4>warning      The scheduler at", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_stream_that_is_not_the_journals_any_more_has_no_signs_for_it()
    {
        using RunningProgram program = RunningProgram.Start(_folder, Worker, ("JOURNAL_STREAM", "9:12345678"));
        program.WaitUntil(() => program.Errors.Contains("warning: Worker: Trying again", StringComparison.Ordinal));
        program.Signal(RunningProgram.SigTerm);
        Assert.Equal(0, await program.WaitForEndAsync());
        Assert.DoesNotContain("<", program.Output + program.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "\u001b[33mwarning:\u001b[0m Worker: Trying again")]
    [InlineData("1", "warning: Worker: Trying again")]
    public void A_terminal_gets_colours_unless_it_wants_none(string noColor, string line)
    {
        string command = string.Join(' ', Worker.Select(a => $"'{a}'"));
        using RunningProgram terminal = RunningProgram.Start(
            _folder, ["script", "--quiet", "--return", "--command", $"exec {command}", "/dev/null"], ("NO_COLOR", noColor));
        terminal.WaitUntil(() => terminal.Output.Contains(line, StringComparison.Ordinal));
        Assert.Equal(noColor.Length == 0, terminal.Output.Contains("\u001b[33m", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_password_in_a_URL_is_in_no_log_and_on_no_screen()
    {
        using RunningProgram program = RunningProgram.Start(
            _folder, [.. Worker[..^1], "http://scott:tiger@127.0.0.1:1/", "--log", $"file:{File},level=trace,format=json", "--log", "console:trace"]);
        program.WaitUntil(() => program.Errors.Contains("Trying again", StringComparison.Ordinal) && LogFile.Lines(File).Any(l => l.Contains("SchedulerUnreachable", StringComparison.Ordinal)));
        program.Signal(RunningProgram.SigTerm);
        await program.WaitForEndAsync();

        string all = program.Output + program.Errors + string.Concat(LogFile.Lines(File));
        Assert.Contains("http://scott:********@127.0.0.1:1/", all, StringComparison.Ordinal);
        Assert.DoesNotContain("tiger", all, StringComparison.Ordinal);
    }
}
