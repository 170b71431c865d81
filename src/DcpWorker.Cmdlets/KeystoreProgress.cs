using System.Management.Automation;

namespace DcpWorker.Cmdlets;

/// <summary>A bar for key derivations, which take seconds on purpose; one post for each percent.</summary>
internal sealed class KeystoreProgress(CmdletOutput output, string activity, string path) : IProgress<double>
{
    private int _percent = -1;

    /// <inheritdoc/>
    public void Report(double value)
    {
        int percent = Math.Clamp((int)(value * 100), 0, 100);
        if (Interlocked.Exchange(ref _percent, percent) != percent)
        {
            output.WriteProgress(new ProgressRecord(0, activity, path) { PercentComplete = percent });
        }
    }

    /// <summary>The part of the bar between two of its points, for one of several derivations.</summary>
    public IProgress<double> Part(double from, double to) => new Section(this, from, to);

    /// <summary>Takes the bar away.</summary>
    public void Complete() => output.WriteProgress(new ProgressRecord(0, activity, path) { RecordType = ProgressRecordType.Completed });

    private sealed class Section(KeystoreProgress whole, double from, double to) : IProgress<double>
    {
        public void Report(double value) => whole.Report(from + (value * (to - from)));
    }
}
