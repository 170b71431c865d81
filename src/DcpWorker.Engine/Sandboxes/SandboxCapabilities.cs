namespace DcpWorker.Engine.Sandboxes;

/// <summary>What a sandbox can do, as the bits that schedulers match jobs with.</summary>
[Flags]
public enum SandboxCapabilities
{
    /// <summary>Nothing known.</summary>
    None = 0,

    /// <summary>The engine is V8.</summary>
    V8 = 1,

    /// <summary>The engine is SpiderMonkey.</summary>
    SpiderMonkey = 2,

    /// <summary>It runs in a browser.</summary>
    Browser = 4,

    /// <summary><c>OffscreenCanvas</c> is there.</summary>
    OffscreenCanvas = 8,

    /// <summary>Mathematical functions give the bits of fdlibm.</summary>
    Fdlibm = 16,

    /// <summary>WebGPU is there.</summary>
    WebGpu = 32,

    /// <summary>It speaks KVIN v9.</summary>
    KvinV9 = 64,
}
