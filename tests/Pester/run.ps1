<#
.SYNOPSIS
Runs the tests of the PowerShell module and prints the counts; the exit code says whether all passed.
.PARAMETER Path
Tests to run; all of this folder unless given.
.PARAMETER TotalsPath
A file that takes the counts as "passed failed skipped".
.PARAMETER FailuresPath
A file that takes the name and the message of each test that failed.
.EXAMPLE
./tests/Pester/run.ps1 -Path ./tests/Pester/Module.Tests.ps1
#>
[CmdletBinding()]
param([string[]] $Path = $PSScriptRoot, [string] $TotalsPath, [string] $FailuresPath)

$ErrorActionPreference = 'Stop'
Import-Module Pester -MinimumVersion 5.0
$configuration = New-PesterConfiguration
$configuration.Run.Path = $Path
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Detailed'
$run = Invoke-Pester -Configuration $configuration

# A container that cannot be read at all (a syntax error, say) holds no failed test, but is a failure.
$failed = $run.FailedCount + $run.FailedContainersCount + $run.FailedBlocksCount
$skipped = $run.SkippedCount + $run.NotRunCount
if ($TotalsPath) {
    "$($run.PassedCount) $failed $skipped" | Set-Content -LiteralPath $TotalsPath
}

if ($FailuresPath) {
    $FailuresPath = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($FailuresPath)
    # Set-Content makes no file of nothing, and whoever asked for the file reads it.
    [System.IO.File]::WriteAllLines($FailuresPath, [string[]]@($run.Failed + $run.FailedBlocks + $run.FailedContainers | ForEach-Object {
                "  Failed $(($_.Path ?? $_.Item) -join ' / ')"
                $_.ErrorRecord | Select-Object -First 1 | ForEach-Object { "$_" }
            }))
}

"Pester: $($run.PassedCount) passed, $failed failed, $skipped skipped"
exit [int]($failed -gt 0 -or $run.PassedCount -eq 0)
