using System.Reflection;
using System.Runtime.Loader;

namespace DcpWorker.Loader;

/// <summary>
/// The private load context that holds the cmdlets, the engine and every library they use, so that the module
/// lives beside others that bring other versions of the same libraries. Only this assembly is in PowerShell's own
/// context; it has no dependency that could be there in another version.
/// </summary>
public sealed class ModuleLoadContext : AssemblyLoadContext
{
    private const string CmdletsAssembly = "DcpWorker.Cmdlets";

    private static readonly Lock Gate = new();
    private static ModuleLoadContext? s_current;
    private static Assembly? s_cmdlets;

    private readonly string _folder;

    private ModuleLoadContext(string folder)
        : base("DcpWorker")
    {
        _folder = folder;
    }

    /// <summary>
    /// Loads the cmdlets, once for the process: every runspace of a process shares one copy, as PowerShell itself
    /// never unloads an assembly that it took cmdlets from.
    /// </summary>
    /// <param name="folder">The module's folder of assemblies.</param>
    /// <returns>The assembly for <c>Import-Module -Assembly</c>.</returns>
    /// <exception cref="InvalidOperationException">Another copy of the module is loaded in this process.</exception>
    public static Assembly LoadCmdlets(string folder)
    {
        folder = Path.GetFullPath(folder);
        lock (Gate)
        {
            if (s_current is not null && s_current._folder != folder)
            {
                throw new InvalidOperationException(
                    $"DcpWorker is already loaded from '{s_current._folder}', so it cannot be loaded from '{folder}' "
                    + "in the same process. Start a new pwsh to use the other copy.");
            }

            if (s_cmdlets is null)
            {
                ModuleLoadContext context = new(folder);
                s_cmdlets = context.LoadFromAssemblyPath(Path.Combine(folder, CmdletsAssembly + ".dll"));
                s_current = context;
            }

            return s_cmdlets;
        }
    }

    /// <summary>What lies in the module's folder comes from there; all else (.NET, PowerShell) is shared.</summary>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        string path = Path.Combine(_folder, assemblyName.Name + ".dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }
}
