namespace DcpWorker.Engine.Serialization;

/// <summary>The classes of JavaScript that are views of bytes; <see cref="Buffer"/> is Node's.</summary>
public enum TypedArrayKind
{
    /// <summary>Signed bytes.</summary>
    Int8Array = 1,

    /// <summary>Unsigned bytes.</summary>
    Uint8Array,

    /// <summary>Unsigned bytes, clamped on assignment.</summary>
    Uint8ClampedArray,

    /// <summary>Signed 16-bit numbers.</summary>
    Int16Array,

    /// <summary>Unsigned 16-bit numbers.</summary>
    Uint16Array,

    /// <summary>Signed 32-bit numbers.</summary>
    Int32Array,

    /// <summary>Unsigned 32-bit numbers.</summary>
    Uint32Array,

    /// <summary>IEEE 754 single precision.</summary>
    Float32Array,

    /// <summary>IEEE 754 double precision.</summary>
    Float64Array,

    /// <summary>IEEE 754 half precision.</summary>
    Float16Array,

    /// <summary>Signed 64-bit numbers.</summary>
    BigInt64Array,

    /// <summary>Unsigned 64-bit numbers.</summary>
    BigUint64Array,

    /// <summary>Bytes without a type.</summary>
    DataView,

    /// <summary>Node's Buffer.</summary>
    Buffer,
}
