using System.Globalization;
using System.Runtime.Versioning;
using DcpWorker.Engine.Serialization;
using Microsoft.Win32;

namespace DcpWorker.Engine.Configuration;

/// <summary>
/// Configuration out of the Windows registry, under <c>Software\Distributive</c> (or <c>DCP_REGISTRY_BASEKEY</c>): values
/// become properties, sub-keys objects, and an object with <c>href</c> a URL.
/// </summary>
internal sealed class RegistryConfiguration
{
    private readonly bool _machine;

    private RegistryConfiguration(bool machine, string name) => (_machine, Name) = (machine, name);

    /// <summary>HKEY_LOCAL_MACHINE.</summary>
    public static RegistryConfiguration Machine { get; } = new(true, "HKLM");

    /// <summary>HKEY_CURRENT_USER.</summary>
    public static RegistryConfiguration User { get; } = new(false, "HKCU");

    /// <summary>The usual short name of the hive.</summary>
    public string Name { get; }

    /// <summary>What stands under <paramref name="key"/>; null when there is no such key.</summary>
    [SupportedOSPlatform("windows")]
    public JsValue? Read(string key)
    {
        string top = Environment.GetEnvironmentVariable("DCP_REGISTRY_BASEKEY") ?? @"Software\Distributive";
        using RegistryKey hive = RegistryKey.OpenBaseKey(_machine ? RegistryHive.LocalMachine : RegistryHive.CurrentUser, RegistryView.Default);
        using RegistryKey? opened = hive.OpenSubKey($@"{top}\{key}");
        return opened is null ? null : Read(opened);
    }

    [SupportedOSPlatform("windows")]
    private static JsValue Read(RegistryKey key)
    {
        if (key.GetValue("href") is string href)
        {
            return new JsUrl(href);
        }

        JsObject o = [];
        foreach (string name in key.GetValueNames().Where(n => n.Length > 0))
        {
            o[name] = key.GetValue(name) switch
            {
                int n => n,
                long n => n,
                string[] texts => JsArray.OfStrings(texts),
                object other => Convert.ToString(other, CultureInfo.InvariantCulture),
                null => JsValue.Undefined,
            };
        }

        foreach (string name in key.GetSubKeyNames())
        {
            using RegistryKey? sub = key.OpenSubKey(name);
            if (sub is not null)
            {
                o[name] = Read(sub);
            }
        }

        return o;
    }
}
