using System.Management.Automation;

namespace DcpWorker.Cmdlets;

/// <summary>
/// An event of the engine as an object of the pipeline: the event itself, with two properties that hold for every kind
/// and survive remoting, so that a table of mixed events can be shown and filtered.
/// </summary>
internal static class EventObject
{
    /// <summary>Wraps an event.</summary>
    /// <param name="value">The event.</param>
    /// <param name="detail">What happened, in one line.</param>
    public static PSObject Create(object value, string detail)
    {
        PSObject wrapped = PSObject.AsPSObject(value);
        wrapped.Properties.Add(new PSNoteProperty("Event", value.GetType().Name));
        wrapped.Properties.Add(new PSNoteProperty("Detail", OneLine.Of(detail)));
        return wrapped;
    }
}
