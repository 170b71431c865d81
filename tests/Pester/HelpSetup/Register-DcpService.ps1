param($Place)
$missing = Get-SystemctlMissing
if ($missing) {
    Set-ItResult -Skipped -Because $missing
}

New-ServiceImage (Join-Path $Place.Folder image)
