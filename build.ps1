#!/usr/bin/env pwsh
<#
.SYNOPSIS
Builds, shows, tests and measures DcpWorker: the tasks of build.sh for those who live in PowerShell.
.EXAMPLE
./build.ps1 Demo
#>
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Demo', 'Test', 'Bench', 'Analyze', 'Pack', 'Help')]
    [string] $Task = 'Build',

    # Passed on to the task.
    [Parameter(ValueFromRemainingArguments)]
    [string[]] $ArgumentList = @()
)

if (-not (Get-Command bash -ErrorAction Ignore)) {
    throw 'bash is needed: the build makes a Linux program. On Windows, run this inside WSL.'
}

# Without PowerShell, "help" is what people type to see how build.sh is used.
$name = $Task -eq 'Help' ? 'help-files' : $Task.ToLowerInvariant()
& bash (Join-Path $PSScriptRoot 'build.sh') $name @ArgumentList
exit $LASTEXITCODE
