#!/usr/bin/env pwsh
<#
.SYNOPSIS
Builds, shows, tests and measures DcpWorker: the tasks of build.sh for those who live in PowerShell.
.EXAMPLE
./build.ps1 Demo
#>
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Demo', 'Test', 'Bench', 'Help')]
    [string] $Task = 'Build',

    # Passed on to the task.
    [Parameter(ValueFromRemainingArguments)]
    [string[]] $ArgumentList = @()
)

if (-not (Get-Command bash -ErrorAction Ignore)) {
    throw 'bash is needed: the build makes a Linux program. On Windows, run this inside WSL.'
}

& bash (Join-Path $PSScriptRoot 'build.sh') $Task.ToLowerInvariant() @ArgumentList
exit $LASTEXITCODE
