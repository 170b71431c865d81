namespace DcpWorker.Engine.Supervision.Fetching;

/// <summary>Bits of <c>fetchState</c> in <c>requestTask@3</c>.</summary>
[Flags]
internal enum FetchState
{
    Normal = 1,
    ReportSlices = 2,
    StartupCheck = 4,
    RoundRobin = 8,
    ReturnAllSlices = 16,
}
