using System.Management.Automation;

namespace DcpWorker.Cmdlets.Runs;

/// <summary>
/// Where a run writes: the pipeline of the cmdlet that somebody waits for, or the streams of a job. Any thread may write.
/// </summary>
public interface IRunOutput
{
    /// <summary>Writes an object; waits while whoever takes it is far behind, and drops it when nobody takes anything any more.</summary>
    ValueTask WriteObjectAsync(object? value);

    /// <summary>Writes an error that does not end the run.</summary>
    void WriteError(ErrorRecord error);

    /// <summary>Shows progress; the bar 0 is that of the whole run.</summary>
    void WriteProgress(ProgressRecord progress);

    /// <summary>Writes a remark for those who ask for it.</summary>
    void WriteVerbose(string text);

    /// <summary>Writes a remark for those who look for a fault.</summary>
    void WriteDebug(string text);

    /// <summary>Writes a warning.</summary>
    void WriteWarning(string text);

    /// <summary>Writes something for those who want to know.</summary>
    /// <param name="text">What to say.</param>
    /// <param name="tag">What it is about, for whoever chooses among such lines.</param>
    void WriteInformation(string text, string tag);

    /// <summary>Says that the run does now what it is for, at this address.</summary>
    void SayReady(Uri location);
}
