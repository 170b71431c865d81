using DcpWorker.Engine.Serialization;

namespace DcpScheduler.Services;

internal static class Marshaled
{
    /// <summary>Whether this is the form that KVIN gives to values.</summary>
    public static bool IsMarshaled(this JsValue value) => value is JsObject o && o.Has("_serializeVerId");
}
