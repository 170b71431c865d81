using System.Globalization;
using DcpWorker.Engine;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Cmdlets.Deployment;

/// <summary>A work function threw for one slice of a job. What it says comes from the computer that computed it.</summary>
public sealed class WorkFunctionException : DcpException
{
    /// <summary>The id of the error record that is made of it.</summary>
    public const string Id = "WorkFunctionThrew";

    internal WorkFunctionException(long sliceNumber, JsError error)
        : base(string.Create(CultureInfo.InvariantCulture, $"Slice {sliceNumber} threw {OneLine.Of(error.ToString())}"))
    {
        SliceNumber = sliceNumber;
        RemoteName = OneLine.Of(error.Name);
        RemoteMessage = error.Message;
        RemoteStack = error.Stack;
        RemoteCode = error.Code;
    }

    /// <inheritdoc/>
    public override string Code => Id;

    /// <summary>Number of the slice, from 1 on, in the order of the input.</summary>
    public long SliceNumber { get; }

    /// <summary>The error's name, such as TypeError; Error when it has none.</summary>
    public string RemoteName { get; }

    /// <summary>The error's message.</summary>
    public string RemoteMessage { get; }

    /// <summary>Where it was thrown, as JavaScript tells it, or null.</summary>
    public string? RemoteStack { get; }

    /// <summary>The error's property code, if it is a text.</summary>
    public string? RemoteCode { get; }
}
