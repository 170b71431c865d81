namespace DcpScheduler.Domain;

/// <summary>Something that the deployer of a job is to be told.</summary>
internal sealed class JobEvent(string label, string id)
{
    /// <summary>One of <see cref="EventLabel"/>.</summary>
    public string Label { get; } = label;

    /// <summary>Stays the same when it is delivered again, so that a client can recognise it.</summary>
    public string Id { get; } = id;

    /// <summary>The slice it is about; 0 when about the whole job.</summary>
    public int Slice { get; init; }

    /// <summary>JSON text of the event's data; null when it is made when it is sent.</summary>
    public string? Text { get; init; }

    /// <summary>Order among the events of a job.</summary>
    public long Sequence { get; set; }

    /// <summary>Whether some subscriber has it, or it was given up.</summary>
    public bool IsSettled { get; set; }

    /// <summary>Its place among the unsettled ones.</summary>
    public LinkedListNode<JobEvent>? Node { get; set; }
}
