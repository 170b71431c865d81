BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Get-ModulePath) -Force

    # Takes connections and never says a word.
    $silent = [System.Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0)
    $silent.Start()
    $silentUri = "tcp://127.0.0.1:$($silent.LocalEndpoint.Port)"
}

AfterAll {
    $silent.Stop()
}

Describe 'The local evaluator' {
    BeforeAll {
        $checks = Test-DcpEvaluator -Detailed
    }

    It 'passes' {
        Test-DcpEvaluator | Should -BeTrue
    }

    It 'is given as one Boolean' {
        Test-DcpEvaluator | Should -BeOfType bool
    }

    It 'is looked at for <_>' -ForEach 'Program', 'FiveFunctions', 'Start', 'LockDown', 'Slice', 'WebAssembly', 'HangUp', 'Die' {
        $check = $checks | Where-Object Name -EQ $_
        $check.Status | Should -Be 'Passed' -Because $check.Detail
        $check.Duration | Should -BeGreaterThan ([timespan]::Zero)
        $check.Detail | Should -Not -BeNullOrEmpty
        $check.Remedy | Should -BeNullOrEmpty
    }

    It 'says its version and the version of V8' {
        ($checks | Where-Object Name -EQ Program).Detail | Should -Match 'dcp-evaluator \d.*V8 \d+\.\d+'
    }

    It 'leaves no process behind' {
        Wait-Until -Because 'an evaluator is still there' { -not (Get-ChildEvaluator) } | Should -BeTrue
    }

    It 'fails, and is no error, when there is no program at the path' {
        $missing = Join-Path $TestDrive 'no-such-evaluator'
        Test-DcpEvaluator -EvaluatorPath $missing | Should -BeFalse
        $check = Test-DcpEvaluator -EvaluatorPath $missing -Detailed | Select-Object -First 1
        $check.Status | Should -Be 'Failed'
        $check.Detail | Should -BeLike "*$missing*"
        $check.Remedy | Should -Not -BeNullOrEmpty
    }

    It 'fails when the kernel does not confine it' {
        $checks = Test-DcpEvaluator -EvaluatorPath (New-EvaluatorWrapper '--no-lockdown') -Detailed
        ($checks | Where-Object Status -EQ Failed).Name | Should -Be 'LockDown'
        ($checks | Where-Object Name -EQ LockDown).Detail | Should -BeLike '*Seccomp is 0*'
    }

    It 'fails when it offers more than the five functions' {
        $checks = Test-DcpEvaluator -EvaluatorPath (New-EvaluatorWrapper '--v8-options=--expose-gc') -Detailed
        ($checks | Where-Object Name -EQ FiveFunctions).Status | Should -Be 'Failed'
        ($checks | Where-Object Name -EQ FiveFunctions).Detail | Should -BeLike '*gc*'
    }

    It 'fails, saying what the program said, when the program is something else' {
        $script = New-TemporaryScript -Extension '.sh' -Text "#!/bin/sh`necho wrong machine >&2; exit 3"
        chmod 755 $script (Split-Path $script)
        $check = Test-DcpEvaluator -EvaluatorPath $script -Detailed | Select-Object -First 1
        $check.Status | Should -Be 'Failed'
        $check.Detail | Should -BeLike '*exit code 3*wrong machine*'
    }

    It 'takes a path relative to the location' {
        $evaluator = New-EvaluatorWrapper '--max-heap-mb 512'
        Push-Location (Split-Path $evaluator)
        try {
            Test-DcpEvaluator -EvaluatorPath "./$(Split-Path -Leaf $evaluator)" | Should -BeTrue
        }
        finally {
            Pop-Location
        }
    }
}

Describe 'An evaluator behind a port' {
    BeforeAll {
        $daemon = Start-TestDaemon
        $uri = "tcp://$($daemon.Endpoint)"
    }

    AfterAll {
        $null = Stop-Pipeline $daemon
    }

    It 'passes' {
        Test-DcpEvaluator -Uri $uri | Should -BeTrue
    }

    It 'may be written without the scheme' {
        Test-DcpEvaluator "$($daemon.Endpoint)" | Should -BeTrue
    }

    It 'comes from the pipeline, one Boolean for each' {
        $uri, 'tcp://127.0.0.1:1' | Test-DcpEvaluator | Should -Be $true, $false
    }

    It 'comes from a property of what the pipeline carries' {
        [pscustomobject]@{ Uri = $uri } | Test-DcpEvaluator | Should -BeTrue
    }

    It 'is looked at for all that can be seen from outside' {
        $checks = Test-DcpEvaluator -Uri $uri -Detailed
        $checks.Name | Should -Be 'Connection', 'Start', 'LockDown', 'Slice', 'WebAssembly', 'HangUp', 'Die'
        ($checks | Where-Object Status -EQ Passed).Name | Should -Be 'Connection', 'Start', 'Slice', 'WebAssembly', 'Die'
        ($checks | Where-Object Status -EQ Skipped).Name | Should -Be 'LockDown', 'HangUp'
        $checks.Evaluator | Sort-Object -Unique | Should -Be $uri
    }

    It 'fails when nothing listens' {
        $check = Test-DcpEvaluator 'tcp://127.0.0.1:1' -Detailed | Select-Object -First 1
        $check.Name | Should -Be 'Connection'
        $check.Status | Should -Be 'Failed'
        $check.Remedy | Should -BeLike '*127.0.0.1:1*'
    }

    It 'fails within the time-out when it says nothing, and what comes after is skipped' {
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        $checks = Test-DcpEvaluator $silentUri -TimeoutSec 1 -Detailed
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 8
        ($checks | Where-Object Status -EQ Failed).Name | Should -Be 'Start'
        ($checks | Where-Object Name -EQ Slice).Status | Should -Be 'Skipped'
    }

    It 'fails when what answers is no evaluator' {
        $job = Start-ThreadJob {
            $client = ($using:silent).AcceptTcpClient(); $client.Dispose()
            $client = ($using:silent).AcceptTcpClient()
            $bytes = [System.Text.Encoding]::ASCII.GetBytes("HTTP/1.1 400 Bad Request`r`nConnection: close`r`n`r`n")
            $client.GetStream().Write($bytes, 0, $bytes.Length); $client.Dispose()
        }
        while ($silent.Pending()) { $silent.AcceptTcpClient().Dispose() }
        Test-DcpEvaluator $silentUri -TimeoutSec 5 | Should -BeFalse
        $job | Remove-Job -Force
    }

    It 'refuses <_> as an address, with an error that scripts can tell' -ForEach 'http://localhost:9000', 'tcp://localhost:9000/path' {
        $failure = { Test-DcpEvaluator $_ } | Should -Throw -PassThru -ErrorId 'EvaluatorUriInvalid,DcpWorker.Cmdlets.Commands.TestDcpEvaluatorCommand'
        $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
    }

    It 'stops within a second of Ctrl-C' {
        $pipeline = Start-Pipeline "Test-DcpEvaluator $silentUri -TimeoutSec 60 -Verbose"
        Wait-Until { $silent.Pending() } | Should -BeTrue
        (Stop-Pipeline $pipeline).TotalSeconds | Should -BeLessThan 1.5
    }

    It 'stops when a later command has enough' {
        Test-DcpEvaluator -Uri $uri -Detailed | Select-Object -First 1 | Should -HaveCount 1
    }
}

Describe 'What it shows' {
    It 'is a table that says what to do about a failure' {
        $text = Test-DcpEvaluator 'tcp://127.0.0.1:1' -Detailed | Out-String -Width 100
        $text | Should -Match 'Evaluator: tcp://127.0.0.1:1'
        $text | Should -Match 'Check +Status +Time Detail'
        $text | Should -Match 'Start the inet-\s*daemon'
        ($text -split "`n" | Measure-Object -Maximum Length).Maximum | Should -BeLessOrEqual 100
    }

    It 'says with -Verbose which check failed' {
        $records = Test-DcpEvaluator 'tcp://127.0.0.1:1' -Verbose 4>&1 | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }
        "$records" | Should -BeLike '*Connection failed*'
    }
}
