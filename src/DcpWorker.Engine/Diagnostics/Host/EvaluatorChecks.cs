using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Sandboxes;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Diagnostics.Host;

/// <summary>The evaluator program of this host, and the evaluators that the worker would use.</summary>
internal sealed class EvaluatorChecks(HostExaminationOptions options, CheckRunner runner, TimeProvider time, ILogger logger)
{
    // Each of some eight checks has its own time-out; this is only the end of all patience.
    private const int ChecksOfOne = 9;

    public Task<HostCheck> ProgramAsync(CancellationToken cancellationToken) => LookAsync(
        HostCheckNames.EvaluatorProgram,
        "",
        new EvaluatorExaminationOptions { Locate = options.Locate, RunAs = options.RunAs, Timeout = options.Timeout },
        cancellationToken);

    public Task<HostCheck> OfferedAsync(ConfigurationTree tree, CancellationToken cancellationToken)
    {
        EvaluatorLocation location = options.Evaluator ?? EvaluatorLocation.Parse(tree.Get("evaluator.location").ToString() ?? "");
        return LookAsync(
            HostCheckNames.Evaluator,
            location.ToString(),
            new EvaluatorExaminationOptions { Location = new Uri(location.ToString()), Timeout = options.Timeout },
            cancellationToken);
    }

    private Task<HostCheck> LookAsync(string name, string subject, EvaluatorExaminationOptions examined, CancellationToken cancellationToken) => runner.LookAsync(
        name,
        subject,
        "Look at its checks one by one: Test-DcpEvaluator -Detailed, or dcp-worker evaluator test.",
        ChecksOfOne * examined.Timeout + examined.HangUpLimit,
        ct => ExamineAsync(examined, ct),
        cancellationToken);

    private async Task<Finding> ExamineAsync(EvaluatorExaminationOptions examined, CancellationToken cancellationToken)
    {
        EvaluatorExamination examination = new(examined, time, logger);
        List<EvaluatorCheck> checks = [];
        await foreach (EvaluatorCheck check in examination.RunAsync(cancellationToken).ConfigureAwait(false))
        {
            checks.Add(check);
        }

        if (checks.Find(c => c.Status == CheckStatus.Failed) is { } failed)
        {
            return Finding.Failed($"Evaluator{failed.Name}", $"{failed.Name} failed: {failed.Detail}", failed.Remedy ?? "");
        }

        int passed = checks.Count(c => c.Status == CheckStatus.Passed);
        int skipped = checks.Count - passed;
        return Finding.Passed($"{checks[0].Evaluator}: {passed} checks passed{(skipped > 0 ? $", {skipped} can be made only where it runs" : "")}.");
    }
}
