@{
    RootModule             = 'DcpWorker.psm1'
    # The build puts the project's version number here.
    ModuleVersion          = '0.0.0'
    GUID                   = '6f1d3c52-8a0e-4b7d-9a63-2c5e0b7f41d8'
    Author                 = 'The DcpWorker authors'
    CompanyName            = 'The DcpWorker authors'
    Copyright              = 'The DcpWorker authors. MIT licence.'
    Description            = 'Lets this computer, or a fleet, take work from a Distributed Compute Protocol (DCP) scheduler, compute it in secure JavaScript sandboxes and earn compute credits.'
    PowerShellVersion      = '7.6'
    CompatiblePSEditions   = @('Core')
    FormatsToProcess       = @('DcpWorker.Format.ps1xml')
    CmdletsToExport        = @(
        'Get-DcpConfigValue'
        'Get-DcpKeystore'
        'Get-DcpService'
        'Get-DcpWorker'
        'Invoke-DcpJob'
        'New-DcpKeystore'
        'Register-DcpService'
        'Restart-DcpService'
        'Resume-DcpWorker'
        'Set-DcpConfigValue'
        'Set-DcpKeystorePassphrase'
        'Start-DcpInetDaemon'
        'Start-DcpScheduler'
        'Start-DcpService'
        'Start-DcpWorker'
        'Stop-DcpService'
        'Stop-DcpWorker'
        'Suspend-DcpWorker'
        'Test-DcpEvaluator'
        'Test-DcpKeystore'
        'Test-DcpWorker'
        'Unregister-DcpService'
        'Wait-DcpWorker'
    )
    FunctionsToExport      = @()
    AliasesToExport        = @()
    VariablesToExport      = @()
    PrivateData            = @{
        PSData = @{
            Tags       = @('DCP', 'DistributedCompute', 'Worker', 'Sandbox', 'JavaScript', 'WebAssembly', 'PSEdition_Core', 'Linux')
            LicenseUri = 'https://spdx.org/licenses/MIT.html'
            # Of the network that the module is for.
            ProjectUri = 'https://distributed.computer'
        }
    }
}
