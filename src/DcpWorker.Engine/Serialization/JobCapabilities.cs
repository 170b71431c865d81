namespace DcpWorker.Engine.Serialization;

/// <summary>What a job needs or a worker has, as the bits that travel.</summary>
[Flags]
public enum JobCapabilities
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The V8 engine.</summary>
    EngineV8 = 1,

    /// <summary>The SpiderMonkey engine.</summary>
    EngineSpiderMonkey = 2,

    /// <summary>A web browser.</summary>
    EngineBrowser = 4,

    /// <summary>OffscreenCanvas.</summary>
    OffscreenCanvas = 8,

    /// <summary>Mathematical functions that give the same bits everywhere.</summary>
    Fdlibm = 16,

    /// <summary>WebGPU.</summary>
    WebGpu = 32,

    /// <summary>KVIN of version 9.</summary>
    KvinV9 = 64,
}
