param($Place)
Remove-Item (Join-Path $Place.Folder deposit.keystore) -ErrorAction Ignore
