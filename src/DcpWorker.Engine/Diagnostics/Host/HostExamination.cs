using System.Runtime.CompilerServices;
using DcpWorker.Engine.Configuration;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Diagnostics.Host;

/// <summary>
/// Examines everything that a worker needs of its host: configuration, account, identity, disk, processor, scheduler, evaluators
/// and services. It changes nothing, and each answer is waited for no longer than <see cref="HostExaminationOptions.Timeout"/>.
/// </summary>
public sealed class HostExamination
{
    private readonly HostExaminationOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CheckRunner _runner;

    /// <summary>Prepares an examination.</summary>
    public HostExamination(HostExaminationOptions options, TimeProvider time, ILogger<HostExamination> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _time, _logger) = (options, time, logger);
        _runner = new CheckRunner(time, logger);
    }

    /// <summary>
    /// Runs the checks, side by side where none needs another's answer, and gives them in the same order each time, each as soon
    /// as it and those before it are known.
    /// </summary>
    public async IAsyncEnumerable<HostCheck> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using CancellationTokenSource ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task<IReadOnlyList<HostCheck>>> parts = Start(ends.Token);
        try
        {
            foreach (Task<IReadOnlyList<HostCheck>> part in parts)
            {
                foreach (HostCheck check in await part.ConfigureAwait(false))
                {
                    yield return check;
                }
            }
        }
        finally
        {
            // Whoever has enough does not leave an evaluator or a session behind.
            await ends.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(parts).ContinueWith(
                static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).ConfigureAwait(false);
        }
    }

    private List<Task<IReadOnlyList<HostCheck>>> Start(CancellationToken cancellationToken)
    {
        string folder = _options.ResourceDirectory ?? _options.Sources.ResourceDirectory;
        ConfigurationCheckup configuration = new(_options, _runner);
        Task<HostCheck> read = configuration.LookAsync(cancellationToken);
        AccountChecks accounts = new(_options, _runner, folder);
        MachineChecks machine = new(_options, _runner, folder);
        EvaluatorChecks evaluators = new(_options, _runner, _time, _logger);
        SchedulerChecks scheduler = new(_options, _runner, _time, _logger, folder);

        async Task<IReadOnlyList<HostCheck>> With(string name, Func<ConfigurationTree, Task<IReadOnlyList<HostCheck>>> look)
        {
            await read.ConfigureAwait(false);
            return configuration.Tree is { } tree ? await look(tree).ConfigureAwait(false) : [_runner.Skip(name, "", "There is no configuration to go by.")];
        }

        return
        [
            One(read),
            With(HostCheckNames.Keystore, async tree => [await accounts.AccountAsync(tree, cancellationToken).ConfigureAwait(false)]),
            One(accounts.IdentityAsync(cancellationToken)),
            machine.DisksAsync(cancellationToken),
            With(HostCheckNames.Processor, async tree => [await machine.ProcessorAsync(tree, cancellationToken).ConfigureAwait(false)]),
            With(HostCheckNames.Scheduler, tree => scheduler.RunAsync(tree, cancellationToken)),
            .. !_options.WithEvaluators ? [] : (Task<IReadOnlyList<HostCheck>>[])
            [
                One(evaluators.ProgramAsync(cancellationToken)),
                With(HostCheckNames.Evaluator, async tree => [await evaluators.OfferedAsync(tree, cancellationToken).ConfigureAwait(false)]),
            ],
            new SystemServiceChecks(_options, _runner).RunAsync(cancellationToken),
        ];
    }

    private static async Task<IReadOnlyList<HostCheck>> One(Task<HostCheck> check) => [await check.ConfigureAwait(false)];
}
