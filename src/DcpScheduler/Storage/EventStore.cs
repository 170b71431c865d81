using DcpScheduler.Domain;

namespace DcpScheduler.Storage;

/// <summary>The events that work functions caused and no deployer has received yet.</summary>
internal sealed class EventStore(Database database)
{
    /// <summary>Stores an event.</summary>
    public Task AddAsync(Job job, JobEvent e, DateTimeOffset now) => database.WriteAsync(batch => batch.Execute(
        "INSERT INTO event (id, job, label, slice, text, time) VALUES ($1, $2, $3, $4, $5, $6)",
        e.Id, job.Key, e.Label, e.Slice, e.Text, now.ToUnixTimeMilliseconds()));

    /// <summary>Forgets an event.</summary>
    public void PostRemove(JobEvent e) => database.Post(batch => batch.Execute("DELETE FROM event WHERE id = $1", e.Id));
}
