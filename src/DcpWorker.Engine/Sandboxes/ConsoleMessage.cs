using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Sandboxes;

/// <summary>The work function wrote to the console.</summary>
/// <param name="Level"><c>debug</c>, <c>log</c>, <c>info</c>, <c>warn</c> or <c>error</c>.</param>
/// <param name="Message">The arguments, usually an array; null when the last message was repeated.</param>
/// <param name="Same">How many times, repeats of the last message included.</param>
public sealed record ConsoleMessage(string Level, JsValue? Message, int Same) : SandboxMessage;
