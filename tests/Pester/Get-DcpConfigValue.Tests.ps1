BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Join-Path $PSScriptRoot 'ConfigurationSite.psm1') -Force
    $modulePath = Get-ModulePath
    Import-Module $modulePath -Force
    $suffix = ',DcpWorker.Cmdlets.Commands.GetDcpConfigValueCommand'
    $site = New-ConfigurationSite @'
// The site's own.
{
  scheduler: { location: url('https://scheduler.example/') },
  worker: {
    maxSandboxes: 7,
    minimumWage: { CPU: 0.5 },
    jobIds: ['jA', 'jB'],
    leavePublicGroup: true,
    computeGroups: { ours: { joinKey: 'key', joinSecret: 'hush' } },
    paymentAddress: null,
  },
  site: { text: 'words', when: url('https://user:hush@host.example/path'), big: 9007199254740991, pattern: /a+b/i, list: [1, 'two', { three: 3 }], secret: ['hush'] },
}
'@
}

AfterAll {
    Remove-ConfigurationSite $site
}

Describe 'One key' {
    BeforeAll {
        $value = Get-DcpConfigValue worker.maxSandboxes
    }

    It 'is an object of a type that scripts can name' {
        $value | Should -BeOfType 'DcpWorker.Cmdlets.ConfigValue'
        [DcpWorker.Cmdlets.ConfigValue].FullName | Should -Be 'DcpWorker.Cmdlets.ConfigValue'
    }

    It 'has Key, Value, Type, Origin, Line and IsDefault' {
        $value.Key | Should -Be 'worker.maxSandboxes'
        $value.Value | Should -Be 7
        $value.Type | Should -Be 'number'
        $value.Origin | Should -Be (Join-Path $site.Folder 'dcp-site-config.js')
        $value.Line | Should -Be 5
        $value.IsDefault | Should -BeFalse
    }

    It 'is a default, of the shipped file, when the site says nothing' {
        $default = Get-DcpConfigValue worker.watchdogInterval
        $default.Value | Should -Be 7
        $default.IsDefault | Should -BeTrue
        $default.Origin | Should -BeLike '*dcp-default-config.js'
        $default.Line | Should -BeGreaterThan 0
    }

    It 'may be written in any letter case' {
        (Get-DcpConfigValue WORKER.MAXSANDBOXES).Key | Should -BeExactly 'worker.maxSandboxes'
    }

    It 'may be a member of a URL' {
        Get-DcpConfigValue scheduler.location.hostname -ValueOnly | Should -Be 'scheduler.example'
    }

    It 'may be an element of a list' {
        Get-DcpConfigValue worker.jobIds.1 -ValueOnly | Should -Be 'jB'
    }

    It 'is weaker than the environment, whose variable is the origin' {
        $env:DCP_SCHEDULER_LOCATION = 'https://elsewhere.example/'
        try {
            $value = Get-DcpConfigValue scheduler.location
            $value.Value | Should -Be ([uri]'https://elsewhere.example/')
            $value.Origin | Should -Be 'DCP_SCHEDULER_LOCATION'
            $value.Line | Should -BeNullOrEmpty
        }
        finally {
            Remove-Item Env:DCP_SCHEDULER_LOCATION
        }
    }
}

Describe 'A value in PowerShell' {
    It '<Key> is <Type>' -ForEach @(
        @{ Key = 'worker.maxSandboxes'; Type = 'int'; Kind = 'number' }
        @{ Key = 'worker.minimumWage.CPU'; Type = 'double'; Kind = 'number' }
        @{ Key = 'site.big'; Type = 'long'; Kind = 'number' }
        @{ Key = 'worker.leavePublicGroup'; Type = 'bool'; Kind = 'boolean' }
        @{ Key = 'site.text'; Type = 'string'; Kind = 'string' }
        @{ Key = 'scheduler.location'; Type = 'uri'; Kind = 'url' }
        @{ Key = 'worker.minimumWage'; Type = 'pscustomobject'; Kind = 'object' }
        @{ Key = 'site.pattern'; Type = 'string'; Kind = 'regexp' }
    ) {
        $value = Get-DcpConfigValue $Key
        $value.Value | Should -BeOfType $Type
        $value.Type | Should -Be $Kind
    }

    It 'is an array of what the list holds' {
        $value = Get-DcpConfigValue site.list
        , $value.Value | Should -BeOfType array
        $value.Value[0] | Should -Be 1
        $value.Value[1] | Should -Be 'two'
        $value.Value[2].three | Should -Be 3
    }

    It 'is null for <_>' -ForEach 'null', 'undefined' {
        $key = @{ null = 'worker.paymentAddress'; undefined = 'inetDaemon.maxConnections' }[$_]
        $value = Get-DcpConfigValue $key
        $value.Value | Should -BeNullOrEmpty
        $value.Type | Should -Be $_
    }

    It 'is masked when it is a secret, wherever it is' {
        $shown = @(
            Get-DcpConfigValue -All | Out-String -Width 500
            Get-DcpConfigValue -All | ConvertTo-Json -Depth 9
            Get-DcpConfigValue -All -AsJson
            Get-DcpConfigValue worker -ValueOnly | ConvertTo-Json -Depth 9
            Get-DcpConfigValue worker.computeGroups.ours.joinSecret -ValueOnly
            Get-DcpConfigValue site.when -ValueOnly
            Get-DcpConfigValue site.when.href, site.when.auth -ValueOnly
            Get-DcpConfigValue site.when.href -AsJson
            Get-DcpConfigValue site.secret -ValueOnly | ConvertTo-Json
        ) -join ' '
        $shown | Should -Not -Match 'hush'
        $shown | Should -Match '\*\*\*\*'
    }
}

Describe 'Several keys' {
    It 'come in the order in which they were asked for' {
        Get-DcpConfigValue worker.maxSandboxes, scheduler.location | ForEach-Object Key | Should -Be 'worker.maxSandboxes', 'scheduler.location'
    }

    It 'come from the pipeline' {
        'worker.maxSandboxes', 'site.text' | Get-DcpConfigValue -ValueOnly | Should -Be 7, 'words'
    }

    It 'come from a property of what the pipeline carries' {
        [pscustomobject]@{ Key = 'site.text' } | Get-DcpConfigValue -ValueOnly | Should -Be 'words'
    }

    It 'can be asked for again with what was given' {
        Get-DcpConfigValue site.text | Get-DcpConfigValue -ValueOnly | Should -Be 'words'
    }

    It 'come by wildcards' {
        (Get-DcpConfigValue 'worker.minimumWage.*').Key | Should -Be 'worker.minimumWage.CPU', 'worker.minimumWage.GPU', 'worker.minimumWage.in', 'worker.minimumWage.out'
        (Get-DcpConfigValue '*.TEXT').Key | Should -Be 'site.text'
    }

    It 'are none, and no error, when a wildcard matches nothing' {
        Get-DcpConfigValue 'nothing.*' -ErrorAction Stop | Should -BeNullOrEmpty
    }

    It 'are all with -All' {
        $all = Get-DcpConfigValue -All
        $all.Count | Should -BeGreaterThan 40
        $all.Key | Should -Contain 'worker.maxSandboxes'
        $all.Key | Should -Contain 'site.pattern'
        $all.Key | Sort-Object -Unique | Should -HaveCount $all.Count
    }
}

Describe 'JSON' {
    It 'is one text for a key' {
        Get-DcpConfigValue worker.minimumWage -AsJson | ConvertFrom-Json | ForEach-Object CPU | Should -Be 0.5
    }

    It 'is one text for each of several keys' {
        Get-DcpConfigValue worker.maxSandboxes, site.text, inetDaemon.maxConnections -AsJson | Should -Be '7', '"words"', 'null'
    }

    It 'is the whole tree with -All' {
        $tree = Get-DcpConfigValue -All -AsJson
        $tree | Should -HaveCount 1
        ($tree | ConvertFrom-Json).worker.jobIds | Should -Be 'jA', 'jB'
    }
}

Describe 'An unknown key' {
    It 'is the error ConfigKeyNotFound, with the names that may be meant' {
        Get-DcpConfigValue worker.maxSandboxs -ErrorAction SilentlyContinue -ErrorVariable errors | Should -BeNullOrEmpty
        $errors | Should -HaveCount 1
        $errors[0].FullyQualifiedErrorId | Should -Be "ConfigKeyNotFound$suffix"
        $errors[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $errors[0].TargetObject | Should -Be 'worker.maxSandboxs'
        $errors[0].Exception.Message | Should -BeLike '*worker.maxSandboxes*'
    }

    It 'does not keep the others from being answered' {
        Get-DcpConfigValue no.such.key, site.text -ValueOnly -ErrorAction SilentlyContinue | Should -Be 'words'
    }
}

Describe 'Another configuration' {
    It 'is read from -ConfigRoot' {
        $folder = Join-Path $TestDrive 'other'
        $null = New-Item -ItemType Directory $folder
        Set-Content (Join-Path $folder 'dcp-site-config.js') '{ worker: { maxSandboxes: 3 } }'
        Get-DcpConfigValue worker.maxSandboxes -ValueOnly -ConfigRoot $folder | Should -Be 3
        Push-Location $TestDrive
        try {
            Get-DcpConfigValue worker.maxSandboxes -ValueOnly -ConfigRoot ./other | Should -Be 3
        }
        finally {
            Pop-Location
        }
    }

    It 'that cannot be used is the error ConfigurationInvalid, with file and line' {
        $folder = Join-Path $TestDrive 'broken'
        $null = New-Item -ItemType Directory $folder
        Set-Content (Join-Path $folder 'dcp-site-config.js') "{`n  worker: {`n    maxSandboxes: 3 4,`n  },`n}"
        $caught = { Get-DcpConfigValue -All -ConfigRoot $folder } | Should -Throw -ErrorId "ConfigurationInvalid$suffix" -PassThru
        $caught.Exception.Message | Should -BeLike "*broken/dcp-site-config.js:3*"
        $caught.CategoryInfo.Category | Should -Be 'InvalidData'
    }

    It 'warns of what has no effect, once for all the keys of a pipeline' {
        $folder = Join-Path $TestDrive 'odd'
        $null = New-Item -ItemType Directory $folder
        Set-Content (Join-Path $folder 'dcp-site-config.js') '{ worker: { maxSandboxs: 3 } }'
        $null = 'worker.maxSandboxes', 'scheduler.location', 'evaluator.listen' | Get-DcpConfigValue -ConfigRoot $folder -WarningVariable warnings -WarningAction SilentlyContinue
        $warnings | Should -HaveCount 1
        $warnings[0].Message | Should -BeLike '*worker.maxSandboxs is not known*worker.maxSandboxes*'
    }
}

Describe 'Around it' {
    It 'completes keys, those of the site too' {
        (TabExpansion2 'Get-DcpConfigValue worker.maxSa').CompletionMatches.CompletionText | Should -Be 'worker.maxSandboxes'
        (TabExpansion2 'Get-DcpConfigValue site.te').CompletionMatches.CompletionText | Should -Be 'site.text'
        (TabExpansion2 'Get-DcpConfigValue worker.maxS').CompletionMatches[0].ToolTip | Should -Be 'Sandboxes at once.'
    }

    It 'shows a table that fits 100 columns' {
        $lines = Get-DcpConfigValue -All | Out-String -Width 100 -Stream
        $lines | Where-Object Length -GT 100 | Should -BeNullOrEmpty
        $lines -match '^worker.maxSandboxes +7 +dcp-site-config.js:5' | Should -Not -BeNullOrEmpty
        $lines -match '^worker.jobIds +\[jA, jB\]' | Should -Not -BeNullOrEmpty
    }

    It 'works in Start-Job' {
        $job = Start-Job { Import-Module $using:modulePath; Get-DcpConfigValue worker.maxSandboxes }
        ($job | Receive-Job -Wait -AutoRemoveJob).Value | Should -Be 7
    }

    It 'gives values over remoting that are still numbers, URLs, lists and objects' {
        $session = New-LoopbackSession
        try {
            $values = Invoke-Command -Session $session {
                param($path)
                Import-Module $path
                Get-DcpConfigValue worker.maxSandboxes, scheduler.location, site.list, worker
            } -ArgumentList $modulePath
            $values[0].Value | Should -BeOfType int
            $values[1].Value | Should -BeOfType uri
            $values[2].Value | Should -HaveCount 3
            $values[2].Value[2].three | Should -Be 3
            $values[3].Value.minimumWage.CPU | Should -Be 0.5
            $values[3].PSObject.TypeNames[0] | Should -Be 'Deserialized.DcpWorker.Cmdlets.ConfigValue'
            $values | Out-String -Width 140 | Should -Match 'worker.maxSandboxes +7 +dcp-site-config.js:5'
        }
        finally {
            Remove-PSSession $session
        }
    }

    It 'answers at once in a fresh shell' {
        $times = foreach ($i in 1..3) {
            [double](Invoke-FreshPwsh "Import-Module '$modulePath'; (Measure-Command { Get-DcpConfigValue scheduler.location }).TotalMilliseconds")
        }
        Write-Host "    the first Get-DcpConfigValue of a shell: $(($times | ForEach-Object { '{0:N0}' -f $_ }) -join ', ') ms"
        # Whether it is below half a second depends on the machine too; that it does not wait for anything does not.
        ($times | Measure-Object -Minimum).Minimum | Should -BeLessThan 5000
    }

    It 'ends at once when it is stopped while a file does not end' {
        $folder = Join-Path $TestDrive 'endless'
        $null = New-Item -ItemType Directory $folder
        Set-Content (Join-Path $folder 'dcp-site-config.js') 'for (;;) { }'
        $pipeline = Start-Pipeline 'param($Folder) Get-DcpConfigValue -All -ConfigRoot $Folder' @{ Folder = $folder }
        $null = Wait-Until { Get-ChildEvaluator }
        (Stop-Pipeline $pipeline).TotalSeconds | Should -BeLessThan 1.5
        Wait-Until -Because 'an evaluator is still there' { -not (Get-ChildEvaluator) } | Should -BeTrue
    }
}
