using DcpScheduler.Domain;
using DcpScheduler.Storage;
using DcpScheduler.Tests.Support;
using DcpWorker.Engine.Keystores;
using Microsoft.Data.Sqlite;

namespace DcpScheduler.Tests.Storage;

public sealed class RestartTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dcp-scheduler-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Jobs_results_leases_and_accounts_are_there_after_a_restart()
    {
        string id;
        await using (Desk before = new(folder: _folder))
        {
            Job job = await before.DeployAsync(3, payment: 0.1m);
            id = job.Id;
            before.Ask("a", 1);
            await before.ComputeAsync(job, 1, "a");
        }

        await using Desk after = new(folder: _folder);
        await after.Control.LoadAsync();
        Assert.True(after.Book.TryGet(id, out Job? loaded));
        Assert.Equal((3, 1, 1), (loaded.Slices.Count, loaded.Slices.Done, loaded.Slices.Leased));
        Assert.Equal("data:application/json,1", after.Store.ReadResult(loaded, 1));
        Assert.Equal(0.1m, after.Ledger.Balance(Desk.WorkerAccount));
        Assert.Equal([3], after.Ask("b", 1)[0].Slices);
        await after.ComputeAsync(loaded, 2, "a");
        await after.ComputeAsync(loaded, 3, "b");
        await after.Control.CloseAsync(loaded);
        Assert.Equal(JobStatus.Finished, loaded.Status);
    }

    [Fact]
    public async Task Undelivered_events_wait_for_the_deployer_over_a_restart()
    {
        string id;
        await using (Desk before = new(folder: _folder))
        {
            Job job = await before.DeployAsync(2);
            id = job.Id;
            await before.Control.EmitAsync(job, new JobEvent(EventLabel.Console, "e1") { Slice = 1, Text = "{}" });
            await before.ComputeAsync(job, 1, "a");
            await before.ComputeAsync(job, 2, "a");
            await before.Control.CloseAsync(job);
            Sink first = new();
            job.Events.Subscribe(first, [EventLabel.Result]);
            before.Control.Settle(job, first.Events.First());
        }

        await using Desk after = new(folder: _folder);
        await after.Control.LoadAsync();
        Assert.True(after.Book.TryGet(id, out Job? loaded));
        Sink sink = new();
        loaded.Events.Subscribe(sink, [EventLabel.Console, EventLabel.Result, EventLabel.Stop]);
        Assert.Equal(["console 1", "result 2", "stop 0"], sink.Events.Select(e => $"{e.Label} {e.Slice}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Groups_of_a_job_are_the_same_after_a_restart_whatever_their_ids()
    {
        ComputeGroup odd = new("a \"b\" c", "odd", "odd", null);
        string id;
        await using (Desk before = new(folder: _folder))
        {
            Job job = await before.DeployAsync(1);
            await before.Control.AddToGroupsAsync(job, [odd]);
            id = job.Id;
        }

        await using Desk after = new(SchedulerOptions.Default with { ComputeGroups = [odd] }, _folder);
        await after.Control.LoadAsync();
        Assert.True(after.Book.TryGet(id, out Job? loaded));
        Assert.Equal(new[] { odd.OpaqueId, ComputeGroup.Public.OpaqueId }.Order(), loaded.Groups.Order());
    }

    [Fact]
    public async Task Groups_that_an_earlier_version_stored_are_found_again()
    {
        Dictionary<string, string[]> expected = new()
        {
            [""] = [],
            ["WHhetL7mj1w1mw1XV6dxyC"] = [ComputeGroup.Public.OpaqueId],
            ["plain render farm WHhetL7mj1w1mw1XV6dxyC"] = ["plain", "farmId", ComputeGroup.Public.OpaqueId],
            ["render-farm"] = ["dashId"],
            ["no longer configured"] = ["configured", "longer", "no"],
        };
        Dictionary<string, string> ids = [];
        await using (Desk before = new(folder: _folder))
        {
            foreach (string text in expected.Keys)
            {
                ids[text] = (await before.DeployAsync(1)).Id;
            }
        }

        await using (SqliteConnection database = new($"Data Source={Path.Combine(_folder, "scheduler.db")};Pooling=False"))
        {
            await database.OpenAsync();
            foreach ((string text, string id) in ids)
            {
                await using SqliteCommand command = database.CreateCommand();
                command.CommandText = "UPDATE job SET groups = $1 WHERE id = $2; PRAGMA user_version = 1";
                command.Parameters.AddWithValue("$1", text);
                command.Parameters.AddWithValue("$2", id);
                await command.ExecuteNonQueryAsync();
            }
        }

        ComputeGroup[] groups = [new("plain", "", "plain", null), new("farmId", "", "render farm", null), new("dashId", "", "render-farm", null)];
        await using Desk after = new(SchedulerOptions.Default with { ComputeGroups = groups }, _folder);
        await after.Control.LoadAsync();
        foreach ((string text, string[] found) in expected)
        {
            Assert.True(after.Book.TryGet(ids[text], out Job? loaded));
            Assert.Equal(found.Order(StringComparer.Ordinal), loaded.Groups.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void Key_stays_the_same_and_is_for_its_owner_only()
    {
        string address;
        using (DataDirectory first = DataDirectory.Open(_folder))
        {
            using PrivateKey key = first.LoadOrCreateKey();
            address = key.Address.ToString();
        }

        using DataDirectory second = DataDirectory.Open(_folder);
        using PrivateKey again = second.LoadOrCreateKey();
        Assert.Equal(address, again.Address.ToString());
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder, "scheduler.key")));
        }
    }

    [Fact]
    public void Second_scheduler_is_kept_out_of_the_directory()
    {
        using DataDirectory first = DataDirectory.Open(_folder);
        StorageException refused = Assert.Throws<StorageException>(() => DataDirectory.Open(_folder));
        Assert.Contains("in use by another dcp-scheduler", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Thousands_of_results_are_stored_in_shared_transactions()
    {
        await using Desk desk = new(folder: _folder);
        Job job = await desk.DeployAsync(3000);
        await Task.WhenAll(Enumerable.Range(1, 3000).Select(n => desk.ComputeAsync(job, n, "a"))).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(3000, desk.Store.ReadResults(job, 1, 3000, 5000).Count);
        Assert.Equal(1500m, desk.Ledger.Balance(Desk.WorkerAccount));
    }

    private sealed class Sink : IJobEventSink
    {
        public List<JobEvent> Events { get; } = [];

        public bool Wants(string label) => true;

        public void Offer(JobEvent e) => Events.Add(e);
    }
}
