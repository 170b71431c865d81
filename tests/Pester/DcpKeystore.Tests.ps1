BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Join-Path $PSScriptRoot 'ConfigurationSite.psm1') -Force
    $modulePath = Get-ModulePath
    Import-Module $modulePath -Force
    $site = New-ConfigurationSite
    $secret = New-Secret 'correct horse'
    $other = New-Secret 'battery staple'
    $passphraseFile = Join-Path $TestDrive 'passphrase'
    [System.IO.File]::WriteAllText($passphraseFile, "correct horse`r`nand a second line")
    # Key and address of a published example: the first test vector of Web3 Secret Storage.
    $key = '7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d'
    $keyAddress = '0x008AeEda4D805471dF9b2A5B0f38A0C3bCBA786b'
    $namespace = 'DcpWorker.Cmdlets.Commands'

    function New-Path { Join-Path $TestDrive "$([guid]::NewGuid().ToString('N')).keystore" }
}

AfterAll {
    Remove-ConfigurationSite $site
}

Describe 'New-DcpKeystore' {
    It 'makes a keystore that the passphrase opens and no other' {
        $path = New-Path
        New-DcpKeystore $path -Passphrase $secret -Light -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        Test-DcpKeystore $path -Passphrase $secret | Should -BeTrue
        Test-DcpKeystore $path -Passphrase $other | Should -BeFalse
    }

    It 'says what it made with -PassThru, and never the key' {
        $path = New-Path
        $made = New-DcpKeystore $path -Label 'ours' -Passphrase $secret -PrivateKey (New-Secret $key) -Light -PassThru -WarningAction SilentlyContinue -WarningVariable warnings -Verbose 4>&1
        $info = $made | Where-Object { $_ -is [DcpWorker.Cmdlets.KeystoreInfo] }
        $info.Path | Should -Be $path
        $info.Address | Should -BeExactly $keyAddress
        $info.Label | Should -Be 'ours'
        $info.Kdf | Should -Be 'scrypt n=4096 r=8 p=6'
        $info.HasPassphrase | Should -BeTrue
        "$($made | Out-String) $($info | ConvertTo-Json) $warnings $(Get-Content $path)" | Should -Not -Match $key
    }

    It 'puts a new account into each' {
        $infos = 1..3 | ForEach-Object { New-DcpKeystore (New-Path) -AllowEmptyPassphrase -PassThru -WarningAction SilentlyContinue }
        $infos | ForEach-Object Address | Sort-Object -Unique | Should -HaveCount 3
        $infos | ForEach-Object Address | Should -Match '^0x[0-9a-fA-F]{40}$'
    }

    It 'makes the default.keystore of the site when no path is given' {
        New-DcpKeystore -AllowEmptyPassphrase -WarningAction SilentlyContinue
        $info = Get-DcpKeystore
        $info.Path | Should -Be (Join-Path $site.Home 'default.keystore')
        $info.Label | Should -Be 'default'
    }

    It 'makes a file that only its owner may read, in a folder of that kind' {
        $path = Join-Path $TestDrive 'new-folder/a.keystore'
        New-DcpKeystore $path -AllowEmptyPassphrase -WarningAction SilentlyContinue
        [System.IO.File]::GetUnixFileMode($path) | Should -Be ([System.IO.UnixFileMode]'UserRead, UserWrite')
        [System.IO.File]::GetUnixFileMode((Split-Path $path)) | Should -Be ([System.IO.UnixFileMode]'UserRead, UserWrite, UserExecute')
    }

    It 'takes the passphrase from the first line of -PassphraseFile' {
        $path = New-Path
        New-DcpKeystore $path -PassphraseFile $passphraseFile -Light -WarningAction SilentlyContinue
        Test-DcpKeystore $path -Passphrase $secret | Should -BeTrue
    }

    It 'uses <Expected> for <Name>' -ForEach @(
        @{ Name = '-Kdf Network'; Parameters = @{ Kdf = 'Network' }; Expected = 'scrypt n=1024 r=8 p=1' }
        @{ Name = '-Kdf Light'; Parameters = @{ Kdf = 'Light' }; Expected = 'scrypt n=4096 r=8 p=6' }
        @{ Name = '-Light'; Parameters = @{ Light = $true }; Expected = 'scrypt n=4096 r=8 p=6' }
        @{ Name = 'nothing else'; Parameters = @{}; Expected = 'scrypt n=262144 r=8 p=1' }
    ) {
        (New-DcpKeystore (New-Path) -Passphrase $secret @Parameters -PassThru -WarningAction SilentlyContinue).Kdf | Should -Be $Expected
    }

    It 'takes path and label from properties of what the pipeline carries' {
        $paths = (New-Path), (New-Path)
        [pscustomobject]@{ Path = $paths[0]; Label = 'first' }, [pscustomobject]@{ Path = $paths[1]; Label = 'second' } |
            New-DcpKeystore -AllowEmptyPassphrase -PassThru -WarningAction SilentlyContinue | ForEach-Object Label | Should -Be 'first', 'second'
    }

    It 'does nothing with -WhatIf' {
        $path = New-Path
        New-DcpKeystore $path -AllowEmptyPassphrase -PassThru -WhatIf | Should -BeNullOrEmpty
        Test-Path $path | Should -BeFalse
    }

    It 'replaces nothing without -Force' {
        $path = New-Path
        New-DcpKeystore $path -AllowEmptyPassphrase -WarningAction SilentlyContinue
        $before = Get-FileHash $path
        New-DcpKeystore $path -AllowEmptyPassphrase -ErrorAction SilentlyContinue -ErrorVariable errors
        $errors[0].FullyQualifiedErrorId | Should -Be "KeystoreExists,$namespace.NewDcpKeystoreCommand"
        $errors[0].CategoryInfo.Category | Should -Be 'ResourceExists'
        $errors[0].TargetObject | Should -Be $path
        (Get-FileHash $path).Hash | Should -Be $before.Hash
        New-DcpKeystore $path -AllowEmptyPassphrase -Force -WarningAction SilentlyContinue
        (Get-FileHash $path).Hash | Should -Not -Be $before.Hash
    }

    It 'says that a keystore cannot be revoked: a warning once, then verbose' {
        $lines = Invoke-FreshPwsh @"
Import-Module '$modulePath'
New-DcpKeystore '$(New-Path)' -AllowEmptyPassphrase -WarningVariable first -WarningAction SilentlyContinue
New-DcpKeystore '$(New-Path)' -AllowEmptyPassphrase -WarningVariable second -Verbose 4>&1 | ForEach-Object Message
`$first.Message; "`$(`$second.Count) more"
"@
        ($lines -join ' ') -split 'cannot be revoked' | Should -HaveCount 3
        $lines[-1] | Should -Be '0 more'
    }

    It 'fails with <Id> for <Name>' -ForEach @(
        @{ Id = 'PassphraseEmpty'; Name = 'an empty passphrase'; Parameters = { @{ Passphrase = New-Secret '' } } }
        @{ Id = 'PassphraseFileNotFound'; Name = 'a file that is not there'; Parameters = { @{ PassphraseFile = Join-Path $TestDrive 'none' } } }
        @{ Id = 'PrivateKeyMalformed'; Name = 'what is no key'; Parameters = { @{ Passphrase = $secret; PrivateKey = New-Secret 'abc' } } }
        @{ Id = 'KdfAmbiguous'; Name = 'two derivations'; Parameters = { @{ Passphrase = $secret; Light = $true; Kdf = 'Standard' } } }
    ) {
        $path = New-Path
        $splat = & $Parameters
        New-DcpKeystore $path @splat -ErrorAction SilentlyContinue -ErrorVariable errors
        $errors[0].FullyQualifiedErrorId | Should -Be "$Id,$namespace.NewDcpKeystoreCommand"
        $errors[0].CategoryInfo.Category | Should -Not -Be 'NotSpecified'
        Test-Path $path | Should -BeFalse
    }

    It 'never asks where nobody can answer: <_>' -ForEach 'a non-interactive shell', 'a job', 'remoting' {
        $path = New-Path
        $script = { param($module, $path) Import-Module $module; try { New-DcpKeystore $path -ErrorAction Stop } catch { $_.FullyQualifiedErrorId } }
        $id = switch ($_) {
            'a job' { Start-Job $script -ArgumentList $modulePath, $path | Receive-Job -Wait -AutoRemoveJob }
            'remoting' {
                $session = New-LoopbackSession
                try { Invoke-Command -Session $session $script -ArgumentList $modulePath, $path } finally { Remove-PSSession $session }
            }
            default { Invoke-FreshPwsh "& {$script} '$modulePath' '$path'" }
        }
        $id | Should -Be "PassphraseRequired,$namespace.NewDcpKeystoreCommand"
    }

    It 'ends within a second of Ctrl-C, and leaves nothing behind' {
        $folder = Join-Path $TestDrive 'stopped'
        $null = New-Item -ItemType Directory $folder
        $pipeline = Start-Pipeline 'param($Path, $Secret) while ($true) { New-DcpKeystore $Path -Passphrase $Secret -Force }' @{ Path = Join-Path $folder 'a.keystore'; Secret = $secret }
        $null = Wait-Until { $pipeline.Shell.Streams.Progress.Count -gt 3 }
        $pipeline.Shell.Streams.Progress[0].Activity | Should -Be 'Making a keystore'
        (Stop-Pipeline $pipeline).TotalSeconds | Should -BeLessThan 1.5
        Wait-Until -Because 'a temporary file is still there' { -not (Get-ChildItem -Force $folder -Filter '*.tmp') } | Should -BeTrue
    }
}

Describe 'Get-DcpKeystore' {
    BeforeAll {
        $folder = Join-Path $TestDrive 'some'
        $null = New-Item -ItemType Directory $folder
        $a = New-DcpKeystore "$folder/a.keystore" -AllowEmptyPassphrase -PassThru -WarningAction SilentlyContinue
        $b = New-DcpKeystore "$folder/b[1].keystore" -Label 'second' -Passphrase $secret -Light -PassThru -WarningAction SilentlyContinue
    }

    It 'tells address, label, derivation, mode and whether there is a passphrase' {
        $info = Get-DcpKeystore "$folder/a.keystore"
        $info | Should -BeOfType 'DcpWorker.Cmdlets.KeystoreInfo'
        $info.Address | Should -Be $a.Address
        $info.Label | Should -Be 'a'
        $info.Kdf | Should -Be 'scrypt n=1024 r=8 p=1'
        $info.FileMode | Should -Be 'rw-------'
        $info.IsOpenToOthers | Should -BeFalse
        $info.HasPassphrase | Should -BeFalse
        $info.Version | Should -Be 3
    }

    It 'takes wildcards' {
        Get-DcpKeystore "$folder/*.keystore" | ForEach-Object Address | Should -Be $a.Address, $b.Address
        Get-DcpKeystore "$folder/*.none" -ErrorAction Stop | Should -BeNullOrEmpty
    }

    It 'takes a path literally with -LiteralPath' {
        $info = Get-DcpKeystore -LiteralPath "$folder/b[1].keystore"
        $info.Address | Should -Be $b.Address
        $info.HasPassphrase | Should -BeTrue
    }

    It 'takes files from the pipeline' {
        Get-ChildItem "$folder/*.keystore" | Get-DcpKeystore | ForEach-Object Address | Should -Be $a.Address, $b.Address
        "$folder/a.keystore" | Get-DcpKeystore | ForEach-Object Address | Should -Be $a.Address
        $a | Get-DcpKeystore | ForEach-Object Address | Should -Be $a.Address
    }

    It 'warns of a file that others may read' {
        chmod 644 "$folder/a.keystore"
        try {
            $info = Get-DcpKeystore "$folder/a.keystore" -WarningVariable warnings -WarningAction SilentlyContinue
            $info.IsOpenToOthers | Should -BeTrue
            $info.FileMode | Should -Be 'rw-r--r--'
            $warnings[0].Message | Should -BeLike '*chmod 600*'
        }
        finally {
            chmod 600 "$folder/a.keystore"
        }
    }

    It 'is the error <Id> for <Name>, and goes on' -ForEach @(
        @{ Id = 'KeystoreNotFound'; Name = 'a file that is not there'; Text = $null; Category = 'ObjectNotFound' }
        @{ Id = 'KeystoreMalformed'; Name = 'what is no keystore'; Text = '{ "version": 3 }'; Category = 'InvalidData' }
        @{ Id = 'KeystoreMalformed'; Name = 'malicious parameters'; Category = 'InvalidData'
            Text = '{"version":3,"crypto":{"cipher":"aes-128-ctr","ciphertext":"00","cipherparams":{"iv":"00000000000000000000000000000000"},"kdf":"scrypt","kdfparams":{"n":1099511627776,"r":8,"p":1,"dklen":32,"salt":"00"},"mac":"0000000000000000000000000000000000000000000000000000000000000000"}}' }
    ) {
        $path = New-Path
        if ($Text) { Set-Content $path $Text }
        Get-DcpKeystore $path, "$folder/a.keystore" -ErrorAction SilentlyContinue -ErrorVariable errors | ForEach-Object Address | Should -Be $a.Address
        $errors | Should -HaveCount 1
        $errors[0].FullyQualifiedErrorId | Should -Be "$Id,$namespace.GetDcpKeystoreCommand"
        $errors[0].CategoryInfo.Category | Should -Be $Category
        $errors[0].TargetObject | Should -Be $path
    }

    It 'shows a table that fits 100 columns' {
        $lines = Get-DcpKeystore "$folder/*" | Out-String -Width 100 -Stream
        $lines | Where-Object Length -GT 100 | Should -BeNullOrEmpty
        $lines -match "^$($a.Address) +a +no +rw------- +a.keystore" | Should -Not -BeNullOrEmpty
    }

    It 'is of use over remoting' {
        $session = New-LoopbackSession
        try {
            $info = Invoke-Command -Session $session { param($module, $path) Import-Module $module; Get-DcpKeystore $path } -ArgumentList $modulePath, "$folder/a.keystore"
            $info.Address | Should -Be $a.Address
            $info.HasPassphrase | Should -BeFalse
            $info | Out-String -Width 100 | Should -Match $a.Address
        }
        finally {
            Remove-PSSession $session
        }
    }
}

Describe 'Set-DcpKeystorePassphrase' {
    BeforeEach {
        $path = New-Path
        $info = New-DcpKeystore $path -Passphrase $secret -Light -PassThru -WarningAction SilentlyContinue
        $suffix = ',DcpWorker.Cmdlets.Commands.SetDcpKeystorePassphraseCommand'
    }

    It 'changes it and keeps the account, the label and the mode' {
        $changed = Set-DcpKeystorePassphrase $path -OldPassphrase $secret -NewPassphrase $other -Kdf Light -PassThru
        $changed.Address | Should -Be $info.Address
        $changed.Label | Should -Be $info.Label
        $changed.Id | Should -Be $info.Id
        $changed.FileMode | Should -Be 'rw-------'
        Test-DcpKeystore $path -Passphrase $other | Should -BeTrue
        Test-DcpKeystore $path -Passphrase $secret | Should -BeFalse
    }

    It 'gives one to a keystore without, and takes it away again' {
        Set-DcpKeystorePassphrase $path -OldPassphraseFile $passphraseFile -AllowEmptyPassphrase
        (Get-DcpKeystore $path).HasPassphrase | Should -BeFalse
        Set-DcpKeystorePassphrase $path -NewPassphraseFile $passphraseFile -Kdf Light
        Test-DcpKeystore $path -Passphrase $secret | Should -BeTrue
    }

    It 'changes nothing with <Name>, the error <Id>' -ForEach @(
        @{ Name = 'a wrong passphrase'; Id = 'WrongPassphrase'; Parameters = { @{ OldPassphrase = $other; NewPassphrase = $other } } }
        @{ Name = 'none, where nobody can be asked'; Id = 'PassphraseRequired'; Parameters = { @{ NewPassphrase = $other } } }
        @{ Name = 'an empty new one'; Id = 'PassphraseEmpty'; Parameters = { @{ OldPassphrase = $secret; NewPassphrase = New-Secret '' } } }
    ) {
        $before = (Get-FileHash $path).Hash
        $splat = & $Parameters
        $errors = Receive-Pipeline (Start-Pipeline 'param($Path, $Splat) Set-DcpKeystorePassphrase $Path @Splat -ErrorAction SilentlyContinue -ErrorVariable errors; $errors' @{ Path = $path; Splat = $splat })
        $errors[0].FullyQualifiedErrorId | Should -Be "$Id$suffix"
        (Get-FileHash $path).Hash | Should -Be $before
    }

    It 'changes what a link leads to, and makes it its owner''s alone' {
        $real = New-Path
        New-DcpKeystore $real -Passphrase $secret -Light -WarningAction SilentlyContinue
        chmod 640 $real
        $link = New-Path
        $null = New-Item -ItemType SymbolicLink $link -Target $real
        $changed = Set-DcpKeystorePassphrase $link -OldPassphrase $secret -NewPassphrase $other -Kdf Light -PassThru
        $changed.FileMode | Should -Be 'rw-------'
        Test-DcpKeystore $real -Passphrase $other | Should -BeTrue
        (Get-Item $link).LinkTarget | Should -Be $real
    }

    It 'refuses two ways to say the same' {
        { Set-DcpKeystorePassphrase $path -NewPassphrase $other -AllowEmptyPassphrase } | Should -Throw -ErrorId "PassphraseAmbiguous$suffix"
    }

    It 'is the error KeystoreNotFound when there is none' {
        { Set-DcpKeystorePassphrase (New-Path) -AllowEmptyPassphrase -ErrorAction Stop } | Should -Throw -ErrorId "KeystoreNotFound$suffix"
    }

    It 'does nothing with -WhatIf' {
        $before = (Get-FileHash $path).Hash
        Set-DcpKeystorePassphrase $path -OldPassphrase $secret -NewPassphrase $other -WhatIf
        (Get-FileHash $path).Hash | Should -Be $before
    }

    It 'leaves the old file when it is stopped' {
        $before = (Get-FileHash $path).Hash
        $pipeline = Start-Pipeline 'param($Path, $Old, $New) Set-DcpKeystorePassphrase $Path -OldPassphrase $Old -NewPassphrase $New' @{ Path = $path; Old = $secret; New = $other }
        $null = Wait-Until { $pipeline.Shell.Streams.Progress.Count -gt 0 }
        (Stop-Pipeline $pipeline).TotalSeconds | Should -BeLessThan 1.5
        (Get-FileHash $path).Hash | Should -Be $before
    }
}

Describe 'Test-DcpKeystore' {
    BeforeAll {
        $path = New-Path
        $info = New-DcpKeystore $path -Passphrase $secret -Light -PassThru -WarningAction SilentlyContinue
        $empty = New-Path
        New-DcpKeystore $empty -AllowEmptyPassphrase -WarningAction SilentlyContinue
    }

    It 'is one Boolean for each' {
        Test-DcpKeystore $path, $empty | Should -Be $true, $false
        Test-DcpKeystore $path | Should -BeOfType bool
    }

    It 'is an object for each check with -Detailed' {
        $checks = Test-DcpKeystore $path -Passphrase $secret -Detailed
        $checks | Should -BeOfType 'DcpWorker.Cmdlets.KeystoreCheck'
        $checks.Name | Should -Be 'Format', 'Address', 'FileMode', 'EmptyPassphrase', 'Passphrase'
        $checks.Status | ForEach-Object { "$_" } | Sort-Object -Unique | Should -Be 'Passed'
        $checks | Out-String -Width 100 | Should -Match 'Check +Status +Detail'
    }

    It 'fails without a passphrase outside the folder of the site, unless that is allowed' {
        $check = Test-DcpKeystore $empty -Detailed | Where-Object Status -EQ Failed
        $check.Name | Should -Be 'EmptyPassphrase'
        $check.Remedy | Should -BeLike '*Set-DcpKeystorePassphrase*'
        Test-DcpKeystore $empty -AllowEmptyPassphrase | Should -BeTrue
        $own = Join-Path $site.Home 'own.keystore'
        New-DcpKeystore $own -AllowEmptyPassphrase -WarningAction SilentlyContinue
        Test-DcpKeystore $own | Should -BeTrue
    }

    It 'fails when others may read it' {
        $copy = New-Path
        Copy-Item $path $copy
        chmod 640 $copy
        $check = Test-DcpKeystore $copy -Detailed | Where-Object Status -EQ Failed
        $check.Name | Should -Be 'FileMode'
        $check.Remedy | Should -BeLike '*chmod 600*'
    }

    It 'fails, and is no error, for what is not there or no keystore' {
        $text = New-Path
        Set-Content $text 'words'
        Test-DcpKeystore (New-Path), $text -ErrorAction Stop | Should -Be $false, $false
    }

    It 'fails when it holds the key of another account than it says' {
        $copy = New-Path
        Set-Content $copy ((Get-Content -Raw $path).Replace($info.Address.Substring(2).ToLowerInvariant(), '00' * 20))
        chmod 600 $copy
        $check = Test-DcpKeystore $copy -Passphrase $secret -Detailed | Where-Object Status -EQ Failed
        $check.Name | Should -Be 'Passphrase'
        $check.Detail | Should -BeLike "*claims to be of*$($info.Address)*"
    }

    It 'takes the passphrase from a file' {
        Test-DcpKeystore $path -PassphraseFile $passphraseFile | Should -BeTrue
    }

    It 'works in Start-Job' {
        Start-Job { param($module, $path) Import-Module $module; Test-DcpKeystore $path } -ArgumentList $modulePath, $path |
            Receive-Job -Wait -AutoRemoveJob | Should -BeTrue
    }
}
