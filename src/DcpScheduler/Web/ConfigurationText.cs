using System.Text;
using DcpWorker.Engine.Serialization;

namespace DcpScheduler.Web;

/// <summary>What clients fetch first: where the services are, and how to use them.</summary>
internal static class ConfigurationText
{
    private const string Scheduler = "scheduler";

    /// <summary>Services of the scheduler: the name that clients use, and the path.</summary>
    private static readonly (string Name, string Path)[] Services =
    [
        ("jobSubmit", "job-submit"), ("resultSubmitter", "result-submitter"), ("eventRouter", "event-router"), ("computeGroups", "compute-groups"),
        ("taskDistributor", "task-distributor"), ("pheme", "pheme"), ("jnu", "jnu"),
    ];

    /// <summary>The text in the format that <paramref name="version"/> names, and its media type; null for a version that there is not.</summary>
    public static (string Text, string MediaType)? Write(Uri scheduler, string? version)
    {
        JsObject configuration = Describe(scheduler);
        return version switch
        {
            "2.1.0" => (KvinWriter.Serialize(configuration, KvinVersion.V9), MediaType.Kvin),
            "2.0.0" => (KvinWriter.Serialize(configuration, KvinVersion.V8), MediaType.Kvin),
            null or "" or "1.0.0" => (WriteJavaScript(configuration), "application/javascript"),
            _ => null,
        };
    }

    private static JsObject Describe(Uri scheduler)
    {
        JsObject services = [];
        foreach ((string name, string path) in Services)
        {
            services[name] = Located(scheduler, path + "/");
        }

        JsObject described = Located(scheduler, "");
        described["compatibility"] = new JsObject
        {
            ["minimum"] = new JsObject { ["dcp"] = "^5.0.0" },
            ["operations"] = new JsObject { ["work"] = "5.0.0", ["compute"] = "1.0.0" },
        };
        described["services"] = services;

        JsObject bank = Located(scheduler, "");
        bank["services"] = new JsObject { ["bankTeller"] = Located(scheduler, "bank-teller/") };
        JsObject oAuth = Located(scheduler, "oauth/");
        oAuth["identityIntegration"] = false;
        return new JsObject
        {
            [Scheduler] = described,
            ["bank"] = bank,
            ["packageManager"] = Located(scheduler, "package-manager/"),
            ["portal"] = Located(scheduler, "portal/"),
            ["pxAuth"] = Located(scheduler, "pxauth/"),
            ["oAuth"] = oAuth,
            ["cdn"] = Located(scheduler, "cdn/"),
            ["dcp"] = new JsObject
            {
                ["connectionOptions"] = new JsObject
                {
                    ["default"] = new JsObject
                    {
                        ["connectTimeout"] = 60,
                        ["reconnectTimeout"] = 7200,
                        ["lingerTimeout"] = 7300,
                        ["identityUnlockTimeout"] = 300,
                        ["allowBatch"] = true,
                        ["maxMessagesPerBatch"] = 20,
                        ["transports"] = JsArray.OfStrings(["socketio"]),
                        ["socketio"] = new JsObject { ["transports"] = JsArray.OfStrings(["websocket"]) },
                    },
                },
            },
            ["eventSubscriber"] = new JsObject { ["seenListSize"] = 50 },
            ["job"] = new JsObject
            {
                ["maxDeployTime"] = 300,
                ["deployAttempts"] = 10,
                ["deployCloseTimeout"] = 10000,
                ["sliceUploadErrorTolerance"] = 2,
                ["uploadInitialNumberOfSlices"] = 200,
                ["uploadSlicesTarget"] = 3_000_000,
                ["uploadSlicesCeiling"] = 30_000_000,
                ["uploadIncreaseFactor"] = 2,
            },
            ["network"] = new JsObject(),
        };
    }

    private static JsObject Located(Uri scheduler, string path) => new() { ["location"] = new JsInstance("dcpUrl$$DcpURL", new Uri(scheduler, path).AbsoluteUri) };

    /// <summary>The source of an expression, for clients that evaluate their configuration.</summary>
    private static string WriteJavaScript(JsObject configuration)
    {
        StringBuilder text = new("/* DCP scheduler configuration */\n");
        Append(text, configuration, "");
        return text.Append('\n').ToString();
    }

    private static void Append(StringBuilder text, JsValue value, string indent)
    {
        switch (value)
        {
            case JsInstance url:
                text.Append("new URL(").Append(JsonWriter.Quote(url.AsString()!)).Append(')');
                break;
            case JsArray array:
                text.Append(JsonWriter.Write(array));
                break;
            case JsObject o:
                text.Append("{\n");
                foreach ((string name, JsValue member) in o)
                {
                    text.Append(indent).Append("  ").Append(JsonWriter.Quote(name)).Append(": ");
                    Append(text, member, indent + "  ");
                    text.Append(",\n");
                }

                text.Append(indent).Append('}');
                break;
            default:
                text.Append(JsonWriter.Write(value));
                break;
        }
    }
}
