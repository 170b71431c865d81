// Packs a folder into a zip file that has the same bytes each time: its entries in the order of their names, with one
// date and one mode for all. Usage: dotnet run scripts/zip.cs -- FOLDER FILE SECONDS-SINCE-1970
using System.Globalization;
using System.IO.Compression;

if (args.Length != 3 || !Directory.Exists(args[0]) || !long.TryParse(args[2], CultureInfo.InvariantCulture, out long seconds))
{
    Console.Error.WriteLine("usage: zip.cs FOLDER FILE SECONDS-SINCE-1970");
    return 1;
}

// The format knows times from 1980 on, in steps of two seconds.
DateTimeOffset date = DateTimeOffset.FromUnixTimeSeconds(Math.Max(seconds - (seconds % 2), 315532800));
const int FileThatAllMayRead = 0b1_000_000_110_100_100 << 16;

string[] names = [.. Directory.GetFiles(args[0], "*", SearchOption.AllDirectories)
    .Select(f => Path.GetRelativePath(args[0], f).Replace('\\', '/')).Order(StringComparer.Ordinal)];
string part = args[1] + ".part";
using (ZipArchive zip = new(File.Create(part), ZipArchiveMode.Create))
{
    foreach (string name in names)
    {
        ZipArchiveEntry entry = zip.CreateEntry(name, CompressionLevel.SmallestSize);
        entry.LastWriteTime = date;
        entry.ExternalAttributes = FileThatAllMayRead;
        using Stream to = entry.Open();
        using Stream from = File.OpenRead(Path.Combine(args[0], name));
        from.CopyTo(to);
    }
}

File.Move(part, args[1], overwrite: true);
return 0;
