namespace DcpWorker.Cli.Keystores;

/// <summary>Turns a command line of mkad as it was in 2020 into one of <c>dcp-worker keystore</c>.</summary>
internal static class MkadArguments
{
    private const string Name = "mkad";

    private static readonly (string Old, string New)[] Spellings = [("--f=", "--file="), ("--p=", "--passphrase=")];

    /// <summary>
    /// The arguments, the first of them <c>mkad</c>: <c>new|show keystore|address|key</c> and <c>--f=</c>,
    /// <c>--p=</c> become ours. Others are given back as they are.
    /// </summary>
    /// <exception cref="UsageException">A kind that is not made any more.</exception>
    public static string[] Translate(string[] arguments)
    {
        if (arguments is not [Name, ..])
        {
            return arguments;
        }

        List<string> translated = [KeystoreCommand.Name, .. arguments[1..].Select(Respell)];
        if (arguments is [_, "new" or "show", "keystore" or "address" or "key", ..])
        {
            translated.RemoveAt(2);
            switch (arguments[1], arguments[2])
            {
                case ("show", "keystore"):
                    translated.Add("--json");
                    break;
                case ("show", "key"):
                    translated.Add("--private-key");
                    break;
                case ("new", "address" or "key"):
                    throw new UsageException($"mkad makes keystores only: no file with an unprotected key is written. 'mkad new keystore', then 'mkad show {arguments[2]}'.");
            }
        }

        return [.. translated];
    }

    private static string Respell(string argument)
    {
        foreach ((string old, string current) in Spellings)
        {
            if (argument.StartsWith(old, StringComparison.Ordinal))
            {
                return current + argument[old.Length..];
            }
        }

        return argument;
    }
}
