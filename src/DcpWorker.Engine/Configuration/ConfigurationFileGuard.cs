namespace DcpWorker.Engine.Configuration;

/// <summary>
/// Refuses configuration files that others could have written: a world-writable path component, or an owner who is
/// neither root nor the user nor the owner of this program. Configuration decides where money and code come from.
/// </summary>
internal static class ConfigurationFileGuard
{
    /// <summary>The variable that switches the guard off.</summary>
    public const string OverrideVariable = "DCP_CLIENT_ALLOW_INSECURE_CONFIGURATION";

    /// <summary>Throws when <paramref name="path"/> must not be trusted; on Windows the access lists of the folders are the guard.</summary>
    /// <exception cref="ConfigurationException">World-writable, or of a foreign owner.</exception>
    public static void Check(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        ConfigurationOrigin origin = new(ConfigurationOriginKind.File, path);
        for (string? part = path; !string.IsNullOrEmpty(part); part = Path.GetDirectoryName(part))
        {
            // as the file system resolves it: what a link points to counts, not the link
            if (File.GetUnixFileMode(part).HasFlag(UnixFileMode.OtherWrite))
            {
                throw new ConfigurationException(
                    $"not read, since everybody may write to {part}. Take that right away (chmod o-w {part}), or set {OverrideVariable}=1 to read it all the same.",
                    origin);
            }
        }

        if (!FileOwner.IsTrusted(path))
        {
            throw new ConfigurationException(
                $"not read, since its owner is neither root, nor you, nor the owner of this program. Change the owner (chown), or set {OverrideVariable}=1 to read it all the same.",
                origin);
        }
    }
}
