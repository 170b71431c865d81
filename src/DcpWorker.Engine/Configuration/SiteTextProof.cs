using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Configuration;

/// <summary>A changed text of the site file and what the change is: it is evaluated in the file's place, and has to be that change and no other.</summary>
/// <param name="Text">The changed text.</param>
/// <param name="Before">The text as it was; null: there was none.</param>
/// <param name="Path">The key that was set.</param>
/// <param name="Value">What it has to be.</param>
internal sealed record SiteTextProof(string Text, string? Before, string Path, JsValue Value);
