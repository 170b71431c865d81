using System.Management.Automation;
using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Diagnostics;
using DcpWorker.Engine.Diagnostics.Host;
using DcpWorker.Engine.InetDaemon;
using DcpWorker.Engine.Keystores;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Cmdlets.Commands;

/// <summary>Says whether a worker that is started on this computer would work.</summary>
[Cmdlet(VerbsDiagnostic.Test, "DcpWorker", DefaultParameterSetName = KeystoreSet)]
[OutputType(typeof(bool))]
[OutputType(typeof(HostCheck))]
public sealed class TestDcpWorkerCommand : AsyncCmdlet
{
    private const string KeystoreSet = "Keystore";
    private const string AddressSet = "PaymentAddress";
    private const string Activity = "Testing this computer";

    /// <summary>Keystore of the account that is to be credited; as for Start-DcpWorker unless given.</summary>
    [Parameter(ParameterSetName = KeystoreSet, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LiteralPath")]
    [ValidateNotNullOrEmpty]
    public string? Keystore { get; set; }

    /// <summary>Address of the account that is to be credited.</summary>
    [Parameter(ParameterSetName = AddressSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string? PaymentAddress { get; set; }

    /// <summary>Location of the scheduler; the configuration's unless given.</summary>
    [Parameter]
    [ValidateNotNull]
    public Uri? Scheduler { get; set; }

    /// <summary>Where evaluators are offered; the configuration's unless given.</summary>
    [Parameter]
    [ValidateNotNull]
    public Uri? Evaluator { get; set; }

    /// <summary>Folder for the worker's identity; ~/.dcp unless given here or in DCP_RESOURCE_DIR.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ResourceDirectory { get; set; }

    /// <summary>Folder of dcp-default-config.js and dcp-site-config.js; that of the installation unless given here or in DCP_CONFIG_ROOT.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ConfigRoot { get; set; }

    /// <summary>One object for each check instead of a Boolean for all of them.</summary>
    [Parameter]
    public SwitchParameter Detailed { get; set; }

    /// <summary>How many seconds any one answer may take; 10 unless given.</summary>
    [Parameter]
    [ValidateRange(1, 600)]
    public int TimeoutSec { get; set; } = 10;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        HostExaminationOptions options = Options(FullPath(Keystore), FullPath(ResourceDirectory), FullPath(ConfigRoot));
        Run((output, cancellationToken) => ExamineAsync(options, output, cancellationToken));
    }

    private async Task ExamineAsync(HostExaminationOptions options, CmdletOutput output, CancellationToken cancellationToken)
    {
        HostExamination examination = new(options, TimeProvider.System, new CmdletLogger(output).CreateLogger<HostExamination>());
        bool good = true;
        output.WriteProgress(new ProgressRecord(0, Activity, "looking at everything at once"));
        await foreach (HostCheck check in examination.RunAsync(cancellationToken).ConfigureAwait(false))
        {
            good &= check.Status != CheckStatus.Failed;
            output.WriteProgress(new ProgressRecord(0, Activity, $"{check.Name}: {check.Status}"));
            if (Detailed)
            {
                await output.WriteObjectAsync(check, cancellationToken).ConfigureAwait(false);
            }
            else if (check.Status == CheckStatus.Warning)
            {
                output.WriteWarning($"{check.Name}: {OneLine.Of(check.Detail)} {check.Remedy}");
            }
            else if (check.Status == CheckStatus.Failed)
            {
                output.WriteVerbose($"{check.Name} failed: {OneLine.Of(check.Detail)} {check.Remedy}");
            }
        }

        output.WriteProgress(new ProgressRecord(0, Activity, "done") { RecordType = ProgressRecordType.Completed });
        if (!Detailed)
        {
            await output.WriteObjectAsync(good, cancellationToken).ConfigureAwait(false);
        }
    }

    private HostExaminationOptions Options(string? keystore, string? resourceDirectory, string? configRoot)
    {
        try
        {
            return new HostExaminationOptions
            {
                Sources = ConfigurationAccess.Sources(configRoot),
                Locate = () => EvaluatorProgram.Locate(path: null),
                RunAs = UnixUser.ForEvaluators(name: null),
                Scheduler = Scheduler is null ? null : WorkerSettings.Scheduler(Scheduler),
                Evaluator = Evaluator is null ? null : WorkerSettings.Evaluator(Evaluator),
                PaymentAddress = PaymentAddress is null ? null : WorkerSettings.Account(PaymentAddress),
                Keystore = keystore,
                ResourceDirectory = resourceDirectory ?? WorkerSettings.ResourceDirectory(),
                Timeout = TimeSpan.FromSeconds(TimeoutSec),
            };
        }
        catch (CmdletException e)
        {
            ThrowTerminatingError(ErrorRecords.From(e));
            throw;
        }
    }
}
