BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    $modulePath = Get-ModulePath
    $manifest = Import-PowerShellDataFile (Join-Path $modulePath 'DcpWorker.psd1')
}

Describe 'Manifest' {
    It 'is valid' {
        Test-ModuleManifest (Join-Path $modulePath 'DcpWorker.psd1') | Should -Not -BeNullOrEmpty
    }

    It 'lists what it exports by name' {
        $manifest.CmdletsToExport + $manifest.FunctionsToExport + $manifest.AliasesToExport + $manifest.VariablesToExport |
            Should -Not -Match '\*'
    }

    It 'lists every cmdlet and nothing that is not there' {
        Invoke-FreshPwsh "Import-Module '$modulePath'; (Get-Command -Module DcpWorker).Name" | Sort-Object |
            Should -Be ($manifest.CmdletsToExport | Sort-Object)
    }

    It 'asks for the PowerShell that it is made for' {
        $manifest.PowerShellVersion | Should -Be '7.6'
        $manifest.CompatiblePSEditions | Should -Be 'Core'
    }

    It 'carries the version number of the project' {
        $project = ([xml](Get-Content -Raw (Join-Path $PSScriptRoot '../../Directory.Build.props'))).Project.PropertyGroup.Version | Where-Object { $_ }
        $manifest.ModuleVersion | Should -Be $project
    }
}

Describe 'Import' {
    It 'takes less than 300 ms' {
        # Of processor time, and the best of five: what else the machine does is not the module's.
        $times = foreach ($i in 1..5) {
            [double](Invoke-FreshPwsh @"
`$process = Get-Process -Id `$PID
`$before = `$process.TotalProcessorTime
Import-Module '$modulePath'
`$process.Refresh()
(`$process.TotalProcessorTime - `$before).TotalMilliseconds
"@)
        }
        ($times | Measure-Object -Minimum).Minimum | Should -BeLessThan 300
    }

    It 'leaves only the loader in the load context of PowerShell' {
        $lines = Invoke-FreshPwsh @"
Import-Module '$modulePath'
try { Test-DcpEvaluator nonsense: } catch { }
[AppDomain]::CurrentDomain.GetAssemblies() | Where-Object Location -Like '$modulePath*' | ForEach-Object {
    "`$([System.Runtime.Loader.AssemblyLoadContext]::GetLoadContext(`$_).Name) `$(`$_.GetName().Name)"
}
"@
        $lines | Where-Object { $_ -like 'Default *' } | Should -Be 'Default DcpWorker.Loader'
        $lines | Should -Contain 'DcpWorker DcpWorker.Cmdlets'
        $lines | Should -Contain 'DcpWorker DcpWorker.Engine'
    }

    It 'lives beside other versions of its dependencies that were loaded first' {
        Invoke-FreshPwsh @"
foreach (`$file in Get-ChildItem '$modulePath/bin/*.dll' | Where-Object Name -NotLike 'DcpWorker.*') {
    `$name = [System.Reflection.AssemblyName]::GetAssemblyName(`$file.FullName)
    `$name.Version = [version]'0.0.0.1'
    `$other = [System.Reflection.Emit.PersistedAssemblyBuilder]::new(`$name, [object].Assembly)
    `$null = `$other.DefineDynamicModule(`$name.Name)
    `$path = Join-Path '$TestDrive' `$file.Name
    `$other.Save(`$path)
    `$null = [System.Reflection.Assembly]::LoadFrom(`$path)
}
Import-Module '$modulePath'
Test-DcpEvaluator
"@ | Should -Be 'True'
    }

    It 'makes the types that cross the pipeline nameable in scripts' {
        Invoke-FreshPwsh @"
Import-Module '$modulePath'
[DcpWorker.Engine.Diagnostics.CheckStatus]::Failed
[DcpWorker.Engine.InetDaemon.Events.ConnectionOpened].Name
(Get-Command Test-DcpEvaluator).OutputType.Type.FullName
"@ | Should -Be 'Failed', 'ConnectionOpened', 'System.Boolean', 'DcpWorker.Engine.Diagnostics.EvaluatorCheck'
    }

    It 'takes the names of its types back when it is removed' {
        Invoke-FreshPwsh @"
`$accelerators = [psobject].Assembly.GetType('System.Management.Automation.TypeAccelerators')
function Count { @(`$accelerators::Get.Keys -like 'DcpWorker.*').Count }
Import-Module '$modulePath'; (Count) -gt 0
Import-Module '$modulePath' -Force; (Count) -gt 0
Remove-Module DcpWorker; Count
Import-Module '$modulePath'; (Count) -gt 0
"@ | Should -Be 'True', 'True', '0', 'True'
    }

    It 'can be imported again, by force and after removal' {
        Invoke-FreshPwsh @"
Import-Module '$modulePath'; Import-Module '$modulePath' -Force
@(Get-Command -Module DcpWorker).Count
Remove-Module DcpWorker; @(Get-Command Test-DcpEvaluator -ErrorAction Ignore).Count
Import-Module '$modulePath'; @(Get-Command -Module DcpWorker).Count
"@ | Should -Be $manifest.CmdletsToExport.Count, 0, $manifest.CmdletsToExport.Count
    }

    It 'says what to do when another copy is loaded already' {
        $copy = Join-Path $TestDrive 'copy/DcpWorker'
        $null = New-Item -ItemType Directory -Force (Split-Path $copy)
        Copy-Item -Recurse $modulePath $copy
        Invoke-FreshPwsh "Import-Module '$modulePath'; Remove-Module DcpWorker; try { Import-Module '$copy' } catch { `$_.Exception.Message }" |
            Should -BeLike '*already loaded from*Start a new pwsh*'
    }
}

Describe 'The module alone' {
    It 'is unpacked from its zip file where PowerShell looks, and takes the programs that the environment names' {
        $zip = Get-Item (Join-Path $PSScriptRoot '../../artifacts/packages/DcpWorker-*.zip') | Sort-Object LastWriteTime | Select-Object -Last 1
        (Get-Content "$zip.sha256") -split ' ' | Select-Object -First 1 | Should -Be (Get-FileHash $zip).Hash
        $modules = Join-Path $TestDrive 'modules'
        $artifacts = [System.IO.Path]::GetFullPath((Join-Path $PSScriptRoot '../../artifacts'))
        Invoke-FreshPwsh @"
[System.IO.Compression.ZipFile]::ExtractToDirectory('$zip', '$modules')
`$env:PSModulePath = '$modules'
`$env:DCP_EVALUATOR = '$artifacts/bin/dcp-evaluator'
`$env:DCP_SANDBOX_MANIFEST = '$artifacts/libexec/sandbox/sandbox.json'
Import-Module DcpWorker
(Get-Module DcpWorker).Version.ToString()
Test-DcpEvaluator
"@ | Should -Be $manifest.ModuleVersion, 'True'
    }
}

Describe 'Where admins run it' {
    It 'works in Start-Job' {
        $job = Start-Job { Import-Module $using:modulePath; Test-DcpEvaluator -Detailed }
        $checks = $job | Receive-Job -Wait -AutoRemoveJob
        $checks.Status | ForEach-Object { "$_" } | Should -Not -Contain 'Failed'
        $checks | Should -HaveCount 8
    }

    It 'works in several runspaces of one process at once' {
        1..4 | ForEach-Object -Parallel { Import-Module $using:modulePath; Test-DcpEvaluator 'tcp://127.0.0.1:1' } |
            Should -Be $false, $false, $false, $false
    }

    It 'works over remoting, and its objects are of use at the other end' {
        $session = New-LoopbackSession
        try {
            $checks = Invoke-Command -Session $session { param($path) Import-Module $path; Test-DcpEvaluator -Detailed } -ArgumentList $modulePath
            $checks | Should -HaveCount 8
            $checks[0].Name | Should -Be 'Program'
            "$($checks[0].Status)" | Should -Be 'Passed'
            $checks[0].Duration | Should -BeOfType timespan
            $checks[0].PSComputerName | Should -Be 'localhost'
            Import-Module $modulePath
            $checks | Out-String -Width 100 | Should -Match 'Check +Status +Time Detail'
        }
        finally {
            Remove-PSSession $session
        }
    }

    It 'works for a plain user and for root in a host that cannot ask' {
        Invoke-FreshPwsh "Import-Module '$modulePath'; Test-DcpEvaluator" | Should -Be 'True'
    }
}
