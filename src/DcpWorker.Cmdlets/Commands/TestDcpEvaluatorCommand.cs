using System.Management.Automation;
using DcpWorker.Engine.Diagnostics;
using DcpWorker.Engine.InetDaemon;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Cmdlets.Commands;

/// <summary>Says whether an evaluator works, by using it as a worker does.</summary>
[Cmdlet(VerbsDiagnostic.Test, "DcpEvaluator", DefaultParameterSetName = ProgramSet)]
[OutputType(typeof(bool))]
[OutputType(typeof(EvaluatorCheck))]
public sealed class TestDcpEvaluatorCommand : AsyncCmdlet
{
    private const string ProgramSet = "Program";
    private const string UriSet = "Uri";
    private const string Activity = "Testing the evaluator";

    /// <summary>An evaluator or inet-daemon that listens: <c>tcp://host:port</c>; port 9000 unless given.</summary>
    [Parameter(ParameterSetName = UriSet, Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public Uri? Uri { get; set; }

    /// <summary>The local evaluator program, when it is not where the installation puts it.</summary>
    [Parameter(ParameterSetName = ProgramSet)]
    [ValidateNotNullOrEmpty]
    public string? EvaluatorPath { get; set; }

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
        string? path = FullPath(EvaluatorPath);
        Run((output, cancellationToken) => ExamineAsync(path, output, cancellationToken));
    }

    private async Task ExamineAsync(string? path, CmdletOutput output, CancellationToken cancellationToken)
    {
        EvaluatorExamination examination = new(Options(path), TimeProvider.System, new CmdletLogger(output).CreateLogger<EvaluatorExamination>());
        bool good = true;
        await foreach (EvaluatorCheck check in examination.RunAsync(cancellationToken).ConfigureAwait(false))
        {
            good &= check.Status != CheckStatus.Failed;
            output.WriteProgress(new ProgressRecord(0, Activity, $"{check.Name}: {check.Status}"));
            if (Detailed)
            {
                await output.WriteObjectAsync(check, cancellationToken).ConfigureAwait(false);
            }
            else if (check.Status == CheckStatus.Failed)
            {
                output.WriteVerbose($"{check.Name} failed: {check.Detail} {check.Remedy}");
            }
        }

        output.WriteProgress(new ProgressRecord(0, Activity, "done") { RecordType = ProgressRecordType.Completed });
        if (!Detailed)
        {
            await output.WriteObjectAsync(good, cancellationToken).ConfigureAwait(false);
        }
    }

    private EvaluatorExaminationOptions Options(string? path)
    {
        EvaluatorExaminationOptions options = new() { Timeout = TimeSpan.FromSeconds(TimeoutSec) };
        return Uri is not null
            ? options with { Location = EvaluatorUri.Complete(Uri) }
            : options with { Locate = () => EvaluatorProgram.Locate(path), RunAs = UnixUser.ForEvaluators(name: null) };
    }
}
