# Runs the recipes of docs/fleet.md as they are written, over real remoting.
BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Join-Path $PSScriptRoot 'ConfigurationSite.psm1') -Force
    $modulePath = Get-ModulePath
    Import-Module $modulePath -Force
    $site = New-ConfigurationSite "{`n  worker: { minimumWage: { CPU: 0.5 } },`n}`n"

    $document = Get-Content -Raw (Join-Path $PSScriptRoot '../../docs/fleet.md')
    $recipes = @{}
    foreach ($block in [regex]::Matches($document, '(?ms)^```powershell id=(\w+)\n(.*?)^```')) {
        $recipes[$block.Groups[1].Value] = [scriptblock]::Create($block.Groups[2].Value)
    }

    # What the reader has: a folder with a list of hosts, SSH to them, and the module where PowerShell looks for it.
    $environment = @{ PATH = $env:PATH; PSModulePath = $env:PSModulePath }
    $folder = Join-Path $TestDrive 'admin'
    $null = New-Item -ItemType Directory $folder
    Push-Location $folder
    Set-Content hosts.txt 'localhost'
    Set-Content passphrase.txt 'known to nobody else'
    $ssh = Join-Path $folder 'ssh'
    Set-Content -LiteralPath $ssh -Value "#!/bin/sh`nexec '$((Get-Process -Id $PID).Path)' -sshs -NoLogo -NoProfile"
    chmod 755 $ssh
    $env:PATH = "$folder`:$env:PATH"
    $env:PSModulePath = "$(Split-Path $modulePath):$env:PSModulePath"
    . $recipes.sessions
    $deployed = Join-Path $site.Home 'default.keystore'
    $made = . $recipes.make 3> $null
}

AfterAll {
    . $recipes.close
    Pop-Location
    $env:PATH = $environment.PATH
    $env:PSModulePath = $environment.PSModulePath
    Remove-ConfigurationSite $site
}

Describe 'The deposit keystore' {
    It 'is made with a passphrase' {
        $made.Label | Should -Be 'deposit'
        $made.HasPassphrase | Should -BeTrue
    }

    It 'is written to a host that has none' {
        $table = . $recipes.rollout
        $report.Change | Should -Be 'written'
        $report.Address | Should -Be $made.Address
        $report.FileMode | Should -Be 'rw-------'
        $report.PSComputerName | Should -Be 'localhost'
        Get-Content -Raw $deployed | Should -BeExactly (Get-Content -Raw deposit.keystore)
        $table | Out-String -Width 200 | Should -Match 'localhost +written'
    }

    It 'is left alone the second time' {
        $before = (Get-Item $deployed).LastWriteTimeUtc
        $null = . $recipes.rollout
        $report.Change | Should -Be 'none'
        (Get-Item $deployed).LastWriteTimeUtc | Should -Be $before
    }

    It 'is put right when others may read it' {
        chmod 644 $deployed
        $null = . $recipes.rollout
        $report.Change | Should -Be 'written'
        $report.FileMode | Should -Be 'rw-------'
    }

    It 'does not take the place of another account' {
        $other = New-DcpKeystore $deployed -AllowEmptyPassphrase -Force -PassThru -WarningAction SilentlyContinue
        $null = . $recipes.rollout
        $report.Change | Should -Be 'refused: holds another account'
        $report.Address | Should -Be $other.Address
    }

    It 'leaves no temporary file' {
        Get-ChildItem -Force $site.Home | ForEach-Object Name | Should -Be 'default.keystore'
    }
}

Describe 'The configuration' {
    It 'does not drift where there is one host' {
        $null = . $recipes.drift
        $values.Key | Should -Contain 'worker.minimumWage.CPU'
        $drift | Should -BeNullOrEmpty
    }

    It 'drifts where a host has a value that another has not' {
        # The same machine by a second session whose configuration is another.
        $second = New-PSSession -HostName localhost
        $first = $sessions
        try {
            $other = Join-Path $TestDrive 'second'
            $null = New-Item -ItemType Directory $other
            Set-Content (Join-Path $other 'dcp-site-config.js') "{ worker: { minimumWage: { CPU: 0.75 } } }"
            Invoke-Command -Session $second { param($root) $env:DCP_CONFIG_ROOT = $root } -ArgumentList $other
            $sessions = @($first) + $second
            $null = . $recipes.drift
            $drift.Key | Sort-Object -Unique | Should -Be 'worker.minimumWage.CPU'
            $drift.Text | Sort-Object | Should -Be '0.5', '0.75'
        }
        finally {
            $sessions = $first
            Remove-PSSession $second
        }
    }

    It 'drifts where two hosts differ in letter case only' {
        $folders = 'upper', 'lower' | ForEach-Object { (New-Item -ItemType Directory (Join-Path $TestDrive $_)).FullName }
        Set-Content (Join-Path $folders[0] 'dcp-site-config.js') "{ worker: { computeGroups: { a: { joinKey: 'Team' }, Own: { joinKey: 'own' }, b: { joinKey: 'same' } } } }"
        Set-Content (Join-Path $folders[1] 'dcp-site-config.js') "{ worker: { computeGroups: { a: { joinKey: 'team' }, own: { joinKey: 'own' }, b: { joinKey: 'same' } } } }"
        $first = $sessions
        $sessions = $folders | ForEach-Object { New-PSSession -HostName localhost }
        try {
            0, 1 | ForEach-Object { Invoke-Command -Session $sessions[$_] { param($root) $env:DCP_CONFIG_ROOT = $root } -ArgumentList $folders[$_] }
            $null = . $recipes.drift
            $names = [string[]]($drift | ForEach-Object { "$($_.Key)=$($_.Text)" })
            [array]::Sort($names, [StringComparer]::Ordinal)
            $names | Should -BeExactly 'worker.computeGroups.Own.joinKey="own"', 'worker.computeGroups.a.joinKey="Team"', 'worker.computeGroups.a.joinKey="team"', 'worker.computeGroups.own.joinKey="own"'
        }
        finally {
            Remove-PSSession $sessions
            $sessions = $first
        }
    }

    It 'is set everywhere, and the second time nothing changes' {
        . $recipes.set
        $file = Join-Path $site.Folder 'dcp-site-config.js'
        $text = [System.IO.File]::ReadAllText($file)
        $text | Should -BeLike '*maxSandboxes: 3*'
        . $recipes.set
        [System.IO.File]::ReadAllText($file) | Should -BeExactly $text
    }
}

Describe 'The smoke test' {
    It 'tells what is wrong with a host and what to do, and nothing of what is sound' {
        Invoke-Command -Session $sessions { $env:DCP_SCHEDULER_LOCATION = 'http://localhost:9/' }
        $table = . $recipes.smoke
        $scheduler = $wrong | Where-Object Name -EQ Scheduler
        "$($scheduler.Status)" | Should -Be 'Failed'
        $scheduler.PSComputerName | Should -Be 'localhost'
        $scheduler.Remedy | Should -Not -BeNullOrEmpty
        $wrong.Name | Should -Not -Contain 'Configuration'
        $table | Out-String -Width 200 | Should -Match 'localhost +Scheduler +Failed'
    }
}
