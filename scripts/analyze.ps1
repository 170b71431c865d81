<#
.SYNOPSIS
Has PSScriptAnalyzer look at every script of the project; fails when it finds something.
#>
[CmdletBinding()]
param([string] $Root = (Split-Path $PSScriptRoot))

$ErrorActionPreference = 'Stop'
if (-not (Get-Module -ListAvailable PSScriptAnalyzer)) {
    throw 'PSScriptAnalyzer is not installed here. Type: Install-PSResource PSScriptAnalyzer'
}

Import-Module PSScriptAnalyzer
$shipped = @{
    Severity     = 'Error', 'Warning'
    ExcludeRules = @(
        # functions of a script's own, which nobody calls by hand
        'PSUseShouldProcessForStateChangingFunctions'
        # the files are UTF-8 as everything else here
        'PSUseBOMForUnicodeEncodedFile'
    )
}
$tests = @{
    Severity     = $shipped.Severity
    ExcludeRules = $shipped.ExcludeRules + @(
        # what BeforeAll sets is used in It, which the rule does not know
        'PSUseDeclaredVarsMoreThanAssignments'
        # script blocks that are run in other sessions get their values as arguments
        'PSUseUsingScopeModifierInNewRunspaces'
        # passphrases of tests are no secrets
        'PSAvoidUsingConvertToSecureStringWithPlainText'
        # the runner talks to people
        'PSAvoidUsingWriteHost'
    )
}
$found = @(
    foreach ($path in 'module', 'scripts', 'build.ps1') {
        Invoke-ScriptAnalyzer -Path (Join-Path $Root $path) -Recurse -Settings $shipped
    }
    Invoke-ScriptAnalyzer -Path (Join-Path $Root tests Pester) -Recurse -Settings $tests
)
$found | Sort-Object ScriptPath, Line | Format-Table -Wrap RuleName, Severity, ScriptName, Line, Message
"PSScriptAnalyzer: $($found.Count) findings"
exit [int]($found.Count -gt 0)
