# The examples of docs/help are run as they are written, those of a page one after the other in one folder.
BeforeDiscovery {
    $pages = 'Get-DcpConfigValue', 'Set-DcpConfigValue', 'New-DcpKeystore', 'Get-DcpKeystore', 'Test-DcpKeystore', 'Set-DcpKeystorePassphrase' | ForEach-Object {
        $text = Get-Content -Raw (Join-Path $PSScriptRoot "../../docs/help/$_.md")
        @{ Name = $_; Text = $text; Examples = @([regex]::Matches($text, '(?ms)^### Example.*?^```powershell\n(.*?)^```') | ForEach-Object { $_.Groups[1].Value }) }
    }
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Join-Path $PSScriptRoot 'ConfigurationSite.psm1') -Force
    Import-Module (Get-ModulePath) -Force
    $site = New-ConfigurationSite
    Push-Location $TestDrive
}

AfterAll {
    Pop-Location
    Remove-ConfigurationSite $site
}

Describe 'The help of <Name>' -ForEach $pages {
    BeforeAll {
        # The pages go on from the one that makes it.
        if ($Name -ne 'New-DcpKeystore') {
            New-DcpKeystore ./deposit.keystore -AllowEmptyPassphrase -WarningAction SilentlyContinue
        }
    }

    It 'has at least two examples, and they run' {
        $Examples.Count | Should -BeGreaterOrEqual 2
        foreach ($example in $Examples) {
            $ErrorActionPreference = 'Stop'
            $WarningPreference = 'SilentlyContinue'
            $null = . ([scriptblock]::Create($example))
        }
    }

    It 'describes every parameter and no other' {
        $common = [System.Management.Automation.Cmdlet]::CommonParameters
        $described = [regex]::Matches($Text, '(?m)^### -(\w+)') | ForEach-Object { $_.Groups[1].Value }
        $described | Sort-Object | Should -Be ((Get-Command $Name).Parameters.Keys | Where-Object { $_ -notin $common } | Sort-Object)
        $Text | Should -Not -Match '\{\{'
    }
}
