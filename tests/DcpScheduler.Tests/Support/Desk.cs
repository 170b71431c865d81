using DcpScheduler.Domain;
using DcpScheduler.Storage;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Serialization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace DcpScheduler.Tests.Support;

/// <summary>The scheduler without its web: domain and a real database, with a clock of the test.</summary>
internal sealed class Desk : IAsyncDisposable
{
    private readonly string? _ownFolder;
    private readonly DataDirectory _directory;
    private readonly Database _database;

    public Desk(SchedulerOptions? options = null, string? folder = null)
    {
        _ownFolder = folder is null ? Directory.CreateTempSubdirectory("dcp-scheduler-").FullName : null;
        Options = options ?? SchedulerOptions.Default;
        _directory = DataDirectory.Open(folder ?? _ownFolder!);
        _database = Database.Open(_directory.DatabasePath, NullLogger.Instance);
        Store = new JobStore(_database);
        Control = new JobControl(Book, Store, new EventStore(_database), _database, Options, new WorkArrival(), Time, NullLogger<JobControl>.Instance);
        Workers = new WorkerBook(Book, Store, Control, Told, Options, Time, NullLogger<WorkerBook>.Instance);
        Ledger = new Ledger(_database, Time);
        Planner = new TaskPlanner(Options);
    }

    public static Address Account { get; } = Address.Parse("0x5CbDd86a2FA8Dc4bDdd8a8f69dBa48572EeC07FB");

    public static Address WorkerAccount { get; } = Address.Parse("0x1563915e194D8CfBA1943570603F7606A3115508");

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.UnixEpoch.AddYears(56));

    public SchedulerOptions Options { get; }

    public JobBook Book { get; } = new();

    public JobStore Store { get; }

    public JobControl Control { get; }

    public CommandRecord Told { get; } = new();

    public WorkerBook Workers { get; }

    public Ledger Ledger { get; }

    public TaskPlanner Planner { get; }

    public async Task<Job> DeployAsync(int slices, decimal payment = 0.5m, Func<JobDefinition, JobDefinition>? change = null)
    {
        JobDefinition definition = new() { WorkFunction = "x => x", SlicePayment = payment, Name = "test" };
        Job job = new(JobControl.NewId(), Control.NextKey(), Account, Account, Account, change?.Invoke(definition) ?? definition, Time.GetUtcNow());
        await Control.AddAsync(job, 0);
        await Control.AddSlicesAsync(job, [.. Enumerable.Range(1, slices).Select(i => new StoredValue($"{{\"_serializeVerId\":\"v9\",\"what\":{i}}}", "application/x-kvin"))]);
        await Control.AddToGroupsAsync(job, [ComputeGroup.Public]);
        return job;
    }

    /// <summary>What a worker with so many cores would get now.</summary>
    public IReadOnlyList<(Job Job, IReadOnlyList<int> Slices)> Ask(string worker, double cores, Func<TaskRequest, TaskRequest>? change = null, int workers = 1)
    {
        Workers.Touch(worker, Account, null);
        TaskRequest request = new() { Cpu = cores, Capabilities = 127, Groups = new HashSet<string> { ComputeGroup.Public.OpaqueId }, Worktimes = [new Worktime("map-basic", "1.0.0")] };
        lock (Book.Lock)
        {
            IReadOnlyList<(Job Job, IReadOnlyList<int> Slices)> task = Planner.Plan(change?.Invoke(request) ?? request, Book.All, worker, workers, Time.GetUtcNow());
            if (task.Count > 0)
            {
                Store.AddLeasesAsync(task, new Lease(worker, Time.GetUtcNow(), Time.GetUtcNow() + Options.Lease)).Wait(TimeSpan.FromSeconds(30));
            }

            return task;
        }
    }

    public Task<decimal> ComputeAsync(Job job, int slice, string worker, double milliseconds = 10) => Control.CompleteAsync(
        job, slice, worker, WorkerAccount, $"data:application/json,{slice}", new JsObject { ["CPUTime"] = milliseconds, ["CPUDensity"] = 1 });

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _directory.Dispose();
        if (_ownFolder is not null)
        {
            Directory.Delete(_ownFolder, recursive: true);
        }
    }
}
