using DcpScheduler.Tests.Support;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;
using Microsoft.Data.Sqlite;

namespace DcpScheduler.Tests.Services;

/// <summary>Jobs that cannot be put into a message to a worker.</summary>
public sealed class HostileJobTests : IDisposable
{
    private const string Half = "\ud800";
    private readonly string _folder = Directory.CreateTempSubdirectory("dcp-scheduler-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_could_not_be_handed_out_is_refused_when_it_is_given()
    {
        await using RunningScheduler scheduler = await RunningScheduler.StartAsync(_folder);
        await using Client client = new(scheduler.Url);
        JsObject[] jobs =
        [
            With(client.Submission("a"), "workFunctionURI", $"data:,async (x) => '{Half}'"),
            With(client.Submission("b"), "workFunctionURI", $"data:text/plain;base64,{Convert.ToBase64String("async (x) => 1"u8)}{Half}"),
            With(client.Submission("c"), "marshaledArguments", Argument($"raw {Half}", "text/plain")),
            With(client.Submission("d"), "marshaledArguments", Argument("raw", $"text/{Half}")),
            With(client.Submission("e"), "marshaledArguments", Argument("raw", "text/plain,x\r\ny: z")),
            With(client.Submission("f"), "marshaledArguments", Argument("raw", "")),
        ];
        foreach (JsObject job in jobs)
        {
            Response answer = await client.AskAsync("job-submit", "submit@5", job, client.Account);
            Assert.Equal((false, "EINVAL"), (answer.Success, answer.Payload["code"].AsString()));
            Assert.NotEmpty(answer.Payload["message"].AsString()!);
        }

        JsObject[] packages =
        [
            new() { ["name"] = $"p{Half}", ["version"] = "1", ["files"] = new JsObject { ["a.js"] = "" } },
            new() { ["name"] = "p", ["version"] = "1", ["files"] = new JsObject { [$"a{Half}.js"] = "" } },
            new() { ["name"] = "p", ["version"] = "1", ["files"] = new JsObject { ["a.js"] = $"'{Half}'" } },
        ];
        foreach (JsObject package in packages)
        {
            Response answer = await client.AskAsync("package-manager", "deployPackage", package);
            Assert.Equal((false, "EINVAL"), (answer.Success, answer.Payload["code"].AsString()));
        }
    }

    [Fact]
    public async Task Halves_of_characters_in_values_travel_since_their_form_escapes_them()
    {
        await using RunningScheduler scheduler = await RunningScheduler.StartAsync(_folder);
        await using Client client = new(scheduler.Url);
        JsObject job = With(client.Submission("abc"), "marshaledArguments", KvinWriter.Marshal(new JsArray(Half)));
        job["name"] = Half;
        (await client.AskAsync("job-submit", "submit@5", job, client.Account)).ThrowIfFailed();
        (await client.AskAsync("job-submit", "addSliceData", new JsObject { ["job"] = "abc", ["dataValues"] = KvinWriter.Marshal(new JsArray(Half)) })).ThrowIfFailed();
        (await client.AskAsync("compute-groups", "addJobToGroups", Client.PublicGroup("abc"))).ThrowIfFailed();

        JsValue body = (await client.AskAsync("task-distributor", "requestTask@3", Client.TaskRequest("w"))).Payload["body"];

        JsValue datum = ((JsArray)body["task"]["abc"])[0]["datumUri"];
        JsValue argument = ((JsArray)body["newJobs"]["abc"]["argumentsLocation"])[0]["value"];
        Assert.All([datum, argument], uri => Assert.Equal(Half, DataUri.Decode(uri.AsString()!).AsString()));
    }

    [Fact]
    public async Task Job_of_an_earlier_version_that_cannot_be_handed_out_is_cancelled_and_the_others_are_handed_out()
    {
        await using (RunningScheduler before = await RunningScheduler.StartAsync(_folder))
        {
            await using Client deployer = new(before.Url);
            JsObject hostile = deployer.Submission("hostile");
            hostile["workFunctionURI"] = "data:,x => 'MARK'";
            (await deployer.AskAsync("job-submit", "submit@5", hostile, deployer.Account)).ThrowIfFailed();
            (await deployer.AskAsync("job-submit", "addSliceData", Client.Slices("hostile", 5))).ThrowIfFailed();
            (await deployer.AskAsync("compute-groups", "addJobToGroups", Client.PublicGroup("hostile"))).ThrowIfFailed();
            await deployer.DeployAsync("healthy", 5);
        }

        await ExecuteAsync("UPDATE job SET definition = replace(definition, 'MARK', '\\ud800')");
        await using RunningScheduler scheduler = await RunningScheduler.StartAsync(_folder);
        await using Client client = new(scheduler.Url);
        HashSet<string> given = [];

        // for one core the hostile job alone would do
        JsObject request = Client.TaskRequest("w");
        request["targetLoad"] = new JsObject { ["cpu"] = 1 };
        while (!given.Contains("healthy"))
        {
            JsValue answer = (await client.AskAsync("task-distributor", "requestTask@3", request)).Payload;
            Assert.True(answer["body"]["task"] is JsObject { Count: > 0 }, JsonWriter.Write(answer));
            given.UnionWith(((JsObject)answer["body"]["task"]).Select(j => j.Key));
            given.UnionWith(((JsObject)answer["auth"]["authSlices"]).Select(j => j.Key));
        }

        Assert.Equal(["healthy"], given);
        Assert.Equal([("2", "EINVAL")], await ReadAsync("SELECT status, cancel_code FROM job WHERE id = 'hostile'"));
        Assert.Equal([("0", "0")], await ReadAsync("SELECT count(*), 0 FROM lease JOIN job ON job.key = lease.job WHERE id = 'hostile'"));
    }

    private static JsObject With(JsObject data, string name, JsValue value)
    {
        data[name] = value;
        return data;
    }

    private static JsObject Argument(string text, string type) => KvinWriter.Marshal(new JsArray(new JsObject { ["string"] = text, ["method"] = "", ["MIMEType"] = type }));

    private async Task ExecuteAsync(string sql)
    {
        await using SqliteConnection connection = new($"Data Source={Path.Combine(_folder, "scheduler.db")};Pooling=False");
        await connection.OpenAsync();
        await using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    private async Task<List<(string, string)>> ReadAsync(string sql)
    {
        await using SqliteConnection connection = new($"Data Source={Path.Combine(_folder, "scheduler.db")};Pooling=False");
        await connection.OpenAsync();
        await using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        await using SqliteDataReader reader = await command.ExecuteReaderAsync();
        List<(string, string)> rows = [];
        while (await reader.ReadAsync())
        {
            rows.Add(($"{reader.GetValue(0)}", $"{reader.GetValue(1)}"));
        }

        return rows;
    }
}
