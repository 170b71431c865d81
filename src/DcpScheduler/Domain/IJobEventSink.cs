namespace DcpScheduler.Domain;

/// <summary>Takes the events of a job; called inside a lock, so both members must be quick.</summary>
internal interface IJobEventSink
{
    /// <summary>Whether it has subscribed to that label.</summary>
    bool Wants(string label);

    /// <summary>Takes one event, to be delivered later.</summary>
    void Offer(JobEvent e);
}
