<#
.SYNOPSIS
Brings the pages of docs/help up to date with the cmdlets, and builds the help that the module carries from them.
.DESCRIPTION
A cmdlet without a page gets one to be filled in; the syntax and the table of each parameter are written anew; text is
left alone. Fails while a page has places to fill in.
#>
[CmdletBinding()]
param(
    [string] $ModulePath = (Join-Path $PSScriptRoot '../artifacts/module/DcpWorker'),
    [string] $PagePath = (Join-Path $PSScriptRoot '../docs/help'),
    [string] $OutputPath = (Join-Path $PSScriptRoot '../module/DcpWorker/en-US')
)

$ErrorActionPreference = 'Stop'
$helpFile = 'DcpWorker.Cmdlets.dll-Help.xml'

# PlatyPS writes marks of the order of bytes, a date at each look, empty sections, and types as the runtime names them.
function ConvertTo-PlainPage {
    param([string] $Text, [string] $Before)

    $page = $Text.TrimStart([char]0xFEFF).Replace("`r`n", "`n")
    $page = $page -replace 'System\.Nullable`1\[([^\]]+)\]', '$1'
    $page = $page -replace '(?ms)^## ALIASES\n\n(?:This cmdlet has the following aliases,\n.*?)?(?=^## )', ''
    $page = $page -replace '(?m)^## NOTES\n\s*(?=^## )', ''
    $page = $page -replace '\s+\[<CommonParameters>\]', ''
    $page = $page.TrimEnd() + "`n"
    $undated = '(?m)^ms\.date: .*$'
    ($page -replace $undated) -ceq ($Before -replace $undated) ? $Before : $page
}

function Update-Page {
    param([System.Management.Automation.CommandInfo] $Command, [string] $Path, [string] $Scratch)

    $before = ''
    if (Test-Path -LiteralPath $Path) {
        $before = [System.IO.File]::ReadAllText($Path)
        $copy = Join-Path $Scratch "$($Command.Name).md"
        Copy-Item -LiteralPath $Path $copy
        $null = Update-MarkdownCommandHelp -Path $copy -NoBackup
    }
    else {
        $copy = (New-MarkdownCommandHelp -CommandInfo $Command -OutputFolder $Scratch -Force).FullName
    }

    $after = ConvertTo-PlainPage ([System.IO.File]::ReadAllText($copy)) $before
    if ($after -cne $before) {
        [System.IO.File]::WriteAllText($Path, $after)
        "$(Split-Path -Leaf $Path): brought up to date"
    }
}

# Of the marks in a text only the words are for a terminal, and it breaks lines itself.
function ConvertTo-PlainText {
    param([string] $Text)

    ($Text -replace '\[([^\]]*)\]\([^)]*\)', '$1' -replace '[`*]' -replace '(?<!\n)\n(?!- |\n)', ' ').Trim()
}

function Add-Paragraph {
    param([System.Xml.XmlElement] $Parent, [string] $Text)

    foreach ($part in $Text.Trim() -split '\n\n+' | Where-Object { $_ }) {
        $paragraph = $Parent.OwnerDocument.CreateElement('maml', 'para', $names.LookupNamespace('maml'))
        $paragraph.InnerText = ConvertTo-PlainText $part
        $null = $Parent.AppendChild($paragraph)
    }
}

# PlatyPS leaves an example as one piece of markdown; Get-Help shows what is before the code, code and remarks from
# places of their own.
function Split-Example {
    param([System.Xml.XmlElement] $Example)

    $introduction = $Example.SelectSingleNode('maml:introduction', $names)
    $spacer = [string][char]0x80
    $text = ($introduction.SelectNodes('maml:para', $names) | ForEach-Object InnerText | Where-Object { $_ -ne $spacer }) -join "`n`n"
    $introduction.InnerText = ''
    $code = @()
    $end = 0
    foreach ($block in [regex]::Matches($text, '(?ms)^```powershell[^\n]*\n(.*?)\n```$')) {
        $place = $code ? $Example.SelectSingleNode('dev:remarks', $names) : $introduction
        Add-Paragraph $place $text.Substring($end, $block.Index - $end)
        $code += $block.Groups[1].Value
        $end = $block.Index + $block.Length
    }

    $Example.SelectSingleNode('dev:code', $names).InnerText = $code -join "`n`n"
    Add-Paragraph $Example.SelectSingleNode('dev:remarks', $names) $text.Substring($end)
    $title = $Example.SelectSingleNode('maml:title', $names)
    $title.InnerText = $title.InnerText.Trim('-', ' ')
}

function Build-CmdletHelp {
    param([string[]] $Page, [string] $Scratch)

    $null = Import-MarkdownCommandHelp -LiteralPath $Page | Export-MamlCommandHelp -OutputFolder $Scratch -Force
    $maml = [xml]::new()
    $maml.Load((Join-Path $Scratch "DcpWorker/$helpFile"))
    $names = [System.Xml.XmlNamespaceManager]::new($maml.NameTable)
    $names.AddNamespace('maml', 'http://schemas.microsoft.com/maml/2004/10')
    $names.AddNamespace('dev', 'http://schemas.microsoft.com/maml/dev/2004/10')
    $names.AddNamespace('command', 'http://schemas.microsoft.com/maml/dev/command/2004/10')
    $maml.SelectNodes('//command:example', $names) | ForEach-Object { Split-Example $_ }
    $maml.SelectNodes('//*[maml:para][not(self::maml:introduction)][not(self::dev:remarks)]', $names) | ForEach-Object {
        $text = $_.SelectSingleNode('maml:para', $names).InnerText
        $_.InnerText = ''
        Add-Paragraph $_ $text
    }
    # Pages link to their neighbours by file, which a terminal cannot follow; and there is no online version.
    $maml.SelectNodes('//maml:navigationLink/maml:uri', $names) | ForEach-Object { $_.InnerText = '' }
    $maml.SelectNodes("//maml:navigationLink[maml:linkText = 'Online Version']", $names) | ForEach-Object { $null = $_.ParentNode.RemoveChild($_) }
    $settings = [System.Xml.XmlWriterSettings]@{ Indent = $true; NewLineChars = "`n"; Encoding = [System.Text.UTF8Encoding]::new($false) }
    $writer = [System.Xml.XmlWriter]::Create((Join-Path $OutputPath $helpFile), $settings)
    try { $maml.Save($writer) } finally { $writer.Dispose() }
}

# Text of at most 80 columns.
function Format-Paragraph {
    param([string] $Text, [string] $First, [string] $Indent)

    $line = $First
    foreach ($word in -split $Text) {
        if ($line.Length + $word.Length -ge 80 -and $line.Trim()) {
            $line.TrimEnd()
            $line = $Indent
        }

        $line += "$word "
    }

    $line.TrimEnd()
}

# What Get-Help about_Topic shows is plain text: headings in capitals, everything else indented.
function ConvertTo-AboutText {
    param([string] $Markdown)

    $plain = $Markdown -replace '(?s)^---\n.*?\n---\n'
    $isCode = $isHeading = $false
    $paragraph = ''
    $first = $indent = '    '
    foreach ($line in @($plain -split "`n") + '') {
        if ($paragraph -and ($line -match '^(\s*$|- |#|```)')) {
            Format-Paragraph (ConvertTo-PlainText $paragraph) $first $indent
            $paragraph = ''
            $first = $indent = '    '
        }

        switch -Regex ($line) {
            '^```' { $isCode = -not $isCode; break }
            { $isCode } { $line ? "        $line" : ''; break }
            '^# (.*)' { 'TOPIC'; "    $($Matches[1])"; break }
            '^#+ (.*)' { $Matches[1].ToUpperInvariant(); $isHeading = $true; break }
            '^- (.*)' { $paragraph = $Matches[1]; $first = '    - '; $indent = '      '; break }
            '^\s*$' { $isHeading ? $null : ''; $isHeading = $false; break }
            default { $paragraph += " $line" }
        }
    }
}

function Build-AboutHelp {
    foreach ($page in Get-ChildItem -LiteralPath $PagePath -Filter 'about_*.md') {
        $text = (ConvertTo-AboutText ([System.IO.File]::ReadAllText($page.FullName)) | Out-String -Width 4096).Replace("`r", '')
        $text = ($text -replace '\n{3,}', "`n`n").Trim() + "`n"
        [System.IO.File]::WriteAllText((Join-Path $OutputPath "$($page.BaseName).help.txt"), $text)
    }
}

if (-not (Get-Module -ListAvailable Microsoft.PowerShell.PlatyPS | Where-Object Version -GE ([version]'1.0'))) {
    throw 'PlatyPS is missing. Type, in PowerShell:  Install-PSResource Microsoft.PowerShell.PlatyPS'
}

Import-Module Microsoft.PowerShell.PlatyPS -MinimumVersion 1.0
$PagePath = (Resolve-Path -LiteralPath $PagePath).Path
$OutputPath = (New-Item -ItemType Directory -Force $OutputPath).FullName
$scratch = (New-Item -ItemType Directory (Join-Path ([System.IO.Path]::GetTempPath()) ([guid]::NewGuid().ToString('N')))).FullName
try {
    # Without the help that it has: PlatyPS would write that into the pages, beside their own texts.
    $module = (New-Item -ItemType Directory (Join-Path $scratch 'module/DcpWorker')).FullName
    Get-ChildItem -LiteralPath $ModulePath -Exclude en-US | Copy-Item -Recurse -Destination $module
    Import-Module $module
    $commands = Get-Command -Module DcpWorker
    foreach ($command in $commands) {
        Update-Page $command (Join-Path $PagePath "$($command.Name).md") $scratch
    }

    Build-CmdletHelp ($commands | ForEach-Object { Join-Path $PagePath "$($_.Name).md" }) $scratch
    Build-AboutHelp
}
finally {
    Remove-Item -Recurse -Force -LiteralPath $scratch
}

$unfinished = Get-ChildItem -LiteralPath $PagePath -Filter '*.md' | Select-String -Pattern '\{\{'
if ($unfinished) {
    $unfinished | ForEach-Object { "$(Split-Path -Leaf $_.Path):$($_.LineNumber): to be filled in: $($_.Line.Trim())" }
    "There are $(@($unfinished).Count) places to fill in. Do that and run this again."
    exit 1
}
