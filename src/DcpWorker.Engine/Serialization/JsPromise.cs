namespace DcpWorker.Engine.Serialization;

/// <summary>A settled promise.</summary>
public sealed class JsPromise : JsObject
{
    /// <summary>A promise settled with <paramref name="outcome"/>.</summary>
    public JsPromise(JsValue outcome, bool isRejected) => (Outcome, IsRejected) = (outcome, isRejected);

    /// <summary>The value it resolved to, or the reason of its rejection.</summary>
    public JsValue Outcome { get; internal set; }

    /// <summary>Whether it was rejected.</summary>
    public bool IsRejected { get; }

    /// <inheritdoc/>
    public override string ToString() => IsRejected ? "Promise(rejected)" : "Promise(resolved)";
}
