# The examples of docs/help are run as they are written, those of a page one after the other in one session, and Get-Help
# shows what the pages say. That pages, cmdlets and the built help agree is checked without PowerShell (HelpTests.cs).
BeforeDiscovery {
    Import-Module (Join-Path $PSScriptRoot 'HelpSite.psm1') -Force
    $pages = Get-HelpPage
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Join-Path $PSScriptRoot 'HelpSite.psm1') -Force
    Import-Module (Get-ModulePath) -Force
    $site = New-HelpSite
}

AfterAll {
    Remove-HelpSite $site
}

Describe 'The page <Name>' -ForEach $pages {
    BeforeAll {
        $place = New-HelpPlace $site $Name
    }

    AfterAll {
        Remove-HelpPlace $place
    }

    It '<Title>' -ForEach $Examples {
        if ($NotRun) {
            Set-ItResult -Skipped -Because $NotRun
        }

        Initialize-HelpPlace $place
        $null = Invoke-HelpExample $place $Code -UntilStopped:$UntilStopped
    }

    It 'is what Get-Help shows' {
        if ($Name -like 'about_*') {
            $about = Get-Help $Name
            "$about" | Should -BeLike "TOPIC*$Name*SHORT DESCRIPTION*"
        }
        else {
            $help = Get-Help $Name -Full
            $help.Synopsis | Should -Be ([regex]::Match($Text, '(?s)## SYNOPSIS\s+(.*?)\s+## ').Groups[1].Value -replace '[`*]')
            @($help.examples.example) | Should -HaveCount @($Examples).Count
            $help.examples.example[0].code | Should -Be $Examples[0].Code.TrimEnd()
            $help | Out-String -Width 100 | Should -Not -Match '```|\{\{'
        }
    }
}

Describe 'Get-Help' {
    It 'knows every cmdlet and every topic' {
        foreach ($command in Get-Command -Module DcpWorker) {
            (Get-Help $command.Name).Synopsis | Should -Not -Match "^\s*$($command.Name)" -Because 'that is what PowerShell makes of a cmdlet without help'
        }

        (Get-Help about_Dcp*).Name | Sort-Object | Should -Be 'about_DcpConfiguration', 'about_DcpFleet', 'about_DcpSecurity', 'about_DcpWorker'
        (Get-Help about_Dcp*).Synopsis | Should -Not -Contain ''
    }

    It 'shows the syntax that PowerShell has' {
        foreach ($command in Get-Command -Module DcpWorker) {
            $page = Get-Content -Raw (Join-Path $PSScriptRoot "../../docs/help/$($command.Name).md")
            $written = [regex]::Matches([regex]::Match($page, '(?s)\n## SYNTAX(.*?)\n## ').Groups[1].Value, '(?ms)^```\n(.*?)\n```') |
                ForEach-Object { $_.Groups[1].Value -replace '\s+', ' ' }
            $real = $command.ParameterSets | ForEach-Object {
                "$($command.Name) $_" -replace '\s*\[<CommonParameters>\]' -replace '<Nullable\[([^\]]+)\]>', '<$1>' -replace '\s+', ' '
            }
            $written | Sort-Object | Should -Be ($real | Sort-Object)
        }
    }
}
