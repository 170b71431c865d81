BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Join-Path $PSScriptRoot 'ConfigurationSite.psm1') -Force
    Import-Module (Get-ModulePath) -Force
    $suffix = ',DcpWorker.Cmdlets.Commands.SetDcpConfigValueCommand'
    $original = "// Ours.`n{`n  worker: {`n    maxSandboxes: 7, // all but one`n  },`n}`n"
}

Describe 'Setting a value' {
    BeforeEach {
        $site = New-ConfigurationSite $original
        $file = Join-Path $site.Folder 'dcp-site-config.js'
    }

    AfterEach {
        Remove-ConfigurationSite $site
    }

    It 'changes it and leaves the rest byte for byte' {
        Set-DcpConfigValue worker.maxSandboxes 4 | Should -BeNullOrEmpty
        [System.IO.File]::ReadAllText($file) | Should -BeExactly $original.Replace('7', '4')
        Get-DcpConfigValue worker.maxSandboxes -ValueOnly | Should -Be 4
    }

    It 'adds what is not there' {
        Set-DcpConfigValue worker.minimumWage.CPU 0.25
        Get-DcpConfigValue worker.minimumWage.CPU -ValueOnly | Should -Be 0.25
        [System.IO.File]::ReadAllText($file) | Should -BeLike '*// all but one*'
    }

    It 'makes the file when there is none' {
        Remove-Item $file
        Set-DcpConfigValue worker.maxSandboxes 2
        Get-DcpConfigValue worker.maxSandboxes -ValueOnly | Should -Be 2
    }

    It 'writes <Name>' -ForEach @(
        @{ Name = 'a URL from a text'; Key = 'scheduler.location'; Value = 'https://scheduler.example/'; Expected = [uri]'https://scheduler.example/' }
        @{ Name = 'a URL'; Key = 'scheduler.location'; Value = [uri]'https://scheduler.example/'; Expected = [uri]'https://scheduler.example/' }
        @{ Name = 'a Boolean'; Key = 'worker.leavePublicGroup'; Value = $true; Expected = $true }
        @{ Name = 'a number from a text'; Key = 'worker.maxSandboxes'; Value = '12'; Expected = 12 }
        @{ Name = 'a time in seconds'; Key = 'supervisor.sandbox.sliceTimeout'; Value = [timespan]::FromMinutes(5); Expected = 300 }
        @{ Name = 'a list'; Key = 'worker.jobIds'; Value = 'jA', 'jB'; Expected = 'jA', 'jB' }
        @{ Name = 'a list of one from a text'; Key = 'worker.jobIds'; Value = 'jA'; Expected = 'jA' }
        @{ Name = 'quotes and line ends'; Key = 'worker.jobIds'; Value = "a'b`"c`nd"; Expected = "a'b`"c`nd" }
    ) {
        Set-DcpConfigValue $Key $Value
        @(Get-DcpConfigValue $Key -ValueOnly | ForEach-Object { $_ }) | Should -Be $Expected
    }

    It 'writes a hashtable, a level at a time' {
        Set-DcpConfigValue worker.computeGroups @{ ours = @{ joinKey = 'k'; joinSecret = 's' } } -WarningVariable warnings
        $warnings | Should -BeNullOrEmpty
        Get-DcpConfigValue worker.computeGroups.ours.joinKey -ValueOnly | Should -Be 'k'
    }

    It 'writes what a hashtable holds as what it is' {
        Set-DcpConfigValue site.all @{ url = [uri]'https://site.example/'; none = $null; number = [double]::NaN; list = @{ deep = [uri]'https://deep.example/' } } -Force
        Get-DcpConfigValue site.all.url, site.all.list.deep | ForEach-Object Type | Should -Be 'url', 'url'
        (Get-DcpConfigValue site.all.none).Type | Should -Be 'undefined'
        [double]::IsNaN((Get-DcpConfigValue site.all.number -ValueOnly)) | Should -BeTrue
    }

    It 'writes dictionaries of every kind' {
        $generic = [System.Collections.Generic.Dictionary[string, object]]::new()
        $generic['joinKey'] = 'k'
        Set-DcpConfigValue worker.computeGroups @{ ours = $generic; theirs = [ordered]@{ joinKey = 'o' } }
        Get-DcpConfigValue worker.computeGroups.ours.joinKey, worker.computeGroups.theirs.joinKey -ValueOnly | Should -Be 'k', 'o'
    }

    It 'takes a value back with $null' {
        Set-DcpConfigValue worker.maxSandboxes $null
        (Get-DcpConfigValue worker.maxSandboxes).Type | Should -Be 'undefined'
    }

    It 'takes what Get-DcpConfigValue gives' {
        Get-DcpConfigValue worker.maxSandboxes, worker.watchdogInterval | ForEach-Object { $_ | Select-Object Key, @{ Name = 'Value'; Expression = { $_.Value + 1 } } } | Set-DcpConfigValue
        Get-DcpConfigValue worker.maxSandboxes, worker.watchdogInterval -ValueOnly | Should -Be 8, 8
    }

    It 'gives what is in force then with -PassThru' {
        $value = Set-DcpConfigValue worker.maxSandboxes 4 -PassThru
        $value | Should -BeOfType 'DcpWorker.Cmdlets.ConfigValue'
        $value.Value | Should -Be 4
        $value.Origin | Should -Be $file
    }

    It 'does nothing with -WhatIf' {
        Set-DcpConfigValue worker.maxSandboxes 4 -WhatIf -PassThru | Should -BeNullOrEmpty
        [System.IO.File]::ReadAllText($file) | Should -BeExactly $original
    }

    It 'writes into the folder of -ConfigRoot' {
        $other = Join-Path $site.Folder 'other'
        $null = New-Item -ItemType Directory $other
        Set-DcpConfigValue worker.maxSandboxes 4 -ConfigRoot $other
        Join-Path $other 'dcp-site-config.js' | Should -FileContentMatch 'maxSandboxes: 4'
        [System.IO.File]::ReadAllText($file) | Should -BeExactly $original
    }

    It 'keeps the mode of the file, and a link a link' {
        $target = Join-Path $site.Folder 'real.js'
        Move-Item $file $target
        [System.IO.File]::SetUnixFileMode($target, 'UserRead, UserWrite')
        $null = New-Item -ItemType SymbolicLink -Path $file -Target $target
        Set-DcpConfigValue worker.maxSandboxes 4
        (Get-Item $file).LinkType | Should -Be 'SymbolicLink'
        $target | Should -FileContentMatch 'maxSandboxes: 4'
        [System.IO.File]::GetUnixFileMode($target) | Should -Be ([System.IO.UnixFileMode]'UserRead, UserWrite')
    }

    It 'warns when a stronger layer sets it too' {
        $env:DCP_SCHEDULER_LOCATION = 'https://elsewhere.example/'
        Set-DcpConfigValue scheduler.location https://scheduler.example/ -WarningVariable warnings -WarningAction SilentlyContinue
        $warnings[0].Message | Should -BeLike '*DCP_SCHEDULER_LOCATION sets it too*'
    }

    It 'leaves no temporary file' {
        Set-DcpConfigValue worker.maxSandboxes 4
        Get-ChildItem -Force -File $site.Folder | Should -HaveCount 1
    }
}

Describe 'Refusals' {
    BeforeEach {
        $site = New-ConfigurationSite $original
        $file = Join-Path $site.Folder 'dcp-site-config.js'
    }

    AfterEach {
        [System.IO.File]::ReadAllText($file) | Should -BeExactly $original
        Remove-ConfigurationSite $site
    }

    It 'refuses <Name>' -ForEach @(
        @{ Name = 'the wrong type'; Key = 'worker.maxSandboxes'; Value = 'many'; Says = '*takes a whole number*' }
        @{ Name = 'a number out of range'; Key = 'inetDaemon.nice'; Value = 20; Says = '*from 0 to 19*' }
        @{ Name = 'a wrong address'; Key = 'worker.paymentAddress'; Value = '0x12'; Says = '*takes an address*' }
        @{ Name = 'a text that is no URL'; Key = 'scheduler.location'; Value = 'scheduler.example'; Says = '*takes a URL*' }
        @{ Name = 'nothing where there is a URL'; Key = 'evaluator.listen'; Value = $null; Says = '*Invalid URL*' }
        @{ Name = 'a level that there is not'; Key = 'logging.console.level'; Value = 'bogus'; Says = '*logging.console.level takes*' }
        @{ Name = 'a rule that there is not'; Key = 'worker.pauseWhen'; Value = 'load > bananas'; Says = '*worker.pauseWhen*' }
        @{ Name = 'what has no form in a configuration'; Key = 'worker.maxSandboxes'; Value = [datetime]::MinValue; Says = '*DateTime*' }
    ) {
        Set-DcpConfigValue $Key $Value -ErrorAction SilentlyContinue -ErrorVariable errors
        $errors[0].FullyQualifiedErrorId | Should -Be "ConfigValueInvalid$suffix"
        $errors[0].CategoryInfo.Category | Should -Be 'InvalidArgument'
        $errors[0].Exception.Message | Should -BeLike $Says
    }

    It 'refuses what was masked when it was shown: <Name>' -ForEach @(
        @{ Name = 'a secret'; Key = 'worker.computeGroups.ours.joinSecret'; Value = '********' }
        @{ Name = 'what holds one'; Key = 'worker.computeGroups'; Value = @{ ours = @{ joinKey = 'k'; joinSecret = '********' } } }
        @{ Name = 'the password of a URL'; Key = 'scheduler.location'; Value = [uri]'https://me:********@scheduler.example/' }
    ) {
        [pscustomobject]@{ Key = $Key; Value = $Value } | Set-DcpConfigValue -ErrorAction SilentlyContinue -ErrorVariable errors
        $errors | Should -HaveCount 1
        $errors[0].FullyQualifiedErrorId | Should -Be "ConfigValueMasked$suffix"
        $errors[0].CategoryInfo.Category | Should -Be 'InvalidArgument'
    }

    It 'refuses a key that it does not know, and names the nearest' {
        Set-DcpConfigValue worker.maxSandboxs 4 -ErrorAction SilentlyContinue -ErrorVariable errors
        $errors[0].FullyQualifiedErrorId | Should -Be "ConfigKeyNotFound$suffix"
        $errors[0].Exception.Message | Should -BeLike '*worker.maxSandboxes*'
    }

    It 'refuses the default file' {
        $default = Join-Path $site.Folder 'dcp-default-config.js'
        Set-Content $default '{}'
        Set-DcpConfigValue worker.maxSandboxes 4 -ConfigRoot $default -ErrorAction SilentlyContinue -ErrorVariable errors
        $errors[0].FullyQualifiedErrorId | Should -Be "ConfigDefaultFileReadOnly$suffix"
        Get-Content $default | Should -Be '{}'
    }

    It 'says so when there is no such folder' {
        Set-DcpConfigValue worker.maxSandboxes 4 -ConfigRoot (Join-Path $site.Folder 'none') -ErrorAction SilentlyContinue -ErrorVariable errors
        $errors[0].FullyQualifiedErrorId | Should -Be "ConfigRootNotFound$suffix"
    }

    It 'goes on with the next after one that it refused' {
        [pscustomobject]@{ Key = 'no.such'; Value = 1 }, [pscustomobject]@{ Key = 'worker.maxSandboxes'; Value = 7 } |
            Set-DcpConfigValue -ErrorAction SilentlyContinue -ErrorVariable errors -PassThru | ForEach-Object Value | Should -Be 7
        $errors | Should -HaveCount 1
    }
}

Describe 'A key of others' {
    It 'is set with -Force' {
        $site = New-ConfigurationSite $original
        try {
            Set-DcpConfigValue bank.location ([uri]'https://bank.example/') -Force
            Get-DcpConfigValue bank.location -ValueOnly | Should -Be ([uri]'https://bank.example/')
        }
        finally {
            Remove-ConfigurationSite $site
        }
    }
}
