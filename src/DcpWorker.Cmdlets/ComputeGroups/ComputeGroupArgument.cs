using System.Management.Automation;
using System.Security;
using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Supervision;

namespace DcpWorker.Cmdlets.ComputeGroups;

/// <summary>A compute group as a parameter names it. Its secret comes from the configuration, a file or a secure string, and is never shown.</summary>
public sealed class ComputeGroupArgument
{
    private const string HashPrefix = "eh1-";
    private const int HashLength = 68;

    private readonly SecureString? _secret;
    private readonly string? _secretFile;

    internal ComputeGroupArgument(string joinKey, SecureString? secret = null, string? secretFile = null) =>
        (JoinKey, _secret, _secretFile) = (joinKey, secret, secretFile);

    /// <summary>Name of the group.</summary>
    public string JoinKey { get; }

    /// <summary>The name only.</summary>
    public override string ToString() => JoinKey;

    /// <summary>Whether it is the group that everybody belongs to, which has no secret.</summary>
    internal bool IsPublic => JoinKey == ComputeGroup.Global.JoinKey;

    /// <summary>With the path of the file with the secret made full; on the pipeline's thread, which owns the location.</summary>
    internal ComputeGroupArgument WithFullPath(Func<string?, string?> fullPath) => new(JoinKey, _secret, fullPath(_secretFile));

    /// <summary>The group with the hash that proves the membership.</summary>
    /// <param name="tree">The configuration, which knows the groups that are named without a secret.</param>
    /// <param name="warn">Takes a warning.</param>
    /// <exception cref="CmdletException">ComputeGroupUnknown, JoinSecretFileNotFound, JoinSecretFileUnreadable, JoinSecretEmpty.</exception>
    internal ComputeGroup Resolve(ConfigurationTree tree, Action<string> warn)
    {
        if (IsPublic)
        {
            return ComputeGroup.Global;
        }

        if (_secret is not null)
        {
            return Passphrases.Reveal(_secret, text => WithSecret(new string(text)));
        }

        if (_secretFile is not null)
        {
            return WithSecret(ReadSecret(_secretFile, warn));
        }

        return WorkerConfiguration.ReadComputeGroups(tree).FirstOrDefault(g => g.JoinKey == JoinKey) ?? throw new CmdletException(
            "ComputeGroupUnknown",
            ErrorCategory.ObjectNotFound,
            $"worker.computeGroups has no group '{OneLine.Of(JoinKey)}' whose secret could be used. Give a credential of its join key and join secret (Get-Credential), "
                + "or @{ JoinKey = '…'; JoinSecretFile = '…' }.",
            JoinKey);
    }

    private ComputeGroup WithSecret(string secret) => secret.Length == 0
        ? throw new CmdletException("JoinSecretEmpty", ErrorCategory.InvalidData, $"The secret of the compute group '{OneLine.Of(JoinKey)}' is empty.", JoinKey)
        : new ComputeGroup(JoinKey, IsHash(secret) ? secret : JoinHash.Compute(JoinKey, secret));

    private static bool IsHash(string text) =>
        text.Length == HashLength && text.StartsWith(HashPrefix, StringComparison.Ordinal) && text[HashPrefix.Length..].All(char.IsAsciiHexDigit);

    // What was given for the path is in no message: it may be the secret itself, put in the wrong place.
    private string ReadSecret(string path, Action<string> warn)
    {
        try
        {
            using StreamReader reader = new(path);
            string secret = reader.ReadLine()?.Trim() ?? "";
            if (KeystoreFile.IsReadableByOthers(path))
            {
                warn($"Others may read the file with the secret of the compute group '{OneLine.Of(JoinKey)}'. Type: chmod go= '{path}'");
            }

            return secret;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CmdletException("JoinSecretFileNotFound", ErrorCategory.ObjectNotFound, $"The file with the secret of the compute group '{OneLine.Of(JoinKey)}' is not there.", JoinKey);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CmdletException("JoinSecretFileUnreadable", ErrorCategory.ReadError, $"The file with the secret of the compute group '{OneLine.Of(JoinKey)}' cannot be read ({e.GetType().Name}).", JoinKey);
        }
    }
}
