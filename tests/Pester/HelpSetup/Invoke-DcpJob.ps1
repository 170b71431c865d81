param($Place)
Start-HelpWorker $Place
