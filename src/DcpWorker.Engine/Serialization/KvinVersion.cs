namespace DcpWorker.Engine.Serialization;

/// <summary>The version that a KVIN text announces.</summary>
public enum KvinVersion
{
    /// <summary>What workers of the 4.x line understand.</summary>
    V8 = 8,

    /// <summary>The current one (npm kvin 9).</summary>
    V9 = 9,
}
