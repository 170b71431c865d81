using System.Globalization;
using System.Text.Json;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Services.Registration;

namespace DcpWorker.Cli.Services;

/// <summary>Services as JSON objects. Names and units stay as they are once released.</summary>
internal static class ServiceJson
{
    public static JsObject Of(ServiceStatus s) => new()
    {
        ["service"] = DcpServices.NameOf(s.Service),
        ["name"] = s.Name,
        ["manager"] = s.Manager,
        ["state"] = JsonNamingPolicy.CamelCase.ConvertName(s.State.ToString()),
        ["startsAtBoot"] = s.StartsAtBoot,
        ["processId"] = s.ProcessId is { } id ? id : JsValue.Null,
        ["since"] = s.Since is { } time ? time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) : JsValue.Null,
        ["status"] = Text(s.StatusText),
        ["restarts"] = s.Restarts is { } restarts ? restarts : JsValue.Null,
        ["lastResult"] = Text(s.LastResult),
        ["definition"] = Text(s.Definition),
    };

    public static JsObject Of(ServiceDefinition definition, DcpService service) => new()
    {
        ["service"] = DcpServices.NameOf(service),
        ["files"] = new JsArray(definition.Files.Select(JsValue? (f) => new JsObject { ["path"] = f.Path, ["content"] = f.Content })),
        ["commands"] = new JsArray(definition.Commands.Select(JsValue? (c) => new JsArray(c.Arguments.Prepend(c.Program).Select(JsValue? (word) => word)))),
    };

    private static JsValue Text(string? text) => text is null ? JsValue.Null : text;
}
