using System.Collections;
using System.Management.Automation;
using System.Security;

namespace DcpWorker.Cmdlets.ComputeGroups;

/// <summary>
/// Lets a parameter take compute groups as people have them: a join key that the configuration knows; 'key,file', the file holding the
/// secret; a credential of key and secret; or a hashtable with JoinKey and JoinSecret (a secure string) or JoinSecretFile.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ComputeGroupAttribute : ArgumentTransformationAttribute
{
    private const string Forms = "Give a join key, a credential of join key and join secret, or a hashtable such as @{ JoinKey = 'team'; JoinSecretFile = './team.secret' }.";

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value = Plain(inputData);
        return value is IEnumerable many and not (string or IDictionary)
            ? many.Cast<object?>().Select(Read).ToArray()
            : new[] { Read(value) };
    }

    private static ComputeGroupArgument Read(object? value)
    {
        object? plain = Plain(value);
        switch (plain)
        {
            case ComputeGroupArgument known:
                return known;
            case string text:
                string[] parts = text.Split(',', 2, StringSplitOptions.TrimEntries);
                return parts.Length == 2 ? Make(parts[0], secretFile: parts[1]) : Make(text);
            case PSCredential credential:
                return Make(credential.UserName, credential.Password);
            case IDictionary members:
                return Read(name => members.Keys.Cast<object>().Where(k => name.Equals(k as string, StringComparison.OrdinalIgnoreCase)).Select(k => members[k]).FirstOrDefault());
            case PSObject o:
                return Read(name => o.Properties[name]?.Value);
            default:
                throw new ArgumentTransformationMetadataException($"A {plain?.GetType().Name ?? "null"} is no compute group. {Forms}");
        }
    }

    private static ComputeGroupArgument Read(Func<string, object?> member) => (Plain(member("JoinSecret")), Plain(member("JoinSecretFile"))) switch
    {
        (null, string file) => Make(Plain(member("JoinKey")) as string, secretFile: file),
        (null, null) => Make(Plain(member("JoinKey")) as string),
        (SecureString secret, null) => Make(Plain(member("JoinKey")) as string, secret),
        (string, _) => throw new ArgumentTransformationMetadataException("JoinSecret takes a secure string (Read-Host -AsSecureString): a secret does not belong into a command line. Or give JoinSecretFile."),
        _ => throw new ArgumentTransformationMetadataException($"A compute group takes either JoinSecret or JoinSecretFile. {Forms}"),
    };

    private static ComputeGroupArgument Make(string? joinKey, SecureString? secret = null, string? secretFile = null) => string.IsNullOrWhiteSpace(joinKey)
        ? throw new ArgumentTransformationMetadataException($"A compute group without a join key. {Forms}")
        : new ComputeGroupArgument(joinKey, secret, string.IsNullOrEmpty(secretFile) ? null : secretFile);

    private static object? Plain(object? value) => value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;
}
