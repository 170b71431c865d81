namespace DcpWorker.Engine.Serialization;

/// <summary>A value with a JSON form of its own, as an object with <c>toJSON</c> has in JavaScript.</summary>
internal interface IJsonForm
{
    /// <summary>What <c>JSON.stringify</c> prints in its place.</summary>
    JsValue ToJson();
}
