using System.Globalization;

namespace DcpWorker.Engine.Protocol;

/// <summary>The version of the connection protocol we speak, and those we understand.</summary>
internal static class ProtocolVersion
{
    /// <summary>What we speak.</summary>
    public const string Current = "5.3.0";

    /// <summary>What we understand, as a semver range.</summary>
    public const string Range = "^5.2.0";

    /// <summary>Whether a peer of this version is within <see cref="Range"/>.</summary>
    public static bool IsCompatible(string? version)
    {
        string[] parts = version?.Split('+')[0].Split('.') ?? [];
        return parts.Length == 3
            && Array.TrueForAll(parts, p => p.Length is > 0 and < 10 && p.All(char.IsAsciiDigit))
            && parts[0] == "5"
            && int.Parse(parts[1], CultureInfo.InvariantCulture) >= 2;
    }
}
