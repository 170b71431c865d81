BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Get-ModulePath) -Force
    $ProgressPreference = 'SilentlyContinue'
    $address = '0x0123456789abcdef0123456789abcdef01234567'
    $suffix = ',DcpWorker.Cmdlets.Commands.InvokeDcpJobCommand'
    $endless = 'async (x) => { progress(); for (;;) { await new Promise((done) => setTimeout(done, 20)); progress(); } }'
    $site = New-TestSite
    $daemon = Start-DcpInetDaemon -Listen 127.0.0.1:0 -AsJob
    $worker = Start-DcpWorker -PaymentAddress $address -Scheduler $site.Url -Evaluator $daemon.Uri -ResourceDirectory $site.Folder -Sandboxes 2 -AsJob
    $common = @{ Scheduler = $site.Url; Keystore = Join-Path $site.Folder 'id.keystore'; ResourceDirectory = $site.Folder }
}

AfterAll {
    $worker.StopJob($true, 'the tests are over')
    $worker, $daemon | Remove-Job -Force
    Get-Job | Where-Object PSJobTypeName -Like 'Dcp*' | Remove-Job -Force
    Remove-TestSite $site
}

Describe 'A job' {
    It 'is a script block of JavaScript, computed for each element, its results in the order of the input' {
        Invoke-DcpJob { async (x) => { progress(1); return x * x; } } -InputObject (1..20) @common | Should -Be (1..20 | ForEach-Object { $_ * $_ })
    }

    It 'is a text of JavaScript that PowerShell could not parse, its input from the pipeline' {
        $work = @'
        // Sums of the first numbers; isn't it?
        async function sum(x) {
            progress();
            let s = 0;
            for (let i = 0; i <= x; i++) s += i;
            return [s, { x }];
        };
'@
        $results = 3, 4 | Invoke-DcpJob $work @common
        # A result that is an array is one object.
        $results | Should -HaveCount 2
        $results[0][0] | Should -Be 6
        $results[0][1].x | Should -Be 3
        $results[1][0] | Should -Be 10
    }

    It 'is a file, by -Path or -LiteralPath' {
        $file = Join-Path $TestDrive 'work[1].js'
        Set-Content -LiteralPath $file 'async (x) => { progress(); return `<${x}>`; }'
        'a', 'b' | Invoke-DcpJob -LiteralPath $file @common | Should -Be '<a>', '<b>'
        Invoke-DcpJob -Path (Join-Path $TestDrive 'work*.js') -InputObject 'c' @common | Should -Be '<c>'
        Push-Location $TestDrive
        try { Invoke-DcpJob -LiteralPath './work[1].js' -InputObject 'd' @common | Should -Be '<d>' } finally { Pop-Location }
    }

    It 'gets further arguments, and an array of the pipeline as one datum' {
        $result = , (1, 2, 3) | Invoke-DcpJob 'async (x, y, z) => { progress(); return [x.length, y, z.k]; }' -ArgumentList 'y', @{ k = 5 } @common
        $result | Should -Be 3, 'y', 5
    }

    It 'writes results as they come with -Unordered' {
        # The first slice waits for the others.
        $work = 'async (x) => { progress(); await new Promise((done) => setTimeout(done, x === 1 ? 1500 : 10)); return x; }'
        $results = Invoke-DcpJob $work -InputObject (1..4) -Unordered @common
        $results | Sort-Object | Should -Be 1, 2, 3, 4
        $results[-1] | Should -Be 1
    }

    It 'shows how far it is, and what slices write' {
        $work = 'async (x) => { progress(); console.log("sees", x); console.warn("minds", x); return x; }'
        $pipeline = Start-Pipeline 'param($Work, $Common) Invoke-DcpJob $Work -InputObject 7 -Name "seen" -Verbose @Common' @{ Work = $work; Common = $common }
        Receive-Pipeline $pipeline | Should -Be 7
        $bars = $pipeline.Shell.Streams.Progress.ReadAll()
        $bars.Activity | Should -Contain 'DCP job seen'
        $bars[-1].RecordType | Should -Be 'Completed'
        $bars[-1].StatusDescription | Should -BeLike '1 of 1 slices done*'
        "$($pipeline.Shell.Streams.Information.ReadAll())" | Should -BeLike '*slice 1 console.log: sees 7*'
        "$($pipeline.Shell.Streams.Warning.ReadAll())" | Should -BeLike '*slice 1 console.warn: minds 7*'
        "$($pipeline.Shell.Streams.Verbose.ReadAll())" | Should -Match 'Job \w{22} of 1 slices is deployed to'
        $pipeline.Shell.Dispose()
    }

    It 'of nothing writes nothing' {
        @() | Invoke-DcpJob 'x => x' @common | Should -BeNullOrEmpty
        Invoke-DcpJob 'x => x' -InputObject @() @common | Should -BeNullOrEmpty
    }

    It 'does nothing with -WhatIf' {
        Invoke-DcpJob 'x => x' -InputObject 1 @common -WhatIf | Should -BeNullOrEmpty
    }

    It 'offers the price that it was given' {
        # Two slices, paid for in full to the worker.
        $before = (Receive-Job $worker -Keep | Where-Object Event -EQ PaymentReceived | Measure-Object Amount -Sum).Sum
        $null = Invoke-DcpJob { x => progress(1) } -InputObject 1, 2 -PricePerSlice 0.5 @common
        $null = Wait-Until -Because 'the worker was not paid' { (Receive-Job $worker -Keep | Where-Object Event -EQ PaymentReceived | Measure-Object Amount -Sum).Sum -ge $before + 1 }
    }
}

Describe 'Values' {
    BeforeAll {
        function Send-Value($Value) {
            # Both ways, and what JavaScript makes of it.
            , $Value | Invoke-DcpJob 'async (x) => { progress(); return { kind: Object.prototype.toString.call(x).slice(8, -1), back: x }; }' @common
        }
    }

    It '<Name> is a <Kind>, and comes back' -ForEach @(
        @{ Name = 'A whole number'; Value = 42; Kind = 'Number'; Type = [int] }
        @{ Name = 'A long number'; Value = 9007199254740991; Kind = 'Number'; Type = [long] }
        @{ Name = 'A fraction'; Value = -0.1; Kind = 'Number'; Type = [double] }
        @{ Name = 'An infinity'; Value = [double]::PositiveInfinity; Kind = 'Number'; Type = [double] }
        @{ Name = 'A text'; Value = "it's`n`"ü`" $([char]0x2028)"; Kind = 'String'; Type = [string] }
        @{ Name = 'An empty text'; Value = ''; Kind = 'String'; Type = [string] }
        @{ Name = 'A truth'; Value = $true; Kind = 'Boolean'; Type = [bool] }
        @{ Name = 'A big integer'; Value = [bigint]::Pow(2, 80); Kind = 'BigInt'; Type = [bigint] }
        @{ Name = 'A date'; Value = [datetime]::new(2026, 11, 27, 13, 14, 15, 167, [DateTimeKind]::Local); Kind = 'Date'; Type = [datetime] }
    ) {
        $result = Send-Value $Value
        $result.kind | Should -Be $Kind
        $result.back | Should -BeOfType $Type
        $result.back | Should -Be $Value
    }

    It 'sends decimals, time spans, characters, ids, versions, URLs and names of constants as what comes nearest' {
        $values = [decimal]0.5, [timespan]::FromSeconds(2), [char]'c', [guid]'6f1d3c52-8a0e-4b7d-9a63-2c5e0b7f41d8', [version]'1.2', [uri]'https://example.org/x', [DayOfWeek]::Monday
        $values | Invoke-DcpJob 'async (x) => { progress(); return x; }' @common | Should -Be 0.5, 2000, 'c', '6f1d3c52-8a0e-4b7d-9a63-2c5e0b7f41d8', '1.2', 'https://example.org/x', 'Monday'
    }

    It 'sends bytes as a Uint8Array, and gets typed arrays as arrays of their numbers' {
        $result = Send-Value ([byte[]](1, 2, 255))
        $result.kind | Should -Be 'Uint8Array'
        , $result.back | Should -BeOfType ([byte[]])
        $result.back | Should -Be 1, 2, 255
        $many = Invoke-DcpJob 'async () => { progress(); return { f: new Float64Array([0.5]), i: new Int16Array([-2]), u: new Uint32Array([4294967295]), b: new BigInt64Array([-5n]) }; }' -InputObject 0 @common
        , $many.f | Should -BeOfType ([double[]])
        , $many.i | Should -BeOfType ([short[]])
        $many.f[0], $many.i[0], $many.u[0], $many.b[0] | Should -Be 0.5, -2, 4294967295, -5
    }

    It 'sends null, and gets null and undefined as null, each in its place' {
        $results = $null, 1, $null | Invoke-DcpJob 'async (x) => { progress(); return x === null ? undefined : null; }' @common
        $results | Should -HaveCount 3
        $results | Where-Object { $null -ne $_ } | Should -BeNullOrEmpty
    }

    It 'sends hashtables and objects, nested as they are' {
        $result = Send-Value ([ordered]@{ list = 1, 'two', @(3); inner = [pscustomobject]@{ a = $null; b = @{ c = $true } }; empty = @() })
        $result.kind | Should -Be 'Object'
        ($result.back | ConvertTo-Json -Depth 9 -Compress) | Should -Be '{"list":[1,"two",[3]],"inner":{"a":null,"b":{"c":true}},"empty":[]}'
        Send-Value @(Get-Item $TestDrive | Select-Object Name, PSIsContainer) | ForEach-Object { $_.back.PSIsContainer } | Should -BeTrue
    }

    It 'gets Map, Set, Date and objects with names that differ in letter case only' {
        $work = 'async () => { progress(); return { m: new Map([["k", 1], [2, "v"]]), s: new Set([1, 2]), none: new Date(NaN), c: { a: 1, A: 2, "": 3 } }; }'
        $result = Invoke-DcpJob $work -InputObject 0 @common
        $result.m['k'] | Should -Be 1
        $result.s | Should -Be 1, 2
        $result.none | Should -BeNullOrEmpty
        $result.c['a'], $result.c['A'], $result.c[''] | Should -Be 1, 2, 3
    }

    It 'gets objects with names that PowerShell keeps for itself as dictionaries' {
        $work = @'
        async (x) => {
            progress();
            const error = new Error("kept");
            error.psobject = 5;
            return [{ ok: 1 }, { PSObject: 2, pstypenames: ["a"] }, { inner: { psbase: 3, psadapted: 4, psextended: 5 } }, [error], { PSStandardMembers: { SerializationDepth: "x" } }][x];
        }
'@
        $results = 0..4 | Invoke-DcpJob $work @common
        $results | Should -HaveCount 5
        $results[0].ok | Should -Be 1
        $results[1]['PSObject'], $results[1]['pstypenames'][0] | Should -Be 2, 'a'
        $results[2].inner['psbase'], $results[2].inner['psadapted'], $results[2].inner['psextended'] | Should -Be 3, 4, 5
        $results[3][0]['message'], $results[3][0]['psobject'] | Should -Be 'kept', 5
        $results[4]['PSStandardMembers'].SerializationDepth | Should -Be 'x'
    }

    It 'gets circles as circles' {
        $result = Invoke-DcpJob 'async () => { progress(); const o = { name: "o" }; o.self = o; return o; }' -InputObject 0 @common
        $result.self.self.name | Should -Be 'o'
    }

    It 'keeps nested results through remoting' {
        $deep = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize((Invoke-DcpJob 'async () => { progress(); return { a: { b: { c: { d: 7 } } } }; }' -InputObject 0 @common)))
        $deep.a.b.c.d | Should -Be 7
    }

    It 'sends every kind of dictionary' {
        function Get-Bound($One, $Two) { , $PSBoundParameters }
        $typed = [System.Collections.Generic.Dictionary[string, int]]::new()
        $typed['a'] = 1
        $work = 'async (x, y) => { progress(); return [x, y]; }'
        $result = Invoke-DcpJob $work -InputObject (, (Get-Bound 1 -Two @{ three = 3 })) -ArgumentList $typed @common
        $result[0].One, $result[0].Two.three, $result[1].a | Should -Be 1, 3, 1
    }

    It 'sends dates at both ends of the calendar, wherever it is, and gets them back' -ForEach 'Etc/GMT-14', 'Etc/GMT+12', 'Etc/UTC' {
        $zone = $env:TZ
        try {
            $env:TZ = $_
            [TimeZoneInfo]::ClearCachedData()
            $dates = [datetime]::MinValue, [datetime]::SpecifyKind([datetime]::MinValue, [DateTimeKind]::Local), [datetime]::new(9999, 12, 31, 23, 59, 59, 999, [DateTimeKind]::Local), [datetime]::new(1, 1, 3, 0, 0, 0, [DateTimeKind]::Utc)
            $results = $dates | Invoke-DcpJob 'async (x) => { progress(); return [x, x.getTime()]; }' @common
            $results | ForEach-Object { "$($_[0].Ticks) $($_[0].Kind)" } | Should -Be ($dates | ForEach-Object { "$(($_.Kind -eq 'Utc' ? $_.ToLocalTime() : $_).Ticks) Local" })
            $results[0][1] | Should -Be (-62135596800000 - [TimeZoneInfo]::Local.BaseUtcOffset.TotalMilliseconds)
        }
        finally {
            $env:TZ = $zone
            [TimeZoneInfo]::ClearCachedData()
        }
    }

    It 'says where in the data it is that cannot be sent' {
        $bad = [pscustomobject]@{ rows = 1, @{ x = [pscustomobject]@{} } }
        $bad.rows[1].x | Add-Member ScriptProperty broken { throw 'out of order' }
        $failure = { 5, $bad | Invoke-DcpJob 'x => x' @common } | Should -Throw -PassThru -ErrorId "JobValueInvalid$suffix"
        $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
        "$failure" | Should -BeLike '*datum 2, .rows`[1`].x.broken*out of order*'
        $failure = { Invoke-DcpJob 'x => x' -InputObject 1 -ArgumentList 'a', @{ 'b c' = { 1 } } @common } | Should -Throw -PassThru -ErrorId "JobValueInvalid$suffix"
        "$failure" | Should -BeLike '*ScriptBlock*argument 2, `["b c"`]*'
    }

    It 'is refused with -WhatIf, too, when it cannot be sent' {
        { Invoke-DcpJob 'x => x' -InputObject 1 -ArgumentList { 1 } @common -WhatIf } | Should -Throw -ErrorId "JobValueInvalid$suffix"
    }

    It 'sends decimals that are fractions, and whole ones as other whole numbers' {
        $values = 0.1d, -2.5d, 9007199254740991d, 0.1000000000000000055511151231d
        $values | Invoke-DcpJob 'async (x) => { progress(); return x; }' @common | Should -Be 0.1, -2.5, 9007199254740991, 0.1
    }

    It 'refuses <Name> with <Id>' -ForEach @(
        @{ Name = 'whole decimals that JavaScript does not hold'; Id = 'JobValueInvalid'; Make = { 9007199254740993d } }
        @{ Name = 'negative ones'; Id = 'JobValueInvalid'; Make = { -9007199254740993d } }
        @{ Name = 'decimals that would lose whole digits'; Id = 'JobValueInvalid'; Make = { 9007199254740993.5d } }
        @{ Name = 'what holds itself'; Id = 'JobValueCyclic'; Make = { $a = @{}; $a.self = $a; $a } }
        @{ Name = 'what is too deep'; Id = 'JobValueTooDeep'; Make = { $a = 1; foreach ($i in 1..200) { $a = @{ a = $a } }; $a } }
        @{ Name = 'whole numbers that JavaScript does not hold'; Id = 'JobValueInvalid'; Make = { [long]::MaxValue } }
        @{ Name = 'secrets'; Id = 'JobValueInvalid'; Make = { [securestring]::new() } }
        @{ Name = 'script blocks'; Id = 'JobValueInvalid'; Make = { , { 1 } } }
        @{ Name = 'live objects'; Id = 'JobValueInvalid'; Make = { [System.Diagnostics.Process]::GetCurrentProcess() } }
    ) {
        $value = & $Make
        { Invoke-DcpJob 'x => x' -InputObject (, $value) @common } | Should -Throw -ErrorId "$Id$suffix"
    }
}

Describe 'Errors of a job' {
    BeforeAll {
        $thrower = 'async (x) => { progress(); if (x === 2) throw new TypeError("not " + x); return x; }'
    }

    It 'writes what the work function threw as an error, with slice, datum and stack, and the other results' {
        $results = Invoke-DcpJob $thrower -InputObject 1, 2, 3 @common -ErrorVariable failures -ErrorAction SilentlyContinue
        $results | Should -Be 1, 3
        $failures | Should -HaveCount 1
        $failures[0].FullyQualifiedErrorId | Should -Be "WorkFunctionThrew$suffix"
        $failures[0].CategoryInfo.Category | Should -Be 'InvalidResult'
        $failures[0].TargetObject | Should -Be 2
        $failures[0].Exception | Should -BeOfType DcpWorker.Cmdlets.Deployment.WorkFunctionException
        $failures[0].Exception.Message | Should -BeLike 'Slice 2 threw *not 2*'
        $failures[0].Exception.SliceNumber | Should -Be 2
        $failures[0].Exception.RemoteMessage | Should -Be 'not 2'
        $failures[0].Exception.RemoteStack | Should -Match 'at '
    }

    It 'writes a result that PowerShell cannot have as an error of its slice, and the other results' {
        $work = 'async (x) => { progress(); if (x !== 2) return x; let o = {}; for (let i = 0; i < 600; i++) o = { o }; return o; }'
        $results = Invoke-DcpJob $work -InputObject 1, 2, 3 @common -ErrorVariable failures -ErrorAction SilentlyContinue
        $results | Should -Be 1, 3
        $failures | Should -HaveCount 1
        $failures[0].FullyQualifiedErrorId | Should -Be "ResultTooDeep$suffix"
        $failures[0].CategoryInfo.Category | Should -Be 'InvalidData'
        $failures[0].TargetObject | Should -Be 2
        "$($failures[0])" | Should -BeLike '*slice 2*'
    }

    It 'does not follow promises in a result without end' {
        $assemblies = [System.AppDomain]::CurrentDomain.GetAssemblies()
        $engine = $assemblies | Where-Object { $_.GetName().Name -eq 'DcpWorker.Engine' }
        $reader = ($assemblies | Where-Object { $_.GetName().Name -eq 'DcpWorker.Cmdlets' }).GetType('DcpWorker.Cmdlets.JobValues.JobValueReader')
        $value = $engine.GetType('DcpWorker.Engine.Serialization.JsValue')::Null
        1..600 | ForEach-Object { $value = $engine.GetType('DcpWorker.Engine.Serialization.JsPromise')::new($value, $false) }
        $failure = { $reader::Read($value) } | Should -Throw -PassThru
        $failure.Exception.InnerException.Code | Should -Be 'ResultTooDeep'
    }

    It 'ends at the first with -ErrorAction Stop, and cancels the rest at the scheduler' {
        $work = 'async (x) => { progress(); if (x === 1) throw new Error("first"); for (;;) { await new Promise((done) => setTimeout(done, 20)); progress(); } }'
        { Invoke-DcpJob $work -InputObject 1, 2 @common -ErrorAction Stop } | Should -Throw -ErrorId "WorkFunctionThrew$suffix"
        $null = Wait-Until -Because 'the other slice goes on' { (Get-DcpWorker -ProcessId $PID).SlicesWorking -eq 0 }
    }

    It 'is cancelled at the scheduler by Ctrl-C, which takes no longer than a second' {
        $pipeline = Start-Pipeline 'param($Work, $Common) Invoke-DcpJob $Work -InputObject 1 @Common' @{ Work = $endless; Common = $common }
        $null = Wait-Until -TimeoutSec 60 { (Get-DcpWorker -ProcessId $PID).SlicesWorking -eq 1 }
        (Stop-Pipeline $pipeline).TotalSeconds | Should -BeLessThan 1.5
        $null = Wait-Until -Because 'the slice goes on' { (Get-DcpWorker -ProcessId $PID).SlicesWorking -eq 0 }
    }

    It 'is cancelled when a later command has enough' {
        Invoke-DcpJob 'async (x) => { progress(); if (x === 1) return "enough"; for (;;) { await new Promise((done) => setTimeout(done, 20)); progress(); } }' -InputObject 1, 2 @common |
            Select-Object -First 1 | Should -Be 'enough'
        $null = Wait-Until -Because 'the other slice goes on' { (Get-DcpWorker -ProcessId $PID).SlicesWorking -eq 0 }
    }

    It 'says <Id> (<Category>)' -ForEach @(
        @{ Id = 'NoInput'; Category = 'InvalidArgument'; Parameters = @{ WorkFunction = 'x => x' } }
        @{ Id = 'NoWorkFunction'; Category = 'InvalidData'; Parameters = @{ WorkFunction = ' ; '; InputObject = 1 } }
        @{ Id = 'WorkFunctionFileNotFound'; Category = 'ObjectNotFound'; Parameters = @{ Path = './nowhere.js'; InputObject = 1 } }
        @{ Id = 'WorkFunctionFileNotFound'; Category = 'ObjectNotFound'; Parameters = @{ Path = './nowhere*.js'; InputObject = 1 } }
        @{ Id = 'KeystoreNotFound'; Category = 'ObjectNotFound'; Parameters = @{ WorkFunction = 'x => x'; InputObject = 1; Keystore = './nowhere.keystore' } }
        @{ Id = 'SchedulerUriInvalid'; Category = 'InvalidArgument'; Parameters = @{ WorkFunction = 'x => x'; InputObject = 1; Scheduler = 'ftp://here/' } }
        @{ Id = 'SchedulerUnreachable'; Category = 'ConnectionError'; Parameters = @{ WorkFunction = 'x => x'; InputObject = 1; Scheduler = 'http://127.0.0.1:1/' } }
        @{ Id = 'ComputeGroupUnknown'; Category = 'ObjectNotFound'; Parameters = @{ WorkFunction = 'x => x'; InputObject = 1; ComputeGroup = 'nobody' } }
        @{ Id = 'JobNameWithoutJob'; Category = 'InvalidArgument'; Parameters = @{ WorkFunction = 'x => x'; InputObject = 1; JobName = 'n' } }
    ) {
        $all = $common.Clone()
        $Parameters.Keys | ForEach-Object { $all[$_] = $Parameters[$_] }
        $failure = { Invoke-DcpJob @all } | Should -Throw -PassThru -ErrorId "$Id$suffix"
        $failure.CategoryInfo.Category | Should -Be $Category
    }

    It 'names the file when wildcards match more than one' {
        'a', 'b' | ForEach-Object { Set-Content (Join-Path $TestDrive "many-$_.js") 'x => x' }
        { Invoke-DcpJob -Path (Join-Path $TestDrive 'many-*.js') -InputObject 1 @common } | Should -Throw -ErrorId "WorkFunctionFileAmbiguous$suffix"
    }

}

Describe 'The account that pays' {
    BeforeAll {
        $keystore = Join-Path $TestDrive 'payer.keystore'
        $passphrase = ConvertTo-SecureString 'open sesame' -AsPlainText
        New-DcpKeystore $keystore -Passphrase $passphrase -Kdf Light
        $paid = $common.Clone(); $paid.Keystore = $keystore
        $work = 'async (x) => { progress(); return x; }'
    }

    It 'is opened by a passphrase, given as such or in a file' {
        Invoke-DcpJob $work -InputObject 1 @paid -Passphrase $passphrase -PricePerSlice 0 | Should -Be 1
        $file = Join-Path $TestDrive 'passphrase'
        Set-Content $file 'open sesame'
        Invoke-DcpJob $work -InputObject 2 @paid -PassphraseFile $file -PricePerSlice 0 | Should -Be 2
    }

    It 'is not opened by a wrong one' {
        { Invoke-DcpJob $work -InputObject 1 @paid -Passphrase (ConvertTo-SecureString 'no' -AsPlainText) } | Should -Throw -ErrorId "WrongPassphrase$suffix"
    }

    It 'says which parameters to give when nobody can be asked' {
        $text = "Import-Module '$(Get-ModulePath)'; try { Invoke-DcpJob 'x => x' -InputObject 1 -Keystore '$keystore' -Scheduler $($site.Url) } catch { `$_.FullyQualifiedErrorId }"
        Invoke-FreshPwsh -Script $text | Should -Be "PassphraseRequired$suffix"
    }
}

Describe 'A job of the background' {
    It 'is a PowerShell job whose output is the results' {
        $job = 1..3 | Invoke-DcpJob { async (x) => { progress(1); return x + 1; } } @common -AsJob -JobName numbers
        $job.PSJobTypeName | Should -Be 'DcpJob'
        $job.Name | Should -Be 'numbers'
        (Wait-Job $job -Timeout 60).State | Should -Be 'Completed'
        $job.StatusMessage | Should -BeLike '3 of 3 slices done*'
        Receive-Job $job -Keep | Should -Be 2, 3, 4
        Receive-Job $job | Should -Be 2, 3, 4
        Remove-Job $job
    }

    It 'has what the work function threw among its errors, and is Completed all the same' {
        $job = Invoke-DcpJob 'async (x) => { progress(); throw new Error("no"); }' -InputObject 5 @common -AsJob
        (Wait-Job $job -Timeout 60).State | Should -Be 'Completed'
        $job.Error[0].FullyQualifiedErrorId | Should -Be 'WorkFunctionThrew'
        $job.Error[0].Exception.SliceNumber | Should -Be 1
        Remove-Job $job
    }

    It 'is Failed when the scheduler cannot be reached' {
        $away = $common.Clone(); $away.Scheduler = 'http://127.0.0.1:1/'
        $job = Invoke-DcpJob 'x => x' -InputObject 1 @away -AsJob
        (Wait-Job $job -Timeout 60).State | Should -Be 'Failed'
        $job.JobStateInfo.Reason.ErrorRecord.FullyQualifiedErrorId | Should -Be 'SchedulerUnreachable'
        Remove-Job $job
    }

    It 'is cancelled at the scheduler by Stop-Job' {
        $job = Invoke-DcpJob $endless -InputObject 1 @common -AsJob
        $null = Wait-Until -TimeoutSec 60 { (Get-DcpWorker -ProcessId $PID).SlicesWorking -eq 1 }
        (Measure-Command { Stop-Job $job }).TotalSeconds | Should -BeLessThan 2
        $job.State | Should -Be 'Stopped'
        $null = Wait-Until -Because 'the slice goes on' { (Get-DcpWorker -ProcessId $PID).SlicesWorking -eq 0 }
        Remove-Job $job
    }
}

Describe 'A compute group' {
    BeforeAll {
        $groups = Join-Path $TestDrive 'groups.json'
        Set-Content $groups '[{ "joinKey": "team", "joinSecret": "open sesame" }]'
        chmod 600 $groups
        $secret = Join-Path $TestDrive 'team.secret'
        Set-Content $secret 'open sesame'
        chmod 600 $secret
        $scheduler = Start-DcpScheduler -Listen 127.0.0.1:0 -DataPath (Join-Path $TestDrive 'team') -ComputeGroupFile $groups -AsJob
        $member = Start-DcpWorker -PaymentAddress $address -Scheduler $scheduler.Uri -Evaluator $daemon.Uri -ResourceDirectory (Join-Path $TestDrive 'member') -Sandboxes 1 -LeavePublicGroup -AsJob `
            -ComputeGroup @{ JoinKey = 'team'; JoinSecretFile = $secret }
        $team = $common.Clone(); $team.Scheduler = $scheduler.Uri
        $team.ResourceDirectory = Join-Path $TestDrive 'deployer'
        $work = 'async (x) => { progress(); return x; }'
    }

    AfterAll {
        $member.StopJob($true, 'the tests are over')
        $member, $scheduler | Remove-Job -Force
    }

    It 'has its jobs computed by its members, the secret given as <Name>' -ForEach @(
        @{ Name = 'a file'; Make = { @{ JoinKey = 'team'; JoinSecretFile = $secret } } }
        @{ Name = 'a file after the key'; Make = { "team,$secret" } }
        @{ Name = 'a secure string'; Make = { @{ JoinKey = 'team'; JoinSecret = ConvertTo-SecureString 'open sesame' -AsPlainText } } }
        @{ Name = 'a credential'; Make = { [pscredential]::new('team', (ConvertTo-SecureString 'open sesame' -AsPlainText)) } }
    ) {
        Invoke-DcpJob $work -InputObject 3 @team -ComputeGroup (& $Make) | Should -Be 3
    }

    It 'is not entered with another secret' {
        $wrong = [pscredential]::new('team', (ConvertTo-SecureString 'guess' -AsPlainText))
        $failure = { Invoke-DcpJob $work -InputObject 3 @team -ComputeGroup $wrong } | Should -Throw -PassThru -ErrorId "JobRefused$suffix"
        "$failure" | Should -Not -Match 'guess'
    }

    It 'takes no secret as plain text, and shows none that is in the wrong place' {
        { Start-DcpWorker -PaymentAddress $address -ComputeGroup @{ JoinKey = 'team'; JoinSecret = 'sesame' } } | Should -Throw -ErrorId 'ParameterArgumentTransformationError*'
        $failure = { Invoke-DcpJob $work -InputObject 3 @team -ComputeGroup 'team,sesame' } | Should -Throw -PassThru -ErrorId "JoinSecretFileNotFound$suffix"
        "$failure" | Should -Not -Match 'sesame'
        $failure.Exception.ToString() | Should -Not -Match 'sesame'
    }

    It 'refuses <Value>' -ForEach @(@{ Value = '' }, @{ Value = 5 }, @{ Value = @{ Key = 'x' } }) {
        { Start-DcpWorker -PaymentAddress $address -ComputeGroup $Value } | Should -Throw -ErrorId 'ParameterArgument*'
    }
}
