using System.Management.Automation;
using DcpWorker.Engine;

namespace DcpWorker.Cmdlets;

/// <summary>A failure that a cmdlet itself found; its code is the error id that scripts see.</summary>
public sealed class CmdletException : DcpException
{
    /// <summary>Makes a failure.</summary>
    /// <param name="code">PascalCase id of the one code path that makes it.</param>
    /// <param name="category">The kind of failure.</param>
    /// <param name="message">What went wrong, with what, and what to do.</param>
    /// <param name="target">What it was about.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public CmdletException(
        string code, ErrorCategory category, string message, object? target = null, Exception? innerException = null)
        : base(message, innerException)
    {
        Code = code;
        Category = category;
        Target = target;
    }

    /// <inheritdoc/>
    public override string Code { get; }

    /// <summary>The kind of failure.</summary>
    public ErrorCategory Category { get; }

    /// <summary>What it was about, or null.</summary>
    public object? Target { get; }
}
