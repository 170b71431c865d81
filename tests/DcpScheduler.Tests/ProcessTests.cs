using System.Net;
using DcpScheduler.Tests.Support;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;

namespace DcpScheduler.Tests;

public sealed class ProcessTests : IDisposable
{
    private const string JobId = "abcdefghijklmnopqrstuv";
    private readonly string _folder = Directory.CreateTempSubdirectory("dcp-scheduler-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Results_that_were_answered_survive_a_kill_and_the_job_goes_on()
    {
        int port;
        await using (SchedulerProcess first = await SchedulerProcess.StartAsync(_folder))
        {
            port = first.Url.Port;
            await using Client client = new(first.Url);
            await client.DeployAsync(JobId, 4);
            JsValue task = (await client.AskAsync("task-distributor", "requestTask@3", Client.TaskRequest("w"))).Payload;
            Assert.Equal("0.25", (await client.AskAsync("result-submitter", "result", client.Result(JobId, 1, "w", task))).Payload["slicePaymentAmount"].AsString());
            await first.KillAsync();

            await using SchedulerProcess second = await SchedulerProcess.StartAsync(_folder, port);
            await using Client again = new(second.Url);

            // the session is unknown now, so the old connections end; what was authorised before the kill still holds
            Response late = await ReconnectedAsync(client, c => c.AskAsync("result-submitter", "result", c.Result(JobId, 2, "w", task)));
            Assert.True(late.Success, JsonWriter.Write(late.Payload));
            Response fetched = await client.AskAsync("result-submitter", "fetchResult", new JsObject { ["job"] = JobId });
            Assert.True(fetched.Success, JsonWriter.Write(fetched.Payload));
            Assert.Equal([1, 2], ((JsArray)fetched.Payload).Items.Select(r => r!["slice"].AsInt32()!.Value));
            Assert.Equal("{\"_serializeVerId\":\"v9\",\"what\":10}", Unpacked(((JsArray)fetched.Payload)[0]));
            Assert.False((await again.AskAsync("result-submitter", "fetchResult", new JsObject { ["job"] = JobId })).Success);
        }
    }

    [Fact]
    public async Task Termination_is_orderly_and_frees_the_directory()
    {
        await using SchedulerProcess first = await SchedulerProcess.StartAsync(_folder);
        (int code, string error) = await SchedulerProcess.RunAsync("--listen", "127.0.0.1:0", "--data", _folder);
        Assert.Equal(1, code);
        Assert.Contains("in use by another dcp-scheduler", error, StringComparison.Ordinal);
        Assert.Equal(0, await first.TerminateAsync());
        await using SchedulerProcess second = await SchedulerProcess.StartAsync(_folder);
    }

    [Theory]
    [InlineData("--listen", "nowhere")]
    [InlineData("--lease", "-1")]
    [InlineData("--public-url", "ftp://host/")]
    [InlineData("--compute-groups", "/does/not/exist")]
    public async Task Wrong_use_is_one_line_and_exit_code_1(string option, string value)
    {
        (int code, string error) = await SchedulerProcess.RunAsync(option, value, "--data", _folder);
        Assert.Equal(1, code);
        Assert.StartsWith("dcp-scheduler: ", error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
    }

    [Fact]
    public async Task Configuration_is_served_in_all_its_formats()
    {
        await using SchedulerProcess scheduler = await SchedulerProcess.StartAsync(_folder);
        using HttpClient http = new() { BaseAddress = scheduler.Url };
        string v9 = await http.GetStringAsync("/etc/dcp-config.kvin?ver=2.1.0");
        string v8 = await http.GetStringAsync("/etc/dcp-config.kvin?ver=2.0.0");
        Assert.Equal(v9.Replace("\"v9\"", "\"v8\"", StringComparison.Ordinal), v8);
        JsValue read = KvinReader.Deserialize(v9);
        Assert.Equal(new Uri(scheduler.Url, "job-submit/").AbsoluteUri, read["scheduler"]["services"]["jobSubmit"]["location"].AsString());
        Assert.Contains("\"location\": new URL(", await http.GetStringAsync("/etc/dcp-config.kvin"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await http.GetAsync("/etc/dcp-config.kvin?ver=9")).StatusCode);
    }

    [Fact]
    public async Task Bad_requests_are_refused_with_code_and_message_and_the_connection_stays()
    {
        await using SchedulerProcess scheduler = await SchedulerProcess.StartAsync(_folder);
        await using Client client = new(scheduler.Url);
        await using Client stranger = new(scheduler.Url);
        await client.DeployAsync(JobId, 1);
        JsValue task = (await client.AskAsync("task-distributor", "requestTask@3", Client.TaskRequest("w"))).Payload;
        JsObject forged = (JsObject)JsonReader.Parse(JsonWriter.Write(client.Result(JobId, 1, "w", task)));
        forged["authorizationMessage"]["auth"]["authSlices"][JobId] = new JsArray(1, 2, 3);
        (Response Answer, string Code)[] refused =
        [
            (await client.AskAsync("job-submit", "submit@5", client.Submission("another")), "EPERM"),
            (await client.AskAsync("job-submit", "submit@5", new JsObject(), client.Account), "EINVAL"),
            (await client.AskAsync("job-submit", "no-such-thing", "?"), "EINVAL"),
            (await client.AskAsync("job-submit", "submit@5", With(client.Submission("../../etc"), "x", 1), client.Account), "EINVAL"),
            (await client.AskAsync("job-submit", "submit@5", With(client.Submission("b"), "dataRange", new JsObject { ["start"] = 1, ["end"] = 1e12, ["step"] = 1 }), client.Account), "ETOOBIG"),
            (await client.AskAsync("job-submit", "addSliceData", new JsObject { ["job"] = "missing" }), "ENOENT"),
            (await stranger.AskAsync("job-submit", "cancelJob", new JsObject { ["job"] = JobId }), "EPERM"),
            (await stranger.AskAsync("task-distributor", "requestTask@3", Client.TaskRequest("w")), "EPERM"),
            (await client.AskAsync("result-submitter", "result", forged), "EPERM"),
            (await client.AskAsync("bank-teller", "viewAccounts", new JsObject { ["addresses"] = JsArray.OfStrings([client.Account.Address.ToString()]) }), "EPERM"),
            (await client.AskAsync("package-manager", "fetchModuleURL", new JsObject { ["modules"] = JsArray.OfStrings(["none/such"]) }), "ENOENT"),
        ];
        Assert.All(refused, r => Assert.Equal((false, r.Code), (r.Answer.Success, r.Answer.Payload["code"].AsString())));
        Assert.All(refused, r => Assert.NotEmpty(r.Answer.Payload["message"].AsString()!));
        Assert.True((await client.AskAsync("result-submitter", "result", client.Result(JobId, 1, "w", task))).Success);
    }

    [Fact]
    public async Task What_peers_write_can_neither_forge_a_line_of_its_log_nor_play_with_a_terminal()
    {
        await using SchedulerProcess scheduler = await SchedulerProcess.StartAsync(_folder);
        await using Client client = new(scheduler.Url);
        JsObject hostile = With(client.Submission(JobId), "name", "name\u001b[31m\u202e");
        (await client.AskAsync("job-submit", "submit@5", hostile, client.Account)).ThrowIfFailed();
        string line = await scheduler.LoggedAsync(JobId);
        Assert.StartsWith("info: ", line, StringComparison.Ordinal);
        Assert.Contains(@"'name\u{1b}[31m\u{202e}' submitted by ", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credits_go_where_they_are_sent_and_no_further_than_there_are()
    {
        await using SchedulerProcess scheduler = await SchedulerProcess.StartAsync(_folder);
        await using Client deployer = new(scheduler.Url);
        await using Client worker = new(scheduler.Url);
        await deployer.DeployAsync(JobId, 2);
        JsValue task = (await worker.AskAsync("task-distributor", "requestTask@3", Client.TaskRequest("w"))).Payload;
        await worker.AskAsync("result-submitter", "result", worker.Result(JobId, 1, "w", task));
        await worker.AskAsync("result-submitter", "result", worker.Result(JobId, 2, "w", task));
        Assert.Equal("0.5", await BalanceAsync(worker));
        Assert.Equal("-0.5", await BalanceAsync(deployer));
        JsObject transfer = new() { ["fromAccount"] = worker.Account.Address.ToString(), ["toAccount"] = deployer.Account.Address.ToString(), ["amount"] = "0.6" };
        Assert.Equal("ENOFUNDS", (await worker.AskAsync("bank-teller", "transfer@1", transfer, worker.Account)).Payload["code"].AsString());
        transfer["amount"] = 0.2;
        Assert.True((await worker.AskAsync("bank-teller", "transfer@1", transfer, worker.Account)).Success);
        transfer["transferAll"] = true;
        Assert.True((await worker.AskAsync("bank-teller", "transfer@1", transfer, worker.Account)).Success);
        Assert.Equal(("0", "0"), (await BalanceAsync(worker), await BalanceAsync(deployer)));
    }

    private static async Task<string?> BalanceAsync(Client client) => (await client.AskAsync(
        "bank-teller", "viewAccounts", new JsObject { ["addresses"] = JsArray.OfStrings([client.Account.Address.ToString()]) }, client.Account)).Payload["accounts"] is JsArray accounts ? accounts[0]["balance"].AsString() : null;

    /// <summary>Asks until the client has noticed that its session is gone and has made a new one.</summary>
    private static async Task<Response> ReconnectedAsync(Client client, Func<Client, Task<Response>> ask)
    {
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(60));
        while (true)
        {
            try
            {
                return await ask(client);
            }
            catch (ProtocolException e) when (e.IsConnectionFailure && !late.IsCancellationRequested)
            {
                await client.RenewAsync();
            }
        }
    }

    private static JsObject With(JsObject data, string name, JsValue value)
    {
        data[name] = value;
        return data;
    }

    private static string Unpacked(JsValue result)
    {
        string uri = Uri.UnescapeDataString(result["value"].AsString()!);
        return EcmaUri.Decode(uri[(uri.IndexOf(',', StringComparison.Ordinal) + 1)..]);
    }
}
