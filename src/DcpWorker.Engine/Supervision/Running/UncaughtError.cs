using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Supervision.Running;

/// <summary>What a work function threw, in the form in which it is delivered as a result.</summary>
internal static class UncaughtError
{
    public const string Code = "EUNCAUGHT";

    /// <summary>An Error with <c>stack</c>, <c>message</c>, <c>errorCode</c> and <c>name</c>, as dcp-client delivers it.</summary>
    public static JsError Of(JsValue thrown)
    {
        string message = (thrown as JsError)?.Message ?? thrown["message"].AsString() ?? thrown.AsString() ?? "The work function threw something that is no error.";
        JsError error = new(message);
        if (thrown["stack"].AsString() is { } stack)
        {
            error["stack"] = stack;
        }

        error["message"] = message;
        if (!thrown["code"].IsNullish)
        {
            error["code"] = thrown["code"];
        }

        error["errorCode"] = Code;
        error["name"] = thrown["name"].AsString() ?? "Error";
        return error;
    }
}
