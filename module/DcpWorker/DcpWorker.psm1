# Loads the cmdlets into a load context of their own, so that the module's libraries cannot clash with those of other
# modules. Only the loader, which references nothing, enters PowerShell's own context.
$folder = [System.IO.Path]::Combine($PSScriptRoot, 'bin')
if (-not ('DcpWorker.Loader.ModuleLoadContext' -as [type])) {
    $null = [System.Reflection.Assembly]::LoadFrom([System.IO.Path]::Combine($folder, 'DcpWorker.Loader.dll'))
}

$assembly = [DcpWorker.Loader.ModuleLoadContext]::LoadCmdlets($folder)
$types = $assembly.GetType('DcpWorker.Cmdlets.PipelineTypes')
$inner = Microsoft.PowerShell.Core\Import-Module -Assembly $assembly -PassThru
$types::Register()

# PowerShell would keep the cmdlets' own module in its table, and a second import would find it there and export nothing.
$ExecutionContext.SessionState.Module.OnRemove = {
    Microsoft.PowerShell.Core\Remove-Module $inner
    $types::Unregister()
}
