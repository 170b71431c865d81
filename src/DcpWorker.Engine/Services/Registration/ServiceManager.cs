using System.Diagnostics;
using DcpWorker.Engine.Services.Registration.Launchd;
using DcpWorker.Engine.Services.Registration.Systemd;
using DcpWorker.Engine.Services.Registration.Windows;

namespace DcpWorker.Engine.Services.Registration;

/// <summary>
/// Makes the programs of this host known to its service manager (systemd, Windows, launchd), takes them away again, and starts, stops
/// and looks at them there.
/// </summary>
public sealed class ServiceManager
{
    /// <summary>A manager waits for a service to be ready, or to end; longer than that it does not.</summary>
    private static readonly TimeSpan CommandLimit = TimeSpan.FromMinutes(3);

    private readonly IServicePlatform _platform;
    private readonly string? _root;

    internal ServiceManager(IServicePlatform platform, string? root = null) => (_platform, _root) = (platform, root);

    /// <summary>The manager's name: <c>systemd</c>, <c>Windows</c> or <c>launchd</c>.</summary>
    public string Name => _platform.Name;

    /// <summary>The manager of this system.</summary>
    /// <param name="root">
    /// Folder that holds another system, which does not run: the image of a machine, say. Services can be installed there and taken
    /// away, but not started. Null: this system.
    /// </param>
    /// <exception cref="ServiceException">There is none that is known here, or the folder is not there.</exception>
    public static ServiceManager OfThisSystem(string? root = null)
    {
        string? folder = root is null ? null : Path.GetFullPath(root);
        if (folder is not null && !Directory.Exists(folder))
        {
            throw new ServiceException(ServiceException.NotFound, $"There is no folder '{root}' that could hold a system.");
        }

        string name = OperatingSystem.IsLinux() ? "systemd" : OperatingSystem.IsWindows() ? "Windows" : OperatingSystem.IsMacOS() ? "launchd"
            : throw new ServiceException(ServiceException.NoManager, "Services are known on Linux (systemd), Windows and macOS (launchd) only.");
        return new ServiceManager(PlatformOf(name, folder), folder);
    }

    /// <summary>The manager that runs this system; null when none does that is known here.</summary>
    public static ServiceManager? OfRunningSystem() =>
        OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() || (OperatingSystem.IsLinux() && Directory.Exists("/run/systemd/system")) ? OfThisSystem() : null;

    /// <summary>The manager of another kind of system, to see what services look like there (<see cref="Define"/>); it cannot be spoken to.</summary>
    /// <param name="name"><c>systemd</c>, <c>Windows</c> or <c>launchd</c>, in any letter case.</param>
    /// <exception cref="ServiceException">There is none of that name.</exception>
    public static ServiceManager Of(string name) => new(PlatformOf(name, null));

    private static IServicePlatform PlatformOf(string name, string? root) => name.ToUpperInvariant() switch
    {
        "SYSTEMD" => new SystemdPlatform(root),
        "WINDOWS" => new WindowsPlatform(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData) is { Length: > 0 } data && OperatingSystem.IsWindows() ? data : @"C:\ProgramData"),
        "LAUNCHD" => new LaunchdPlatform(root),
        _ => throw new ServiceException(ServiceException.NoManager, $"There is no service manager '{name}': known are systemd, Windows and launchd."),
    };

    /// <summary>The service's name at the manager.</summary>
    public string NameOf(DcpService service) => _platform.NameOf(service);

    /// <summary>What <see cref="InstallAsync"/> would write and run.</summary>
    /// <exception cref="ServiceException">The service could not run so.</exception>
    public ServiceDefinition Define(ServiceOptions options) => _platform.Define(options);

    /// <summary>Makes a service known, or known anew; what runs already goes on as it was until it is restarted.</summary>
    /// <param name="options">How it is to run.</param>
    /// <param name="force">Whether a definition is replaced that this program has not written, or that was changed since, and objections are passed over.</param>
    /// <param name="ct">Ends the wait for the manager.</param>
    /// <exception cref="ServiceException">It cannot be done; what was done is undone by <see cref="UninstallAsync"/>.</exception>
    public async Task InstallAsync(ServiceOptions options, bool force, CancellationToken ct)
    {
        ServiceDefinition definition = Define(options);
        if (!force && _platform.Objection(options) is { } objection)
        {
            throw new ServiceException(ServiceException.Unusable, objection);
        }

        ThrowIfUnavailable();
        foreach (ServiceFile file in definition.Files)
        {
            Write(file, force);
        }

        await RunAsync(definition.Commands, ct).ConfigureAwait(false);
    }

    /// <summary>Stops a service and takes it away. Its files elsewhere (configuration, keystores, drop-ins) stay.</summary>
    /// <param name="service">Which one.</param>
    /// <param name="force">Whether a definition is removed that this program has not written, or that was changed since.</param>
    /// <param name="ct">Ends the wait for the manager.</param>
    /// <exception cref="ServiceException">It cannot be done, or there is no such service.</exception>
    public async Task UninstallAsync(DcpService service, bool force, CancellationToken ct)
    {
        await ThrowIfMissingAsync(service, ct).ConfigureAwait(false);
        string? file = _platform.FileOf(service);
        if (file is not null && !force && !FileStamp.IsIntact(Read(file)))
        {
            throw new ServiceException(
                ServiceException.Exists, $"{file} is not, or no longer, as this program has written it. Keep what you need of it, then remove the service with force.");
        }

        await RunAsync(_platform.Removal(service), ct).ConfigureAwait(false);
        if (file is not null)
        {
            Guard(() => File.Delete(file), file);
        }

        await RunAsync(_platform.AfterRemoval(service), ct).ConfigureAwait(false);
    }

    /// <summary>Starts a service and waits until it is ready, where the manager knows when that is.</summary>
    /// <exception cref="ServiceException">It cannot be started, or there is no such service.</exception>
    public Task StartAsync(DcpService service, CancellationToken ct) => ControlAsync(service, _platform.Start, ct);

    /// <summary>Stops a service and waits for its end.</summary>
    /// <exception cref="ServiceException">It cannot be stopped, or there is no such service.</exception>
    public Task StopAsync(DcpService service, CancellationToken ct) => ControlAsync(service, _platform.Stop, ct);

    /// <summary>Stops a service when it runs, and starts it.</summary>
    /// <exception cref="ServiceException">It cannot be started, or there is no such service.</exception>
    public Task RestartAsync(DcpService service, CancellationToken ct) => ControlAsync(service, _platform.Restart, ct);

    /// <summary>How a service is.</summary>
    /// <exception cref="ServiceException">The manager cannot be asked.</exception>
    public async Task<ServiceStatus> StatusAsync(DcpService service, CancellationToken ct)
    {
        ThrowIfUnavailable();
        List<CommandResult> answers = [];
        foreach (ManagerCommand command in _platform.Query(service))
        {
            answers.Add(await RunAsync(command, ct).ConfigureAwait(false));
        }

        return _platform.Read(service, answers);
    }

    private async Task ControlAsync(DcpService service, Func<DcpService, IReadOnlyList<ManagerCommand>> commands, CancellationToken ct)
    {
        if (_root is not null)
        {
            throw new ServiceException(ServiceException.NoManager, $"The system in '{_root}' does not run: services can be installed there, but not started or stopped.");
        }

        await ThrowIfMissingAsync(service, ct).ConfigureAwait(false);
        await RunAsync(commands(service), ct).ConfigureAwait(false);
    }

    private async Task ThrowIfMissingAsync(DcpService service, CancellationToken ct)
    {
        if ((await StatusAsync(service, ct).ConfigureAwait(false)).State == ServiceState.NotInstalled)
        {
            throw new ServiceException(
                ServiceException.NotFound, $"There is no service '{NameOf(service)}'. Install it first: dcp-worker service install {DcpServices.NameOf(service)}");
        }
    }

    private void ThrowIfUnavailable()
    {
        if (_platform.Unavailable() is { } reason)
        {
            throw new ServiceException(ServiceException.NoManager, reason);
        }
    }

    private static void Write(ServiceFile file, bool force)
    {
        if (File.Exists(file.Path))
        {
            string before = Read(file.Path);
            if (before == file.Content)
            {
                return;
            }

            if (!force && !FileStamp.IsIntact(before))
            {
                throw new ServiceException(
                    ServiceException.Exists,
                    $"{file.Path} is there, and is not, or no longer, as this program has written it. Move what you need of it into a drop-in, then install with force.");
            }
        }

        const UnixFileMode Everybody = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        Guard(
            () =>
            {
                Directory.CreateDirectory(Path.GetDirectoryName(file.Path)!);
                AtomicFile.Write(file.Path, file.Content, Everybody);
            },
            file.Path);
    }

    private static string Read(string path)
    {
        string text = "";
        Guard(() => text = File.ReadAllText(path), path);
        return text;
    }

    private static void Guard(Action act, string path)
    {
        try
        {
            act();
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new ServiceException(
                e is UnauthorizedAccessException ? ServiceException.Refused : ServiceException.Failed, $"{path} cannot be used: {e.Message} Services belong to the administrator.", e);
        }
    }

    private static async Task RunAsync(IReadOnlyList<ManagerCommand> commands, CancellationToken ct)
    {
        foreach (ManagerCommand command in commands)
        {
            CommandResult result = await RunAsync(command, ct).ConfigureAwait(false);
            if (result.ExitCode != 0 && !command.MayFail)
            {
                string said = string.Join(' ', $"{result.Errors} {result.Output}".Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
                bool refused = said.Contains("denied", StringComparison.OrdinalIgnoreCase) || said.Contains("authentication required", StringComparison.OrdinalIgnoreCase);
                throw new ServiceException(
                    refused ? ServiceException.Refused : ServiceException.Failed, $"'{command}' failed with exit code {result.ExitCode}: {(said.Length > 0 ? said : "it does not say why")}");
            }
        }
    }

    private static async Task<CommandResult> RunAsync(ManagerCommand command, CancellationToken ct)
    {
        ProcessStartInfo start = new(command.Program, command.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            CreateNoWindow = true,
            Environment = { ["LC_ALL"] = "C.UTF-8", ["SYSTEMD_COLORS"] = "0", ["SYSTEMD_PAGER"] = "" },
        };
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(CommandLimit);
        Process? process = null;
        try
        {
            process = Process.Start(start)!;
            process.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
            Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            return new CommandResult(process.ExitCode, await output.ConfigureAwait(false), await errors.ConfigureAwait(false));
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new ServiceException(ServiceException.NoManager, $"'{command.Program}' cannot be run: {e.Message}", e);
        }
        catch (OperationCanceledException)
        {
            process!.Kill(entireProcessTree: true);
            ct.ThrowIfCancellationRequested();
            throw new ServiceException(ServiceException.Failed, $"'{command}' has not ended within {CommandLimit.TotalMinutes:0} minutes and was given up.");
        }
        finally
        {
            process?.Dispose();
        }
    }
}
