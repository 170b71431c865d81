# What Tab inserts. Configuration keys, running workers and their jobs are completed in the tests of their cmdlets.
BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Join-Path $PSScriptRoot 'ConfigurationSite.psm1') -Force
    Import-Module (Get-ModulePath) -Force
    $site = New-ConfigurationSite "{ worker: { computeGroups: { lab: { joinKey: 'lab-7', joinSecret: 'nobody sees this' } } } }"
    $folder = Join-Path $TestDrive 'with a blank'
    $null = New-Item -ItemType Directory $folder, (Join-Path $folder 'below')
    foreach ($file in "$($site.Home)/default.keystore", "$($site.Home)/id.keystore", "$folder/it's mine.keystore", "$folder/notes.txt") {
        Set-Content -LiteralPath $file '{}'
    }

    function Get-Completion {
        param([string] $Line)
        (TabExpansion2 $Line).CompletionMatches
    }
}

AfterAll {
    Remove-ConfigurationSite $site
}

Describe 'Keystores' {
    It 'of this user come where nothing is typed yet, but not the identity' -ForEach 'Start-DcpWorker -Keystore ', 'Get-DcpKeystore ', 'Get-DcpKeystore -LiteralPath ', 'Invoke-DcpJob -Keystore ' {
        $offers = Get-Completion $_
        $offers.CompletionText | Should -Contain "$($site.Home)/default.keystore"
        $offers.ListItemText | Should -Contain 'default.keystore'
        $offers.ListItemText | Should -Not -Contain 'id.keystore'
    }

    It 'are completed in the folder that is typed, with the folders below it and no other files' {
        $offers = Get-Completion "Get-DcpKeystore '$folder/"
        $offers.ListItemText | Should -Be 'below', "it's mine.keystore"
    }

    It 'are inserted as one word, whatever their name' {
        $text = (Get-Completion "Get-DcpKeystore '$folder/it").CompletionText
        Invoke-Expression "@($text).Count" | Should -Be 1
        Invoke-Expression $text | Should -Be "$folder/it's mine.keystore"
    }
}

Describe 'Compute groups' {
    It 'are those of the configuration and the public one, without their secrets' -ForEach 'Start-DcpWorker', 'Invoke-DcpJob' {
        $offers = Get-Completion "$_ -ComputeGroup "
        $offers.CompletionText | Should -Be 'lab-7', 'public'
        $offers | Out-String | Should -Not -Match 'nobody sees'
        (Get-Completion "$_ -ComputeGroup la").CompletionText | Should -Be 'lab-7'
    }

    It 'give nothing, and no error, where the configuration cannot be read' {
        Set-Content "$($site.Folder)/dcp-site-config.js" '{ worker: '
        (Get-Completion 'Start-DcpWorker -ComputeGroup ').CompletionText | Should -Be 'public'
    }
}
