using System.Globalization;
using DcpScheduler.Domain;
using DcpScheduler.Storage;
using DcpWorker.Engine.Serialization;

namespace DcpScheduler.Web;

/// <summary>Serves the parts of jobs that are too long for a message. A job's id is known only to those who were given the job.</summary>
internal sealed class ArtifactEndpoint(JobBook book, JobStore store, ModuleStore modules)
{
    /// <summary>Adds the routes.</summary>
    public void Map(WebApplication app)
    {
        app.MapGet("/artifact/{job}/work-function", (string job) => book.TryGet(job, out Job? j) && j.Definition.WorkFunction is { } source
            ? Text(source, MediaType.PlainText)
            : Results.NotFound());
        app.MapGet("/artifact/{job}/argument/{index}", (string job, string index) => book.TryGet(job, out Job? j) && Number(index) is { } i && i < j.Definition.Arguments.Count
            ? Value(j.Definition.Arguments[i])
            : Results.NotFound());
        app.MapGet("/artifact/{job}/slice/{number}", (string job, string number) => book.TryGet(job, out Job? j) && Number(number) is { } n && store.ReadSlices(j, [n]).TryGetValue(n, out StoredValue value)
            ? Value(value)
            : Results.NotFound());
        app.MapGet("/module/{package}/{**file}", (string package, string file) => modules.Read(package, file) is { } text ? Text(text, "application/javascript") : Results.NotFound());
    }

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    private static IResult Value(StoredValue value) => value.IsAddress ? Results.NotFound() : Text(value.Text, value.MediaType!);

    private static IResult Text(string text, string type) => Results.Text(text, type, System.Text.Encoding.UTF8);
}
