using System.Management.Automation;
using System.Reflection;
using DcpWorker.Cmdlets.Deployment;
using DcpWorker.Cmdlets.Jobs;
using DcpWorker.Cmdlets.Scheduling;
using DcpWorker.Engine.Control;
using DcpWorker.Engine.Diagnostics;
using DcpWorker.Engine.Diagnostics.Host;
using DcpWorker.Engine.InetDaemon;
using DcpWorker.Engine.InetDaemon.Events;
using DcpWorker.Engine.Sandboxes;
using DcpWorker.Engine.Services.Registration;
using DcpWorker.Engine.Supervision;
using DcpWorker.Engine.Supervision.Events;

namespace DcpWorker.Cmdlets;

/// <summary>
/// Makes the types that cross the pipeline nameable in scripts by their full names. PowerShell looks for type names in
/// its own load context only, and ours are in a private one; so each is entered as a type accelerator while the module
/// is imported anywhere in the process.
/// </summary>
public static class PipelineTypes
{
    private static readonly Lock Gate = new();
    private static int s_imports;

    /// <summary>Every type of ours that a cmdlet writes or takes.</summary>
    public static IReadOnlyList<Type> All { get; } =
    [
        typeof(CheckStatus),
        typeof(EvaluatorCheck),
        typeof(HostCheck),
        typeof(ConnectionCloseCause),
        typeof(EvaluatorExit),
        typeof(WorkerState),
        typeof(PauseMode),
        typeof(SandboxState),
        typeof(RunningWorker),
        typeof(RunningSandbox),
        typeof(WorkerStarter),
        typeof(ConfigValue),
        typeof(KeystoreInfo),
        typeof(KeystoreKdf),
        typeof(KeystoreCheck),
        typeof(ServiceInfo),
        typeof(ServiceStartup),
        typeof(DcpService),
        typeof(ServiceState),
        typeof(RunJob),
        typeof(WorkFunctionException),
        .. Family<InetDaemonEvent>(),
        .. Family<WorkerEvent>(),
        .. Family<SchedulerEvent>(),
    ];

    /// <summary>Called by the module's script when a runspace imports the module.</summary>
    public static void Register()
    {
        lock (Gate)
        {
            if (s_imports++ == 0)
            {
                MethodInfo add = Accelerators.GetMethod("Add", [typeof(string), typeof(Type)])!;
                foreach (Type type in All)
                {
                    add.Invoke(null, [type.FullName, type]);
                }
            }
        }
    }

    /// <summary>Called by the module's script when a runspace removes the module.</summary>
    public static void Unregister()
    {
        lock (Gate)
        {
            if (s_imports > 0 && --s_imports == 0)
            {
                MethodInfo remove = Accelerators.GetMethod("Remove", [typeof(string)])!;
                foreach (Type type in All)
                {
                    remove.Invoke(null, [type.FullName]);
                }
            }
        }
    }

    private static IEnumerable<Type> Family<T>() =>
        typeof(T).Assembly.GetExportedTypes().Where(typeof(T).IsAssignableFrom);

    // Not public, but what every module that needs it has used since PowerShell 2.
    private static Type Accelerators =>
        typeof(PSObject).Assembly.GetType("System.Management.Automation.TypeAccelerators", throwOnError: true)!;
}
