using System.Text.RegularExpressions;
using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Logging;

/// <summary>
/// The last guard before the log. Nothing of ours logs a secret; messages of peers and libraries may quote one: the password
/// in a URL, a private key, the value of a member or option that is named like a secret.
/// </summary>
internal static partial class LogSecrets
{
    private const string Mask8 = "********";

    /// <summary>The text with asterisks in place of what may be a secret.</summary>
    public static string Mask(string text)
    {
        text = text.Contains("://", StringComparison.Ordinal) ? UserInfo().Replace(text, $"$1{Mask8}@") : text;
        text = Member().Replace(text, $"$1$2{Mask8}");
        return Key().Replace(text, $"$1{Mask8}");
    }

    /// <summary>The value with asterisks in place of what may be a secret, in texts and under names of secrets.</summary>
    public static JsValue Mask(JsValue value)
    {
        switch (value)
        {
            case JsString text:
                return Mask(text.Value);
            case JsArray array:
                return new JsArray(array.Items.Select(JsValue? (i) => i is null ? null : Mask(i)));
            case JsObject o when o.GetType() == typeof(JsObject):
                JsObject masked = [];
                foreach ((string name, JsValue member) in o.InJsOrder())
                {
                    masked[name] = ConfigurationText.IsSecret(name) ? Mask8 : Mask(member);
                }

                return masked;
            default:
                return value;
        }
    }

    [GeneratedRegex(@"(://[^\s/?#:@]*:)[^\s/?#]*@")]
    private static partial Regex UserInfo();

    // {"joinSecret":"…"} and passphrase=…; a word after a colon in a sentence is none
    [GeneratedRegex(
        """("(?:joinSecret|joinHash|passphrase|password|privateKey|secret)"\s*:\s*")(?:[^"\\]|\\.)*|((?:joinSecret|joinHash|passphrase|password|privateKey|secret)=)[^\s,;&]+""",
        RegexOptions.IgnoreCase)]
    private static partial Regex Member();

    // 32 bytes in hexadecimal are a private key, and after eh1- what joins a compute group
    [GeneratedRegex(@"(\b(?:0x|eh1-)?)(?<![0-9a-fA-F])[0-9a-fA-F]{64}(?![0-9a-fA-F])")]
    private static partial Regex Key();
}
