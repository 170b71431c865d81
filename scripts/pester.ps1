# Runs the Pester tests and writes "passed failed skipped" to the file that is named. Called by build.sh.
param([Parameter(Mandatory)] [string] $TotalsPath)

$ErrorActionPreference = 'Stop'
Import-Module Pester -MinimumVersion 5.0
$configuration = New-PesterConfiguration
$configuration.Run.Path = Join-Path $PSScriptRoot '../tests/Pester'
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Normal'
$run = Invoke-Pester -Configuration $configuration
# A container that cannot be read at all (a syntax error, say) holds no failed test, but is a failure.
$failed = $run.FailedCount + $run.FailedContainersCount + $run.FailedBlocksCount
"$($run.PassedCount) $failed $($run.SkippedCount + $run.NotRunCount)" | Set-Content -LiteralPath $TotalsPath
exit [int]($failed -gt 0)
